"""What an evaluation keeps in bulk."""

import json
from collections.abc import Container, Iterator, Sequence
from typing import NamedTuple, Self, TypeVar

from pydantic import TypeAdapter

from assay.adapters.s3.bucket import JSON_LINES, Bucket, jsonl
from assay.adapters.s3.marks import Marks
from assay.domain.comparison import Comparison
from assay.domain.errors import NotFound
from assay.domain.evaluation import Pass
from assay.domain.plan import Plan
from assay.domain.report import FullReport, Report
from assay.domain.score import AnyOutput, ScoredRow
from assay.domain.seal import Parts, Seal
from assay.domain.summary import Summary

OUTPUT: TypeAdapter[AnyOutput] = TypeAdapter(AnyOutput)
SCORED_ROW = TypeAdapter(ScoredRow)
HTML = "text/html; charset=utf-8"
MARKS = "rows"
"""The name of a chunk's marks in its metadata."""
Row = AnyOutput | ScoredRow
R = TypeVar("R", bound=Row)


def lines(adapter: TypeAdapter[R], body: bytes) -> list[R]:
    """JSON lines, parsed."""
    return [adapter.validate_json(line) for line in body.splitlines()]


class Part(NamedTuple):
    """A checkpoint's name, which tells of which ordinals it has rows, so that who wants others need not read it."""

    name: str
    first: int
    last: int

    @classmethod
    def of(cls, name: str, ordinals: Sequence[int]) -> Self:
        return cls(name, min(ordinals, default=0), max(ordinals, default=-1))

    @classmethod
    def parsed(cls, key: str) -> Self:
        """The part from its key."""
        name, first, last = key.rpartition("/")[2].removesuffix(".jsonl").rsplit(".", 2)
        return cls(name, int(first), int(last))

    def __str__(self) -> str:
        return f"{self.name}.{self.first}.{self.last}.jsonl"

    def meets(self, ordinals: range | None) -> bool:
        """Whether it may have rows with these ordinals; None is all."""
        return ordinals is None or (self.first < ordinals.stop and ordinals.start <= self.last)


