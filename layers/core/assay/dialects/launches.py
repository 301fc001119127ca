"""Launches that do not come by HTTP: each in the words of its dialect, made into what is to be created.

A dialect is loaded when a launch speaks it: most events are none, or of one.
"""

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from assay.domain.complaints import complaints
from assay.domain.errors import InvalidRequest
from assay.domain.ids import NewId
from assay.domain.trigger import BraintrustLaunch, HumanloopLaunch, Launch
from assay.domain.value import JsonValue
from assay.use_cases.launched import Launched
from assay.use_cases.trigger_eval import Launcher

KEYS_IN_THE_OPEN = "provider_api_keys cannot come by an event: events are kept and logged on their way here."
R = TypeVar("R", bound=BaseModel)


def launcher(ports: Any) -> Launcher:
    """What makes a launch into its evaluation. It raises InvalidRequest for a body that is none of its dialect's."""

    def launched(organisation: str, launch: Launch, new_id: NewId) -> Launched:
        if isinstance(launch, BraintrustLaunch):
            return of_braintrust(organisation, launch, new_id, ports)
        return of_humanloop(organisation, launch, new_id, ports)

    return launched


def of_humanloop(organisation: str, launch: HumanloopLaunch, new_id: NewId, ports: Any) -> Launched:
    """The evaluation."""
    from assay.dialects.humanloop.requests import CreateEvaluationRequest
    from assay.dialects.humanloop.translate_launch import wish
    from assay.use_cases.start_evaluation import new_evaluation

    request = parsed(CreateEvaluationRequest, launch.body)
    if request.keys:
        raise InvalidRequest(KEYS_IN_THE_OPEN, ("provider_api_keys",))
    asked = wish(launch.project_id, request)
    stores = {"resources": ports.resources, "datasets": ports.datasets, "prices": ports.prices}
    new = new_evaluation(organisation, asked, **stores, limits=ports.limits, clock=ports.clock, new_id=new_id)
    return Launched(new)


def of_braintrust(organisation: str, launch: BraintrustLaunch, new_id: NewId, ports: Any) -> Launched:
    """The evaluation and its experiment."""
    from assay.dialects.braintrust import translate_evals
    from assay.dialects.braintrust.eval_requests import EvalRequest
    from assay.use_cases.launch_eval import launch_for_trigger
    from assay.use_cases.launch_ports import LaunchPorts

    wish = translate_evals.wish(parsed(EvalRequest, launch.request), ports.new_uuid)
    needed = LaunchPorts(*(getattr(ports, name) for name in LaunchPorts._fields))
    return launch_for_trigger(organisation, wish, new_id, needed)


def parsed(kind: type[R], body: dict[str, JsonValue]) -> R:
    """A body as its dialect reads it. Raises InvalidRequest."""
    try:
        return kind.model_validate(body)
    except ValidationError as error:
        raise InvalidRequest("; ".join(map(str, complaints(error)))) from error
