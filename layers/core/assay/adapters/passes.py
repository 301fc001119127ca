"""What the state machine and EventBridge hand to functions: a pass, and how it failed."""

import json
from typing import Annotated, Any

from pydantic import AliasPath, BaseModel, ConfigDict, Field, TypeAdapter

from assay.domain.evaluation import Pass
from assay.domain.failure import LaneFailed, PassFailed
from assay.domain.value import Value

LONGEST_REASON = 1000


class PassInput(Value):
    """The input of an execution: pointers only."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    organisation: str
    evaluation_id: str
    number: int = Field(alias="pass")

    def parsed(self) -> Pass:
        """The pass that the execution is."""
        return Pass(organisation=self.organisation, evaluation_id=self.evaluation_id, number=self.number)


class StateError(BaseModel):
    """What a state ended with, as a Catch hands it on."""

    error: str = Field("Unknown", alias="Error")
    cause: str = Field("", alias="Cause")


class CaughtInLane(BaseModel):
    """A lane's own word: its turn with the error that was caught."""

    organisation: str
    evaluation_id: str
    pass_number: int
    lane: int
    failure: StateError

    def parsed(self) -> LaneFailed:
        this = Pass(organisation=self.organisation, evaluation_id=self.evaluation_id, number=self.pass_number)
        return LaneFailed(this=this, lane=self.lane, reason=sentence(self.failure.error, self.failure.cause))


class LaneGivenUp(BaseModel):
    """A lane's own word: its turn with the cause for which the worker gave it up."""

    organisation: str
    evaluation_id: str
    pass_number: int
    lane: int
    cause: str

    def parsed(self) -> LaneFailed:
        this = Pass(organisation=self.organisation, evaluation_id=self.evaluation_id, number=self.pass_number)
        return LaneFailed(this=this, lane=self.lane, reason=self.cause)


class CaughtInPass(BaseModel):
    """An execution's own word: its input with the error that was caught."""

    organisation: str
    evaluation_id: str
    number: int = Field(alias="pass")
    failure: StateError

    def parsed(self) -> PassFailed:
        this = Pass(organisation=self.organisation, evaluation_id=self.evaluation_id, number=self.number)
        return PassFailed(this=this, reason=sentence(self.failure.error, self.failure.cause))


class StatusChange(BaseModel):
    """EventBridge's word that an execution failed, timed out or was aborted: its detail, as far as we read it."""

    status: str = Field(validation_alias=AliasPath("detail", "status"))
    input: str = Field(validation_alias=AliasPath("detail", "input"))
    error: str | None = Field(None, validation_alias=AliasPath("detail", "error"))
    cause: str | None = Field(None, validation_alias=AliasPath("detail", "cause"))

    def parsed(self) -> PassFailed:
        this = PassInput.model_validate_json(self.input).parsed()
        return PassFailed(this=this, reason=sentence(self.error or f"Execution {self.status}", self.cause or ""))


FAILURE: TypeAdapter[CaughtInLane | LaneGivenUp | CaughtInPass | StatusChange] = TypeAdapter(
    Annotated[CaughtInLane | LaneGivenUp | CaughtInPass | StatusChange, Field(union_mode="left_to_right")]
)


def parse_failure(event: dict[str, Any]) -> LaneFailed | PassFailed:
    """The failure that `event` tells of."""
    return FAILURE.validate_python(event).parsed()


def sentence(error: str, cause: str) -> str:
    """The error in a sentence; a Lambda's own message where the cause holds one."""
    try:
        message = json.loads(cause).get("errorMessage", cause)
    except (ValueError, AttributeError, RecursionError):
        message = cause
    return (f"{error}: {message}" if message else error)[:LONGEST_REASON]
