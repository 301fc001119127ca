"""What an evaluation keeps in bulk."""

import json
from collections.abc import Iterator, Sequence
from typing import TypeVar

from pydantic import TypeAdapter

from assay.adapters.s3.bucket import Bucket, jsonl
from assay.domain.errors import NotFound
from assay.domain.evaluation import Pass
from assay.domain.plan import Plan
from assay.domain.score import AnyOutput, ScoredRow
from assay.domain.summary import Summary

OUTPUT: TypeAdapter[AnyOutput] = TypeAdapter(AnyOutput)
SCORED_ROW = TypeAdapter(ScoredRow)
T = TypeVar("T")


def lines(adapter: TypeAdapter[T], body: bytes) -> list[T]:
    """JSON lines, parsed."""
    return [adapter.validate_json(line) for line in body.splitlines()]


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

    def save_outputs(self, organisation: str, evaluation_id: str, chunk: int, rows: Sequence[AnyOutput]) -> None:
        self.bucket.put_once(self.key(organisation, evaluation_id, f"outputs/{chunk:08d}.jsonl"), jsonl(rows))

    def outputs(self, organisation: str, evaluation_id: str, chunk: int) -> list[AnyOutput] | None:
        body = self.bucket.get(self.key(organisation, evaluation_id, f"outputs/{chunk:08d}.jsonl"))
        return None if body is None else lines(OUTPUT, body)

    def save_output_part(
        self, organisation: str, evaluation_id: str, chunk: int, name: str, rows: Sequence[AnyOutput]
    ) -> None:
        self.bucket.put_checkpoint(
            self.key(organisation, evaluation_id, f"parts/outputs/{chunk:08d}/{name}.jsonl"), jsonl(rows)
        )

    def output_parts(self, organisation: str, evaluation_id: str, chunk: int) -> list[AnyOutput]:
        first: dict[int, AnyOutput] = {}
        for row in self.parts(OUTPUT, self.key(organisation, evaluation_id, f"parts/outputs/{chunk:08d}/")):
            first.setdefault(row.ordinal, row)
        return [first[ordinal] for ordinal in sorted(first)]

    def parts(self, adapter: TypeAdapter[T], prefix: str) -> Iterator[T]:
        """The records of every part under `prefix`, in the order written."""
        for key in self.bucket.keys(prefix):
            yield from lines(adapter, self.bucket.get(key) or b"")

    def save_scores(
        self, organisation: str, evaluation_id: str, round_: int, chunk: int, rows: Sequence[ScoredRow]
    ) -> None:
        self.bucket.put_once(
            self.key(organisation, evaluation_id, f"scores/{round_:04d}/{chunk:08d}.jsonl"), jsonl(rows)
        )

    def scores(self, organisation: str, evaluation_id: str, round_: int, chunk: int) -> list[ScoredRow] | None:
        body = self.bucket.get(self.key(organisation, evaluation_id, f"scores/{round_:04d}/{chunk:08d}.jsonl"))
        return None if body is None else lines(SCORED_ROW, body)

    def save_score_part(
        self, organisation: str, evaluation_id: str, round_: int, chunk: int, name: str, rows: Sequence[ScoredRow]
    ) -> None:
        self.bucket.put_checkpoint(
            self.key(organisation, evaluation_id, f"parts/scores/{round_:04d}/{chunk:08d}/{name}.jsonl"), jsonl(rows)
        )

    def score_parts(self, organisation: str, evaluation_id: str, round_: int, chunk: int) -> list[ScoredRow]:
        return list(
            self.parts(SCORED_ROW, self.key(organisation, evaluation_id, f"parts/scores/{round_:04d}/{chunk:08d}/"))
        )

    def save_summary(self, organisation: str, summary: Summary) -> str:
        key = self.key(organisation, summary.evaluation_id, "summary.json")
        self.bucket.put(key, summary.model_dump_json(indent=2).encode())
        return f"s3://{self.bucket.name}/{key}"

    def summary(self, organisation: str, evaluation_id: str) -> Summary:
        body = self.bucket.get(self.key(organisation, evaluation_id, "summary.json"))
        if body is None:
            raise NotFound("summary of the evaluation", evaluation_id)
        return Summary.model_validate_json(body)
