"""What an evaluation keeps, and its progress, in memory; tests/integration/test_ports.py holds it to the adapters' words."""

from collections.abc import Container, Sequence
from typing import Any

from assay.domain.allowance import Account
from assay.domain.comparison import Comparison
from assay.domain.errors import NotFound, Superseded
from assay.domain.evaluation import Aggregate, Pass
from assay.domain.failure import LaneFailed
from assay.domain.lane import InFlight, LaneProgress, Stage
from assay.domain.plan import Plan
from assay.domain.report import FullReport
from assay.domain.score import AnyOutput, ScoredRow
from assay.domain.seal import Seal
from assay.domain.summary import Summary


class FakeRuns:
    """ports.Runs."""

    def __init__(self) -> None:
        self.plans: dict[str, Plan] = {}
        self.lanes: dict[str, list[int]] = {}
        self.kept_outputs: dict[tuple[str, int], list[AnyOutput]] = {}
        self.parts: dict[tuple[str, int], dict[str, list[AnyOutput]]] = {}
        self.kept_scores: dict[tuple[str, int, int], list[ScoredRow]] = {}
        self.kept_score_parts: dict[tuple[str, int, int], dict[str, list[ScoredRow]]] = {}
        self.summaries: dict[str, Summary] = {}
        self.seals: dict[str, Seal] = {}
        self.comparisons: dict[str, Comparison] = {}
        self.reports: dict[str, FullReport] = {}
        self.pages: dict[str, str] = {}

    def save_plan(self, organisation: str, plan: Plan) -> None:
        self.plans[f"{organisation}/{plan.evaluation_id}"] = plan

    def plan(self, organisation: str, evaluation_id: str) -> Plan:
        try:
            return self.plans[f"{organisation}/{evaluation_id}"]
        except KeyError:
            raise NotFound("plan", evaluation_id) from None

    def save_lanes(self, organisation: str, this: Pass, lanes: Sequence[int]) -> str:
        self.lanes[this.execution_name] = list(lanes)
        return this.execution_name

    def save_outputs(self, organisation: str, evaluation_id: str, chunk: int, rows: Sequence[AnyOutput]) -> bool:
        written = list(rows)
        return self.kept_outputs.setdefault((f"{organisation}/{evaluation_id}", chunk), written) is written

    def outputs(
        self, organisation: str, evaluation_id: str, chunk: int, ordinals: range | None = None
    ) -> list[AnyOutput] | None:
        return chosen(self.kept_outputs.get((f"{organisation}/{evaluation_id}", chunk)), ordinals)

    def save_output_part(
        self, organisation: str, evaluation_id: str, chunk: int, name: str, rows: Sequence[AnyOutput]
    ) -> None:
        self.parts.setdefault((f"{organisation}/{evaluation_id}", chunk), {})[name] = list(rows)

    def output_parts(
        self,
        organisation: str,
        evaluation_id: str,
        chunk: int,
        ordinals: range | None = None,
        only: Container[str] | None = None,
    ) -> list[AnyOutput]:
        first: dict[int, AnyOutput] = {}
        for name, rows in sorted(self.parts.get((f"{organisation}/{evaluation_id}", chunk), {}).items()):
            for row in rows if only is None or name in only else ():
                first.setdefault(row.ordinal, row)
        return chosen([first[ordinal] for ordinal in sorted(first)], ordinals) or []

    def save_scores(
        self, organisation: str, evaluation_id: str, round_: int, chunk: int, rows: Sequence[ScoredRow]
    ) -> None:
        self.kept_scores.setdefault((f"{organisation}/{evaluation_id}", round_, chunk), list(rows))

    def scores(
        self, organisation: str, evaluation_id: str, round_: int, chunk: int, ordinals: range | None = None
    ) -> list[ScoredRow] | None:
        return chosen(self.kept_scores.get((f"{organisation}/{evaluation_id}", round_, chunk)), ordinals)

    def save_score_part(
        self, organisation: str, evaluation_id: str, round_: int, chunk: int, name: str, rows: Sequence[ScoredRow]
    ) -> None:
        self.kept_score_parts.setdefault((f"{organisation}/{evaluation_id}", round_, chunk), {})[name] = list(rows)

    def score_parts(
        self,
        organisation: str,
        evaluation_id: str,
        round_: int,
        chunk: int,
        ordinals: range | None = None,
        only: Container[str] | None = None,
    ) -> list[ScoredRow]:
        parts = self.kept_score_parts.get((f"{organisation}/{evaluation_id}", round_, chunk), {})
        return chosen(rows_of(parts, only), ordinals) or []

    def seal(self, this: Pass, plan: Plan) -> Seal:
        place = f"{this.organisation}/{this.evaluation_id}"
        found = Seal(
            outputs={
                chunk: tuple(sorted(self.parts.get((place, chunk), {})))
                for chunk in range(plan.chunks)
                if (place, chunk) not in self.kept_outputs
            },
            scores=tuple(
                {
                    chunk: tuple(sorted(self.kept_score_parts.get((place, round_, chunk), {})))
                    for chunk in range(plan.chunks)
                    if (place, round_, chunk) not in self.kept_scores
                }
                for round_ in range(len(plan.rounds))
            ),
        )
        return self.seals.setdefault(f"{this.organisation}/{this.execution_name}", found)

    def sealed(self, this: Pass) -> Seal | None:
        return self.seals.get(f"{this.organisation}/{this.execution_name}")

    def save_summary(self, organisation: str, summary: Summary) -> str:
        self.summaries[f"{organisation}/{summary.evaluation_id}"] = summary
        return summary.evaluation_id

    def summary(self, organisation: str, evaluation_id: str) -> Summary:
        if (found := self.summaries.get(f"{organisation}/{evaluation_id}")) is None:
            raise NotFound("summary", evaluation_id)
        return found

    def save_comparison(self, organisation: str, evaluation_id: str, comparison: Comparison) -> None:
        self.comparisons[f"{organisation}/{evaluation_id}"] = comparison

    def comparison(self, organisation: str, evaluation_id: str) -> Comparison:
        if (found := self.comparisons.get(f"{organisation}/{evaluation_id}")) is None:
            raise NotFound("comparison", evaluation_id)
        return found

    def save_report(self, organisation: str, evaluation_id: str, report: FullReport, page: str) -> None:
        self.reports[f"{organisation}/{evaluation_id}"] = report
        self.pages[f"{organisation}/{evaluation_id}"] = page

    def report(self, organisation: str, evaluation_id: str) -> FullReport:
        if (found := self.reports.get(f"{organisation}/{evaluation_id}")) is None:
            raise NotFound("report", evaluation_id)
        return found


