"""moto's transactions at the price of what they touch: its own copy the whole table each time, to put it back."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from typing import Any

import pytest
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table

transact = DynamoDBBackend.transact_write_items


@contextmanager
def small_backups() -> Iterator[None]:
    """As long as this is open, a transaction that fails puts back the items that it names, and copies no others."""
    with pytest.MonkeyPatch.context() as moto:
        moto.setattr(Table, "__deepcopy__", lambda table, _: table, raising=False)
        moto.setattr(DynamoDBBackend, "transact_write_items", or_nothing)
        yield


def or_nothing(backend: DynamoDBBackend, writes: list[dict[str, Any]]) -> None:
    """Writes all, or leaves everything as it was and raises what moto raises."""
    with ExitStack() as undoing:
        for request in (request for write in writes for request in write.values()):
            undoing.callback(put_back, *backup(backend.tables, request))
        transact(backend, writes)
        undoing.pop_all()


def backup(tables: Mapping[str, Table], request: Mapping[str, Any]) -> tuple[dict[Any, Any], DynamoType, Any]:
    """The partition that a request writes to, the sort key there, and a copy of what it has under that key."""
    key = request.get("Key") or request["Item"]
    rows, sort = tables[request["TableName"]].items[DynamoType(key["pk"])], DynamoType(key["sk"])
    return rows, sort, deepcopy(rows.get(sort))


def put_back(rows: dict[Any, Any], sort: DynamoType, item: Any) -> None:
    """Has a partition hold under a sort key what it held before, if that was anything."""
    rows.pop(sort, None)
    rows.update({sort: item} if item else {})
