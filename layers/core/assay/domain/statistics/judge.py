"""An evaluator, as statistics know it."""

from typing import NamedTuple

from assay.domain.statistics.items import ErrorGroup


class Judge(NamedTuple):
    """What is known of an evaluator beside its scores; `name` is what the score goes by.

    `instrument` is what the scores are measured with, where a model judges. `evaluator` is the evaluator's own name,
    where the score has another. `is_share` says whether the scores lie in 0..1; where it is None, they are asked.
    It should have judged every row with an output where it `owes`: what is missing then counts as that.
    """

    name: str
    version_id: str | None = None
    is_share: bool | None = None
    higher_is_better: bool | None = True
    instrument: str | None = None
    owes: ErrorGroup | None = None
    evaluator: str | None = None
