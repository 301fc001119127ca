"""What an evaluation keeps in bulk."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from assay.domain.comparison import Comparison
    from assay.domain.evaluation import Pass
    from assay.domain.plan import Plan
    from assay.domain.report import FullReport
    from assay.domain.score import AnyOutput, ScoredRow
    from assay.domain.seal import Seal
    from assay.domain.summary import Summary


class RunRecords(Protocol):
    """The outputs and scores that an evaluation has, complete chunks and checkpoints."""

    def outputs(
        self, organisation: str, evaluation_id: str, chunk: int, ordinals: range | None = None
    ) -> list[AnyOutput] | None:
        """A complete chunk's outputs in order, all or those with `ordinals`; None before it is complete.

        Raises TooMuch where those with `ordinals` are over 16 MB.
        """

    def output_parts(
        self,
        organisation: str,
        evaluation_id: str,
        chunk: int,
        ordinals: range | None = None,
    ) -> list[AnyOutput]:
        """What is checkpointed of a chunk, all or those with `ordinals`, in order; of each row, the first record."""

    def scores(
        self, organisation: str, evaluation_id: str, round_: int, chunk: int, ordinals: range | None = None
    ) -> list[ScoredRow] | None:
        """A chunk's scores of a round, as `outputs`; None before they are complete."""

    def score_parts(
        self,
        organisation: str,
        evaluation_id: str,
        round_: int,
        chunk: int,
        ordinals: range | None = None,
    ) -> list[ScoredRow]:
        """What is checkpointed of a chunk's scores, as `output_parts`, in the order written; a row may be in pieces."""


class Runs(RunRecords, Protocol):
    """What an evaluation keeps in bulk: the plan, the outputs, the scores, the summary."""

    def save_plan(self, organisation: str, plan: Plan) -> None:
        """Writes the plan, over that of an earlier pass."""

    def plan(self, organisation: str, evaluation_id: str) -> Plan:
        """The plan. Raises NotFound before it is prepared."""

    def save_lanes(self, organisation: str, this: Pass, lanes: Sequence[int]) -> str:
        """Writes the items over which the state machine maps, and returns the name they are found by."""

    def save_outputs(self, organisation: str, evaluation_id: str, chunk: int, rows: Sequence[AnyOutput]) -> bool:
        """Writes a chunk's outputs, unless they are there; says whether it did."""

    def save_output_part(
        self, organisation: str, evaluation_id: str, chunk: int, name: str, rows: Sequence[AnyOutput]
    ) -> None:
        """Checkpoints outputs of a chunk that is not complete. `name` sorts after the names of earlier parts."""

    def save_scores(
        self, organisation: str, evaluation_id: str, round_: int, chunk: int, rows: Sequence[ScoredRow]
    ) -> None:
        """Writes a chunk's scores by the evaluators of a round, unless they are there."""

    def save_score_part(
        self, organisation: str, evaluation_id: str, round_: int, chunk: int, name: str, rows: Sequence[ScoredRow]
    ) -> None:
        """Checkpoints scores of a chunk that is not complete, as save_output_part does outputs."""

    def output_parts(
        self,
        organisation: str,
        evaluation_id: str,
        chunk: int,
        ordinals: range | None = None,
        only: Container[str] | None = None,
    ) -> list[AnyOutput]:
        """As in RunRecords; `only` are the names of the parts that count, None is all."""

    def score_parts(
        self,
        organisation: str,
        evaluation_id: str,
        round_: int,
        chunk: int,
        ordinals: range | None = None,
        only: Container[str] | None = None,
    ) -> list[ScoredRow]:
        """As `output_parts`."""

    def seal(self, this: Pass, plan: Plan) -> Seal:
        """What counts of the pass: what there is now, unless somebody has sealed it before."""

    def sealed(self, this: Pass) -> Seal | None:
        """The seal of the pass; None before it has one."""

    def save_summary(self, organisation: str, summary: Summary) -> str:
        """Writes the summary and returns where it lies."""

    def summary(self, organisation: str, evaluation_id: str) -> Summary:
        """The summary. Raises NotFound before there is one."""

    def save_comparison(self, organisation: str, evaluation_id: str, comparison: Comparison) -> None:
        """Writes how the evaluation's experiment is beside its base."""

    def comparison(self, organisation: str, evaluation_id: str) -> Comparison:
        """That comparison. Raises NotFound before there is one."""

    def save_report(self, organisation: str, evaluation_id: str, report: FullReport, page: str) -> None:
        """Writes what the page of the experiment shows, and the page as a file that stands by itself."""

    def report(self, organisation: str, evaluation_id: str) -> FullReport:
        """That report. Raises NotFound before there is one."""
