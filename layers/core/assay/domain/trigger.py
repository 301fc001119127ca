"""Triggers: which events may start which evaluation, for whom, and what if one is under way already."""

import hashlib
import re
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from assay.domain.errors import Forbidden, InvalidRequest
from assay.domain.evaluation import Evaluation
from assay.domain.ids import NewId, make_id, number_of
from assay.domain.value import JsonValue, Resource, Value

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
SCHEDULER = "aws.scheduler"
"""The source of what schedules send. Nobody else can: EventBridge takes no event from others whose source is AWS's."""

TRIGGERS = "triggers"
"""The list of an organisation's triggers, and where their names stand among all."""

Policy = Literal["queue", "skip", "replace"]
"""What becomes of an event while the trigger's last evaluation is under way: it waits, it is dropped, or it wins."""


class HumanloopLaunch(Value):
    """A launch as a client would post it to `/v4/projects/{project_id}/evaluations`."""

    dialect: Literal["humanloop"] = "humanloop"
    project_id: str
    body: dict[str, JsonValue] = Field(default_factory=dict)

    @model_validator(mode="after")
    def has_no_name(self) -> Self:
        """Refuses a name: each of the trigger's evaluations would have the same. An event may bring one."""
        if "name" in self.body:
            raise ValueError("A trigger's launch has no name: all of its evaluations would have the same.")
        return self

    @model_validator(mode="after")
    def has_no_keys(self) -> Self:
        """Refuses keys of providers, which would be kept with the trigger."""
        if self.body.get("provider_api_keys"):
            raise ValueError("A trigger's launch has no provider_api_keys: they would be kept with it.")
        return self


class BraintrustLaunch(Value):
    """A launch as a client would post it to `/v1/eval`; its project need not be said again in the body.

    A name for the experiments may be: where it is taken it gets an ending.
    """

    dialect: Literal["braintrust"] = "braintrust"
    project_id: str
    body: dict[str, JsonValue] = Field(default_factory=dict)

    @property
    def request(self) -> dict[str, JsonValue]:
        """The whole request. Raises InvalidRequest for a body that is meant for another project."""
        if self.body.get("project_id", self.project_id) != self.project_id:
            raise InvalidRequest(f"The trigger's project is {self.project_id}.", ("project_id",))
        return {**self.body, "project_id": self.project_id}


Launch = Annotated[HumanloopLaunch | BraintrustLaunch, Field(discriminator="dialect")]
"""A launch in the words of its dialect; `dialect` tells which."""


class Trigger(Resource):
    """Binds events of one source and AWS account to an organisation and a launch."""

    name: str
    source: str
    account: str
    launch: Launch
    policy: Policy = "queue"

    @property
    def listed_in(self) -> tuple[str, ...]:
        return (TRIGGERS,)

    @property
    def unique_name(self) -> str | None:
        return f"{TRIGGERS}/{self.name}"

    def require(self, event: "LaunchRequested") -> None:
        """Raises Forbidden unless the event comes from where the trigger says."""
        if (event.source, event.account) != (self.source, self.account):
            raise Forbidden(f"The trigger {self.name} takes no events of {event.source} in account {event.account}.")

    def launch_for(self, body: dict[str, JsonValue]) -> Launch:
        """The launch that an event asks for: what its body says comes before what the trigger says."""
        return self.launch.model_copy(update={"body": {**self.launch.body, **body}})


def require_name(name: str) -> None:
    """Raises InvalidRequest unless a trigger may be called so."""
    if not NAME.fullmatch(name):
        raise InvalidRequest("A trigger is named by a letter or digit and up to 39 more, or '_', '.' and '-'.")


class LaunchRequested(Value):
    """An event that asks for an evaluation. The body, or the object that holds it, adds to the trigger's launch."""

    organisation: str
    trigger: str
    event_id: str
    source: str
    account: str
    at: datetime
    body: dict[str, JsonValue] = Field(default_factory=dict)
    body_key: str | None = None

    def ids(self, trigger: Trigger) -> NewId:
        """Makes ids that depend on the event alone, so that its second delivery makes the same; they sort by time."""

        def new_id(prefix: str) -> str:
            return make_id(prefix, self.at, hashlib.sha256(f"{prefix} {trigger.id} {self.event_id}".encode()).digest())

        return new_id


class EvaluationEnded(Value):
    """An event that tells that an evaluation of a trigger is over, and that the next may have its turn."""

    organisation: str
    trigger_id: str


class Turn(Resource):
    """Which evaluation of a trigger is under way. There is one turn for each trigger, or none."""

    evaluation_id: str

    @classmethod
    def of(cls, trigger_id: str, evaluation_id: str, now: datetime) -> Self:
        """The turn of an evaluation. Its revision is the evaluation's own: no other's turn is taken for it."""
        number = number_of(evaluation_id)
        return cls(id=turn_id(trigger_id), created_at=now, updated_at=now, revision=number, evaluation_id=evaluation_id)


class Waiting(Resource):
    """An evaluation that waits for its turn; its id sorts as the evaluation's."""

    trigger_id: str
    evaluation_id: str

    @property
    def listed_in(self) -> tuple[str, ...]:
        return (waiting_list(self.trigger_id),)

    @classmethod
    def of(cls, evaluation: Evaluation, trigger_id: str) -> Self:
        """The place of an evaluation in the trigger's queue."""
        times = {"created_at": evaluation.created_at, "updated_at": evaluation.created_at}
        return cls(id=waiting_id(evaluation.id), trigger_id=trigger_id, evaluation_id=evaluation.id, **times)


def turn_id(trigger_id: str) -> str:
    """The id of a trigger's turn."""
    return f"{trigger_id}.turn"


def waiting_id(evaluation_id: str) -> str:
    """The id of an evaluation's place in its queue."""
    return f"{evaluation_id}.waiting"


def waiting_list(trigger_id: str) -> str:
    """The list of the evaluations that wait for their turn, the oldest event first."""
    return f"{trigger_id}/waiting"
