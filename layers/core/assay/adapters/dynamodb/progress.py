"""Progress as absolute counts per chunk, fenced by the token of the lane's latest attempt."""

import math
from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter

from assay.adapters.dynamodb.table import Table, races_as_conflicts
from assay.domain.allowance import Account
from assay.domain.errors import Conflict, Superseded
from assay.domain.evaluation import Aggregate, Pass
from assay.domain.failure import LaneFailed
from assay.domain.lane import InFlight, LaneProgress, Stage

AGGREGATES = TypeAdapter(tuple[Aggregate, ...])
GENERATE = "progress#generate#"
SCORE = "progress#score#"
FAILED = "failed#"
FLIGHT = "flight#"
RESTING = "resting#"
SPENT = "spent#"
NO_TOKENS = {"N": "0"}
"""Where an attempt of an older version did not count them."""


class DynamoProgress:
    """Implements ports.Progress."""

    def __init__(self, table: Table) -> None:
        self.table = table

    def take_lane(self, organisation: str, evaluation_id: str, lane: int) -> int:
        answer = self.table.client.update_item(
            TableName=self.table.name,
            Key=self.table.key(organisation, evaluation_id, f"lane#{lane:04d}"),
            UpdateExpression="ADD attempt :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
            ReturnValues="UPDATED_NEW",
        )
        return int(answer["Attributes"]["attempt"]["N"])

    def note(self, organisation: str, evaluation_id: str, lane: int, stage: Stage, token: int, rows: InFlight) -> None:
        self.put(
            self.table.key(organisation, evaluation_id, f"{FLIGHT}{stage}#{lane:04d}"), token, rows.model_dump_json()
        )

    def noted(self, organisation: str, evaluation_id: str, lane: int, stage: Stage) -> InFlight:
        item = self.table.get(organisation, evaluation_id, f"{FLIGHT}{stage}#{lane:04d}")
        return InFlight.model_validate_json(item["counts"]["S"]) if item else InFlight()

    def report(self, organisation: str, evaluation_id: str, token: int, progress: LaneProgress) -> None:
        key = self.table.key(organisation, evaluation_id, f"{GENERATE}{progress.chunk:08d}")
        self.put(key, token, progress.model_dump_json())

    def report_scores(
        self,
        organisation: str,
        evaluation_id: str,
        token: int,
        round_: int,
        chunk: int,
        aggregates: Sequence[Aggregate],
    ) -> None:
        key = self.table.key(organisation, evaluation_id, f"{SCORE}{round_:04d}#{chunk:08d}")
        self.put(key, token, AGGREGATES.dump_json(tuple(aggregates)).decode())

    def put(self, key: dict[str, Any], token: int, counts: str) -> None:
        """Writes counts unless a later token has. Raises Superseded."""
        try:
            with races_as_conflicts():
                self.table.client.put_item(
                    TableName=self.table.name,
                    Item={**key, "attempt": {"N": str(token)}, "counts": {"S": counts}},
                    ConditionExpression="attribute_not_exists(pk) OR attempt <= :token",
                    ExpressionAttributeValues={":token": {"N": str(token)}},
                )
        except Conflict as conflict:
            raise Superseded("A later attempt works on this lane.") from conflict

    def report_spent(self, organisation: str, evaluation_id: str, attempt: str, account: Account) -> None:
        key = self.table.key(organisation, evaluation_id, f"{SPENT}{attempt}")
        counts = {"dollars": {"S": repr(account.dollars)}, "tokens": {"N": str(account.tokens)}}
        self.table.client.put_item(TableName=self.table.name, Item={**key, **counts})

    def spent(self, organisation: str, evaluation_id: str) -> Account:
        items = list(self.table.query(organisation, evaluation_id, SPENT))
        dollars = math.fsum(float(item["dollars"]["S"]) for item in items)
        return Account(dollars, sum(int(item.get("tokens", NO_TOKENS)["N"]) for item in items))

    def fail_lane(self, failure: LaneFailed) -> None:
        key = self.end_key(FAILED, failure.this, failure.lane)
        self.table.client.put_item(TableName=self.table.name, Item={**key, "failure": {"S": failure.model_dump_json()}})

    def rest_lane(self, this: Pass, lane: int) -> None:
        self.table.client.put_item(TableName=self.table.name, Item=self.end_key(RESTING, this, lane))

    def resting_lanes(self, this: Pass) -> list[int]:
        items = self.table.query(this.organisation, this.evaluation_id, f"{RESTING}{this.number:06d}#")
        return [int(item["sk"]["S"].rpartition("#")[2]) for item in items]

    def end_key(self, kind: str, this: Pass, lane: int) -> dict[str, Any]:
        """The key of what became of a lane in a pass."""
        return self.table.key(this.organisation, this.evaluation_id, f"{kind}{this.number:06d}#{lane:04d}")

    def lane_failures(self, this: Pass) -> list[LaneFailed]:
        items = self.table.query(this.organisation, this.evaluation_id, f"{FAILED}{this.number:06d}#")
        return [LaneFailed.model_validate_json(item["failure"]["S"]) for item in items]

    def chunks(self, organisation: str, evaluation_id: str) -> list[LaneProgress]:
        items = self.table.query(organisation, evaluation_id, GENERATE)
        return [LaneProgress.model_validate_json(item["counts"]["S"]) for item in items]

    def aggregates(self, organisation: str, evaluation_id: str) -> list[Aggregate]:
        sums: dict[str, Aggregate] = {}
        for item in self.table.query(organisation, evaluation_id, SCORE):
            for more in AGGREGATES.validate_json(item["counts"]["S"]):
                sums[more.evaluator] = sums[more.evaluator].plus(more) if more.evaluator in sums else more
        return list(sums.values())
