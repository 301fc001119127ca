"""What reaches the trigger function: EventBridge's events, and those that Scheduler sends in the same shape."""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, Field, TypeAdapter, ValidationError

from assay.domain.complaints import complaints
from assay.domain.errors import InvalidRequest
from assay.domain.trigger import EvaluationEnded, LaunchRequested
from assay.domain.value import JsonValue


class RequestDetail(BaseModel):
    """What whoever asks for an evaluation says."""

    organisation: str
    trigger: str
    body: dict[str, JsonValue] = Field(default_factory=dict)
    body_key: str | None = None


class Requested(BaseModel):
    """An event `Evaluation Requested`. EventBridge vouches for the account, and for a source that is AWS's."""

    detail_type: Literal["Evaluation Requested"] = Field(alias="detail-type")
    id: str
    source: str
    account: str
    time: AwareDatetime
    detail: RequestDetail

    def parsed(self) -> LaunchRequested:
        """The event in the core's words."""
        origin = {"event_id": self.id, "source": self.source, "account": self.account, "at": self.time}
        return LaunchRequested(**self.detail.model_dump(), **origin)


class EndDetail(BaseModel):
    """What the stack itself says of an evaluation that a trigger started."""

    organisation: str
    trigger_id: str


class Ended(BaseModel):
    """An event of ours that an evaluation is over."""

    detail_type: Literal["Evaluation Completed", "Evaluation Failed", "Evaluation Cancelled"] = Field(
        alias="detail-type"
    )
    detail: EndDetail

    def parsed(self) -> EvaluationEnded:
        """The event in the core's words."""
        return EvaluationEnded(**self.detail.model_dump())


EVENT: TypeAdapter[Requested | Ended] = TypeAdapter(Annotated[Requested | Ended, Field(discriminator="detail_type")])


def parse_event(event: dict[str, Any]) -> LaunchRequested | EvaluationEnded:
    """The event. Raises InvalidRequest, which says what is wrong, for what is none of ours."""
    try:
        return EVENT.validate_python(event).parsed()
    except ValidationError as error:
        said = "; ".join(str(one._replace(place=one.place[1:])) for one in complaints(error))
        raise InvalidRequest(f"The event cannot be read: {said}") from error
