"""Answers of models, each an item of its own that expires: packed, nine in ten are one write unit.

An object of S3 costs as much to write as eight units, and is read one at a time; answers of more are rare, and cost
thousands of times more to get than to keep.
"""

import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from assay.adapters.dynamodb.table import Table
from assay.domain.completion import Completion

DIGITS = "0123456789abcdef"
MOST_BYTES = 350_000
"""Of a packed answer: an item holds 400 KB."""


class DynamoAnswers:
    """Implements ports.Answers. What has expired is not found, also before DynamoDB deletes it in its own time."""

    def __init__(self, table: Table, now: Callable[[], datetime], days: int) -> None:
        self.table, self.now, self.kept_for = table, now, timedelta(days=days)

    def find(self, organisation: str, project_id: str, requests: Sequence[str]) -> dict[str, Completion]:
        places = [self.table.key(organisation, scope(project_id, request), request) for request in requests]
        now = self.now().timestamp()
        return {
            item["sk"]["S"]: Completion.model_validate_json(zlib.decompress(item["answer"]["B"]))
            for item in self.table.items(places)
            if int(item["expires"]["N"]) > now
        }

    def keep(self, organisation: str, project_id: str, request: str, completion: Completion) -> None:
        packed = zlib.compress(completion.model_dump_json(exclude_defaults=True).encode(), level=1)
        if len(packed) > MOST_BYTES:
            return
        item = {
            **self.table.key(organisation, scope(project_id, request), request),
            "answer": {"B": packed},
            "expires": {"N": str(int((self.now() + self.kept_for).timestamp()))},
        }
        self.table.client.put_item(TableName=self.table.name, Item=item)


def scope(project_id: str, request: str) -> str:
    """The partition of an answer: a project has sixteen, so that none is hot and all are found to be erased."""
    return f"@answers {project_id} {request[0]}"


def scopes(project_id: str) -> Iterator[str]:
    """The partitions of all answers of a project."""
    return (scope(project_id, digit) for digit in DIGITS)
