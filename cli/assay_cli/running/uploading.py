"""The rows of a declared evaluation, in a dataset that is called by what is in it: nothing is sent twice."""

from typing import NamedTuple

from pydantic import JsonValue
from pydantic_core import to_json

from assay.client import Client
from assay.client.questions import MOST_BYTES, cut
from assay_cli.declared.model import DataFile, StoredDataset
from assay_cli.declared.reading import Declared
from assay_cli.declared.rows import Row, digest, read_rows
from assay_cli.errors import Misused


class Data(NamedTuple):
    """Where the rows are, as a launch says it; how many there are, where that is known, and whether any were sent.

    `sent` is None where that is no question.
    """

    body: dict[str, object]
    rows: int | None = None
    sent: bool | None = None


class FileRows(NamedTuple):
    """The rows of a file, and what the declaration says of it."""

    data: DataFile
    rows: list[Row]


def rows_of(declared: Declared) -> FileRows | StoredDataset:
    """The rows that a run is over, or where they are. Raises Misused where they cannot be read, or be sent."""
    data = declared.declaration.data
    if isinstance(data, StoredDataset):
        return data
    rows = read_rows(declared.file.parent / data.file, data)
    require_sendable(rows)
    return FileRows(data, rows)


def provide(client: Client, project_id: str, declared: Declared, given: FileRows | StoredDataset) -> Data:
    """The rows where a launch can find them. Raises CallFailed."""
    if isinstance(given, StoredDataset):
        return stored(declared, given)
    return upload(client, project_id, given)


def stored(declared: Declared, data: StoredDataset) -> Data:
    """Rows that are there already."""
    body = {"project_name": data.project or declared.declaration.project, "dataset_name": data.dataset}
    return Data({**body, **({"dataset_version": data.version} if data.version else {})})


def lend(_: Client, __: str, declared: Declared, given: FileRows | StoredDataset) -> Data:
    """As `provide`, but rows of a file go with the request, and nothing is kept anywhere."""
    if isinstance(given, StoredDataset):
        return stored(declared, given)
    return Data({"data": stand_ins(given.rows, declared.declaration.trials)}, len(given.rows))


def stand_ins(rows: list[Row], trials: int) -> list[Row]:
    """The rows, where one request can hold them; else some, at even distances, that are tried for the others, too."""
    step = 1
    while len(to_json(rows[::step])) > MOST_BYTES:
        step *= 2
    if step == 1:
        return rows
    return [{**rows[at], "trial_count": len(rows[at : at + step]) * trials} for at in range(0, len(rows), step)]


def upload(client: Client, project_id: str, given: FileRows) -> Data:
    """A dataset of the rows of a file; one that has them all is left as it is."""
    data, rows = given
    metadata: dict[str, JsonValue] = {"cluster_by": data.cluster_by} if data.cluster_by else {}
    content = digest([metadata, rows])  # type: ignore[list-item]
    name = f"{data.file.stem} {content[:12]}"
    wish = {"project_id": project_id, "name": name, "metadata": {"sha256": content, **metadata}}
    dataset_id = str(client.post("/v1/dataset", wish, is_repeatable=True)["id"])
    found = client.get(f"/v1/dataset/{dataset_id}/summarize", summarize_data="true")
    is_there = found["data_summary"]["total_records"] == len(rows)
    for batch in () if is_there else cut(rows):
        client.post(f"/v1/dataset/{dataset_id}/insert", {"events": batch}, is_repeatable=True)
    return Data({"dataset_id": dataset_id}, len(rows), not is_there)


def require_sendable(rows: list[Row]) -> None:
    """Raises Misused for a row that no request can hold."""
    for row in rows:
        if (weight := len(to_json(row))) > MOST_BYTES:
            raise Misused(f"The row with the id {row['id']} has {weight} bytes; at most {MOST_BYTES} can be sent.")
