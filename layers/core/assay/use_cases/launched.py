"""An evaluation as it is created, and what it points at kept from an erasure that looked a moment too early."""

from collections.abc import Iterable
from typing import NamedTuple

from assay.domain.evaluation import Evaluation
from assay.domain.ids import number_of
from assay.domain.value import Resource
from assay.ports import Resources


class Launched(NamedTuple):
    """A new evaluation, what must be created with it, and what it points at that may be erased with another one.

    Such parts are kept already, under ids that stand for all that is in them.
    """

    evaluation: Evaluation
    beside: tuple[Resource, ...] = ()
    parts: tuple[Resource, ...] = ()


def renew_parts(organisation: str, evaluation: Evaluation, parts: Iterable[Resource], *, resources: Resources) -> None:
    """Keeps the parts anew, now that there is an evaluation that needs them.

    An erasure that decided before that nobody does finds them in another revision, or they are back after it.
    """
    number = number_of(evaluation.id)
    for part in parts:
        resources.renew(organisation, part.model_copy(update={"revision": number}))