def rows_of(parts: dict[str, list[ScoredRow]], only: Container[str] | None) -> list[ScoredRow]:
    """The rows of the parts that count."""
    return [row for name, rows in sorted(parts.items()) if only is None or name in only for row in rows]


def chosen(rows: list[Any] | None, ordinals: range | None) -> list[Any] | None:
    """The rows with `ordinals`; None is all of them."""
    return rows if rows is None or ordinals is None else [row for row in rows if row.ordinal in ordinals]


class FakeProgress:
    """ports.Progress."""

    def __init__(self) -> None:
        self.tokens: dict[tuple[str, int], int] = {}
        self.flights: dict[tuple[str, int, Stage], tuple[int, InFlight]] = {}
        self.generated: dict[tuple[str, int], tuple[int, LaneProgress]] = {}
        self.scored: dict[tuple[str, int, int], tuple[int, Sequence[Aggregate]]] = {}
        self.failed: dict[tuple[Pass, int], LaneFailed] = {}
        self.resting: set[tuple[Pass, int]] = set()
        self.paid: dict[tuple[str, str], float] = {}

    def take_lane(self, organisation: str, evaluation_id: str, lane: int) -> int:
        key = (f"{organisation}/{evaluation_id}", lane)
        self.tokens[key] = self.tokens.get(key, 0) + 1
        return self.tokens[key]

    def note(self, organisation: str, evaluation_id: str, lane: int, stage: Stage, token: int, rows: InFlight) -> None:
        key = (f"{organisation}/{evaluation_id}", lane, stage)
        if self.flights.get(key, (0, None))[0] > token:
            raise Superseded
        self.flights[key] = (token, rows)

    def noted(self, organisation: str, evaluation_id: str, lane: int, stage: Stage) -> InFlight:
        return self.flights.get((f"{organisation}/{evaluation_id}", lane, stage), (0, InFlight()))[1]

    def report(self, organisation: str, evaluation_id: str, token: int, progress: LaneProgress) -> None:
        key = (f"{organisation}/{evaluation_id}", progress.chunk)
        if self.generated.get(key, (0, None))[0] > token:
            raise Superseded
        self.generated[key] = (token, progress)

    def report_scores(
        self,
        organisation: str,
        evaluation_id: str,
        token: int,
        round_: int,
        chunk: int,
        aggregates: Sequence[Aggregate],
    ) -> None:
        key = (f"{organisation}/{evaluation_id}", round_, chunk)
        if self.scored.get(key, (0, None))[0] > token:
            raise Superseded
        self.scored[key] = (token, aggregates)

    def report_spent(self, organisation: str, evaluation_id: str, attempt: str, account: Account) -> None:
        self.paid[f"{organisation}/{evaluation_id}", attempt] = account

    def spent(self, organisation: str, evaluation_id: str) -> Account:
        place = f"{organisation}/{evaluation_id}"
        accounts = [account for (owner, _), account in self.paid.items() if owner == place]
        return Account(sum(each.dollars for each in accounts), sum(each.tokens for each in accounts))

    def fail_lane(self, failure: LaneFailed) -> None:
        self.failed[failure.this, failure.lane] = failure

    def lane_failures(self, this: Pass) -> list[LaneFailed]:
        return [self.failed[key] for key in sorted(self.failed, key=lambda key: key[1]) if key[0] == this]

    def rest_lane(self, this: Pass, lane: int) -> None:
        self.resting.add((this, lane))

    def resting_lanes(self, this: Pass) -> list[int]:
        return sorted(lane for owner, lane in self.resting if owner == this)

    def chunks(self, organisation: str, evaluation_id: str) -> list[LaneProgress]:
        place = f"{organisation}/{evaluation_id}"
        return [counts for (owner, _), (_, counts) in sorted(self.generated.items()) if owner == place]

    def aggregates(self, organisation: str, evaluation_id: str) -> list[Aggregate]:
        place, sums = f"{organisation}/{evaluation_id}", dict[str, Aggregate]()
        for (owner, _, _), (_, found) in sorted(self.scored.items()):
            for more in found if owner == place else ():
                sums[more.evaluator] = sums[more.evaluator].plus(more) if more.evaluator in sums else more
        return list(sums.values())
