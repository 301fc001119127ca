"""The routes of files: rows that are more than a request may bring. They are ours, not the vendor's."""

from datetime import datetime
from typing import Any

from aws_lambda_powertools.event_handler import Response
from pydantic import ValidationError

from assay.dialects.bodies import checked
from assay.dialects.braintrust.datasets import existing
from assay.dialects.braintrust.event_requests import DatasetEventRequest
from assay.dialects.braintrust.wire import Moment, Open, iso
from assay.dialects.http import Call, Route, answer
from assay.domain.complaints import complaints
from assay.domain.errors import InvalidRequest
from assay.domain.rows import Event
from assay.domain.upload import LIFE, MOST_BYTES
from assay.domain.value import Model
from assay.use_cases.import_rows import import_rows


class UploadRequest(Open):
    """A file is to come."""


class UploadResponse(Model):
    """Where a file is to be posted, as multipart/form-data: all `fields`, then the file as `file`."""

    upload_id: str
    url: str
    fields: dict[str, str]
    expires_at: Moment
    most_bytes: int = MOST_BYTES


class ImportRequest(Open):
    """Which file is to be imported."""

    upload_id: str


class ImportResponse(Model):
    """How many rows were written."""

    rows: int


def begin_upload(call: Call, ports: Any, dataset_id: str) -> Response[str]:
    """POST /v1/dataset/{dataset_id}/upload: a form that takes one file of JSON lines."""
    dataset = existing(call, ports, dataset_id)
    upload_id, expires_at = ports.new_id("up_"), ports.clock.now() + LIFE
    form = ports.uploads.form(call.organisation, dataset.id, upload_id)
    return answer(UploadResponse(upload_id=upload_id, expires_at=expires_at, **form.model_dump()))


def import_upload(call: Call, ports: Any, dataset_id: str) -> Response[str]:
    """POST /v1/dataset/{dataset_id}/import: the rows of a file, all or none."""
    wish = call.body(ImportRequest)
    dataset = existing(call, ports, dataset_id)
    now: datetime = ports.clock.now()
    written = import_rows(
        call.organisation,
        dataset.id,
        wish.upload_id,
        read_line,
        uploads=ports.uploads,
        rows=ports.dataset_rows,
        new_uuid=ports.new_uuid,
        now=iso(now),
    )
    return answer(ImportResponse(rows=written))


def read_line(line: bytes) -> Event:
    """A line as it would stand among the events of an insert. Raises InvalidRequest."""
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        raise InvalidRequest("not UTF-8") from error
    try:
        return DatasetEventRequest.model_validate(checked(text)).translated()
    except ValidationError as error:
        raise InvalidRequest(", ".join(map(str, complaints(error)))) from error


ROUTES = (
    Route("POST", "/v1/dataset/{dataset_id}/upload", begin_upload),
    Route("POST", "/v1/dataset/{dataset_id}/import", import_upload),
)
