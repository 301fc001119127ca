"""What clients send about projects, datasets and logs, beyond creating them (contracts/humanloop-v4.md §3)."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter

from assay.dialects.humanloop.requests import ChatMessage, Open, PageQuery, RegisterRequest
from assay.domain.ids import content_id
from assay.domain.log import Report, Said
from assay.domain.value import JsonValue

MOST_AT_ONCE = 1000
"""Datapoints or logs in one request."""
Some = Field(max_length=MOST_AT_ONCE)
LENGTH_OF_DAY = len("2026-11-22")


class UpdateProjectRequest(Open):
    """`PATCH /projects/{id}`. `directory_id` is taken and ignored: there are no directories."""

    name: str | None = None
    active_config_id: str | None = None


class EnvironmentRequest(Open):
    """An environment to deploy to."""

    id: str


class DeployRequest(Open):
    """`PATCH /projects/{project_id}/deploy-config`; no environments means the default one."""

    config_id: str
    environments: tuple[EnvironmentRequest, ...] | None = None


class ConfigsQuery(Open):
    """`GET /projects/{id}/configs`."""

    evaluation_aggregates: bool = False


class EnvironmentQuery(Open):
    """`GET` and `DELETE /projects/{id}/active-config`."""

    environment: str | None = None


class UpdateDatasetRequest(Open):
    """`PATCH /datasets/{id}`."""

    name: Annotated[str, Field(max_length=255)] | None = None
    description: Annotated[str, Field(max_length=255)] | None = None


class LogIdsRequest(Open):
    """Datapoints from logs."""

    log_ids: Annotated[tuple[str, ...], Some]


class LogConfigRequest(RegisterRequest):
    """The config of a log, written out."""

    type: Literal["model"] = "model"


def in_utc(moment: datetime) -> datetime:
    """A moment without a time zone is in UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def end_of_day(text: object) -> object:
    """The last moment of a day that is given without a time: days are inclusive."""
    return f"{text}T23:59:59.999999" if isinstance(text, str) and len(text) == LENGTH_OF_DAY else text


Moment = Annotated[datetime, AfterValidator(in_utc)]


class LogRequest(Said, Open):
    """One log of `POST /logs` (contracts/humanloop-v4.md §3.7); nothing of it is required by itself."""

    project: str | None = None
    project_id: str | None = None
    config: LogConfigRequest | None = None
    config_id: str | None = None
    save: bool = True
    created_at: Moment | None = None
    session_reference_id: str | None = None
    inputs: dict[str, JsonValue] | None = None
    messages: tuple[ChatMessage, ...] | None = None
    output_message: ChatMessage | None = None

    def report(self) -> Report:
        """The log in the core's terms; a session that is only referred to gets an id made from the reference."""
        message = self.output_message
        reference = self.session_reference_id
        session = self.session_id or (content_id("sesh_", reference) if reference else None)
        fields = self.model_dump(include={*Said.model_fields, "inputs"}, exclude={"session_id"})
        report = Report(
            **fields,
            session_id=session,
            messages=tuple(each.translated() for each in self.messages or ()),
            output_message=message.translated() if message else None,
        )
        return report if self.save else report.without_content()


LogRequests: TypeAdapter[tuple[LogRequest, ...]] = TypeAdapter(Annotated[tuple[LogRequest, ...], Some])


class LogsQuery(PageQuery):
    """`GET /logs`. A date without a time stands for the whole day."""

    project_id: str
    search: str | None = None
    metadata_search: str | None = None
    version_status: str | None = None
    start_date: Moment | None = None
    end_date: Annotated[Moment | None, BeforeValidator(end_of_day)] = None


class ExportQuery(PageQuery):
    """`POST /projects/{id}/export`."""

    size: Annotated[int, Field(ge=1)] = 10
