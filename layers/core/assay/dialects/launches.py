"""Launches that do not come by HTTP: each in the words of its dialect, made into what is to be created."""

from typing import Any

from pydantic import ValidationError

from assay.dialects.humanloop.evaluations import wish
from assay.dialects.humanloop.requests import CreateEvaluationRequest
from assay.domain.errors import InvalidRequest
from assay.domain.ids import NewId
from assay.domain.trigger import Launch
from assay.use_cases.start_evaluation import new_evaluation
from assay.use_cases.trigger_eval import Launcher
from assay.use_cases.trigger_eval.turns import Launched

KEYS_IN_THE_OPEN = "provider_api_keys cannot come by an event: events are kept and logged on their way here."


def request(launch: Launch) -> CreateEvaluationRequest:
    """The launch's body as its dialect reads it. Raises InvalidRequest."""
    try:
        request = CreateEvaluationRequest.model_validate(launch.body)
    except ValidationError as error:
        raise InvalidRequest(str(error)) from error
    if request.keys:
        raise InvalidRequest(KEYS_IN_THE_OPEN, ("provider_api_keys",))
    return request


def launcher(ports: Any) -> Launcher:
    """What makes a launch into its evaluation. It raises InvalidRequest for a body that is none of its dialect's."""

    def launched(organisation: str, launch: Launch, new_id: NewId) -> Launched:
        evaluation = new_evaluation(
            organisation,
            wish(launch.project_id, request(launch)),
            resources=ports.resources,
            datasets=ports.datasets,
            limits=ports.limits,
            clock=ports.clock,
            new_id=new_id,
        )
        return (evaluation,)

    return launched
