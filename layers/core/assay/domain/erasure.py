"""What was deleted, and is to be erased from every store."""

from typing import Literal

from assay.domain.value import Value


class Erasure(Value):
    """Something that is on no list any more, and of which nothing is to be left.

    The rows of a dataset are left while there are evaluations that were run on them; they go with the last of these.
    `evaluation_id` is the evaluation that made an experiment. `logs` are those of a project that are meant.
    """

    organisation: str
    kind: Literal["dataset", "experiment", "project", "logs"]
    id: str
    evaluation_id: str | None = None
    logs: tuple[str, ...] = ()