class S3Runs:
    """Implements ports.Runs."""

    def __init__(self, bucket: Bucket) -> None:
        self.bucket = bucket

    def key(self, organisation: str, evaluation_id: str, name: str) -> str:
        return f"{organisation}/evaluations/{evaluation_id}/{name}"

    def save_plan(self, organisation: str, plan: Plan) -> None:
        self.bucket.put(self.key(organisation, plan.evaluation_id, "plan.json"), plan.model_dump_json().encode())

    def plan(self, organisation: str, evaluation_id: str) -> Plan:
        body = self.bucket.get(self.key(organisation, evaluation_id, "plan.json"))
        if body is None:
            raise NotFound("plan for the evaluation", evaluation_id)
        return Plan.model_validate_json(body)

    def save_lanes(self, organisation: str, this: Pass, lanes: Sequence[int]) -> str:
        key = self.key(organisation, this.evaluation_id, f"passes/{this.number}/lanes.json")
        self.bucket.put(key, json.dumps([{"lane": lane} for lane in lanes]).encode())
        return key

    def save_outputs(self, organisation: str, evaluation_id: str, chunk: int, rows: Sequence[AnyOutput]) -> bool:
        return self.save_chunk(self.key(organisation, evaluation_id, f"outputs/{chunk:08d}.jsonl"), rows)

    def outputs(
        self, organisation: str, evaluation_id: str, chunk: int, ordinals: range | None = None
    ) -> list[AnyOutput] | None:
        return self.chunk(OUTPUT, self.key(organisation, evaluation_id, f"outputs/{chunk:08d}.jsonl"), ordinals)

    def save_output_part(
        self, organisation: str, evaluation_id: str, chunk: int, name: str, rows: Sequence[AnyOutput]
    ) -> None:
        self.save_part(self.key(organisation, evaluation_id, f"parts/outputs/{chunk:08d}/"), name, rows)

    def output_parts(
        self,
        organisation: str,
        evaluation_id: str,
        chunk: int,
        ordinals: range | None = None,
        only: Container[str] | None = None,
    ) -> list[AnyOutput]:
        first: dict[int, AnyOutput] = {}
        for row in self.parts(
            OUTPUT, self.key(organisation, evaluation_id, f"parts/outputs/{chunk:08d}/"), ordinals, only
        ):
            first.setdefault(row.ordinal, row)
        return [first[ordinal] for ordinal in sorted(first)]

    def save_scores(
        self, organisation: str, evaluation_id: str, round_: int, chunk: int, rows: Sequence[ScoredRow]
    ) -> None:
        self.save_chunk(self.key(organisation, evaluation_id, f"scores/{round_:04d}/{chunk:08d}.jsonl"), rows)

    def scores(
        self, organisation: str, evaluation_id: str, round_: int, chunk: int, ordinals: range | None = None
    ) -> list[ScoredRow] | None:
        key = self.key(organisation, evaluation_id, f"scores/{round_:04d}/{chunk:08d}.jsonl")
        return self.chunk(SCORED_ROW, key, ordinals)

    def save_score_part(
        self, organisation: str, evaluation_id: str, round_: int, chunk: int, name: str, rows: Sequence[ScoredRow]
    ) -> None:
        prefix = self.key(organisation, evaluation_id, f"parts/scores/{round_:04d}/{chunk:08d}/")
        self.save_part(prefix, name, rows)

    def score_parts(
        self,
        organisation: str,
        evaluation_id: str,
        round_: int,
        chunk: int,
        ordinals: range | None = None,
        only: Container[str] | None = None,
    ) -> list[ScoredRow]:
        prefix = self.key(organisation, evaluation_id, f"parts/scores/{round_:04d}/{chunk:08d}/")
        return list(self.parts(SCORED_ROW, prefix, ordinals, only))

    def save_chunk(self, key: str, rows: Sequence[Row]) -> bool:
        """Writes a complete chunk, once, marked so that its rows are found; says whether it was not there yet."""
        written = [jsonl([row]) for row in rows]
        marks = Marks.of(rows[0].ordinal if rows else 0, [len(line) for line in written])
        return self.bucket.put_once(key, b"".join(written), metadata={MARKS: marks.text})

    def chunk(self, adapter: TypeAdapter[R], key: str, ordinals: range | None) -> list[R] | None:
        """The rows of a complete chunk, all or those with `ordinals`; None where it is not there."""
        if ordinals is None:
            body = self.bucket.get(key)
            return None if body is None else lines(adapter, body)
        if (metadata := self.bucket.metadata(key)) is None:
            return None
        body = self.bucket.rows(key, Marks.parsed(metadata[MARKS]).span(ordinals))
        return [row for row in lines(adapter, body) if row.ordinal in ordinals]

    def save_part(self, prefix: str, name: str, rows: Sequence[Row]) -> None:
        """Writes a checkpoint under a name that tells of which rows it is."""
        self.bucket.put_checkpoint(f"{prefix}{Part.of(name, [row.ordinal for row in rows])}", jsonl(rows))

    def parts(
        self, adapter: TypeAdapter[R], prefix: str, ordinals: range | None, only: Container[str] | None
    ) -> Iterator[R]:
        """The records of every part under `prefix` that counts, in the order written, all or those with `ordinals`."""
        for key in self.bucket.keys(prefix):
            part = Part.parsed(key)
            if part.meets(ordinals) and (only is None or part.name in only):
                rows = lines(adapter, self.bucket.get(key) or b"")
                yield from (row for row in rows if ordinals is None or row.ordinal in ordinals)

    def seal(self, this: Pass, plan: Plan) -> Seal:
        found = Seal(
            outputs=self.partial(this, "outputs", plan.chunks),
            scores=tuple(self.partial(this, f"scores/{round_:04d}", plan.chunks) for round_ in range(len(plan.rounds))),
        )
        self.bucket.put_once(self.seal_key(this), found.model_dump_json().encode())
        return self.sealed(this) or found

    def sealed(self, this: Pass) -> Seal | None:
        body = self.bucket.get(self.seal_key(this))
        return None if body is None else Seal.model_validate_json(body)

    def seal_key(self, this: Pass) -> str:
        return self.key(this.organisation, this.evaluation_id, f"passes/{this.number}/seal.json")

    def partial(self, this: Pass, kind: str, chunks: int) -> Parts:
        """The chunks that are not complete, with the names of their checkpoints."""
        place = (this.organisation, this.evaluation_id)
        names = (key.rpartition("/")[2] for key in self.bucket.keys(self.key(*place, f"{kind}/")))
        complete = {int(name.removesuffix(".jsonl")) for name in names}
        parts: dict[int, list[str]] = {chunk: [] for chunk in range(chunks) if chunk not in complete}
        for key in self.bucket.keys(self.key(*place, f"parts/{kind}/")) if parts else ():
            if (chunk := int(key.split("/")[-2])) in parts:
                parts[chunk].append(Part.parsed(key).name)
        return {chunk: tuple(some) for chunk, some in parts.items()}

    def save_summary(self, organisation: str, summary: Summary) -> str:
        key = self.key(organisation, summary.evaluation_id, "summary.json")
        self.bucket.put(key, summary.model_dump_json(indent=2).encode())
        return f"s3://{self.bucket.name}/{key}"

    def summary(self, organisation: str, evaluation_id: str) -> Summary:
        body = self.bucket.get(self.key(organisation, evaluation_id, "summary.json"))
        if body is None:
            raise NotFound("summary of the evaluation", evaluation_id)
        return Summary.model_validate_json(body)

    def save_comparison(self, organisation: str, evaluation_id: str, comparison: Comparison) -> None:
        key = self.key(organisation, evaluation_id, "comparison.json")
        self.bucket.put(key, comparison.model_dump_json(indent=2).encode())

    def comparison(self, organisation: str, evaluation_id: str) -> Comparison:
        body = self.bucket.get(self.key(organisation, evaluation_id, "comparison.json"))
        if body is None:
            raise NotFound("comparison of the evaluation", evaluation_id)
        return Comparison.model_validate_json(body)

    def save_report(self, organisation: str, evaluation_id: str, report: FullReport, page: str) -> None:
        lines = [report.head.model_dump_json(), *report.rows]
        self.bucket.put(self.key(organisation, evaluation_id, "report.jsonl"), "\n".join(lines).encode(), JSON_LINES)
        self.bucket.put(self.key(organisation, evaluation_id, "report.html"), page.encode(), HTML)

    def report(self, organisation: str, evaluation_id: str) -> FullReport:
        body = self.bucket.get(self.key(organisation, evaluation_id, "report.jsonl"))
        if body is None:
            raise NotFound("report of the evaluation", evaluation_id)
        head, *rows = body.decode().split("\n")
        return FullReport(Report.model_validate_json(head), tuple(rows))
