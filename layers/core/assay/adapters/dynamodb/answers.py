"""Answers of models, each an item of its own that expires: packed, nine in ten are one write unit.

An object of S3 costs as much to write as eight units, and is read one at a time; answers of more are rare, and cost
thousands of times more to get than to keep.
"""

import zlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from assay.adapters.dynamodb.table import Table
from assay.domain.completion import Completion

ANSWER = "answer"
MOST_BYTES = 350_000
"""Of a packed answer: an item holds 400 KB."""


class DynamoAnswers:
    """Implements ports.Answers. What has expired is not found, also before DynamoDB deletes it in its own time."""

    def __init__(self, table: Table, now: Callable[[], datetime], days: int) -> None:
        self.table, self.now, self.kept_for = table, now, timedelta(days=days)

    def find(self, organisation: str, requests: Sequence[str]) -> dict[str, Completion]:
        scopes = {f"{organisation}#{scope(request)}": request for request in requests}
        items = self.table.get_many([self.table.key(organisation, scope(request), ANSWER) for request in requests])
        now = self.now().timestamp()
        return {
            scopes[pk]: Completion.model_validate_json(zlib.decompress(item["answer"]["B"]))
            for pk, item in items.items()
            if int(item["expires"]["N"]) > now
        }

    def keep(self, organisation: str, request: str, completion: Completion) -> None:
        packed = zlib.compress(completion.model_dump_json(exclude_defaults=True).encode(), level=1)
        if len(packed) > MOST_BYTES:
            return
        item = {
            **self.table.key(organisation, scope(request), ANSWER),
            "answer": {"B": packed},
            "expires": {"N": str(int((self.now() + self.kept_for).timestamp()))},
        }
        self.table.client.put_item(TableName=self.table.name, Item=item)


def scope(request: str) -> str:
    """The partition of one answer: no two share one, and none is hot."""
    return f"@answer {request}"
