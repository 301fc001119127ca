"""The routes of evals: launch one, wait for one (contracts/braintrust.md §1, §2, §3.5)."""

import hashlib
import json
from typing import Any
from uuid import UUID

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response

from assay.dialects.bodies import MOST_BYTES, TooLarge
from assay.dialects.braintrust import summaries
from assay.dialects.braintrust.eval_requests import EvalRequest
from assay.dialects.braintrust.event_stream import finished, unfinished
from assay.dialects.braintrust.summaries import SummaryResponse
from assay.dialects.braintrust.translate_evals import wish
from assay.dialects.braintrust.wire import Open
from assay.dialects.http import JSON, Call, Route, answer
from assay.dialects.links import root_of
from assay.domain.claim import Attempt
from assay.domain.errors import InvalidRequest
from assay.domain.experiment import Experiment
from assay.domain.ids import canonical_json
from assay.domain.value import JsonValue
from assay.use_cases.await_experiment import await_evaluation
from assay.use_cases.estimate_eval import estimate_eval
from assay.use_cases.launch_eval import LaunchEval, launch_once, new_eval, rehearsed_eval
from assay.use_cases.launch_ports import LaunchPorts
from assay.use_cases.view_experiment import ExperimentView, summarized

PATIENCE = 25.0
"""Seconds from a request's arrival to its answer: the gateway gives up after 29."""
MOST_HOPS = 18
"""Clients follow 20 redirections."""
WORK_HAS_BEGUN = {"x-should-retry": "false"}
"""On what goes wrong later, so that nobody launches it again."""
CANCELLED, FAILED = 422, 500
"""What a run that was ended before its time answers with: 422 is nothing that clients ask again by themselves."""
UNREASONED = {True: "It was cancelled.", False: "There is no summary."}
"""What is said where nothing is known but whether it was cancelled."""
NO_PROJECT = str(UUID(int=0))
"""The project of an estimate for which there is none yet: the UUID that is nothing's."""
ADVICE = (
    f"The request is larger than {MOST_BYTES} bytes. Insert the rows into a dataset, with POST /v1/dataset and "
    "POST /v1/dataset/{id}/insert, and give its dataset_id as data."
)

logger = Logger(child=True)


class WaitQuery(Open):
    """The how-manieth redirection this is."""

    hop: int = 1


class BrokenOff(SummaryResponse):
    """Why a run came to no good end, and the summary of what there is of it."""

    error: str


def launch(call: Call, ports: Any) -> Response[str]:
    """POST /v1/eval: the summary when all is done, or where to wait for it."""
    if len(call.text.encode(errors="replace")) > MOST_BYTES:
        raise TooLarge(ADVICE)
    request = call.body(EvalRequest)
    wanted = wish(request, ports.new_uuid)
    needed = LaunchPorts(*(getattr(ports, name) for name in LaunchPorts._fields))
    if call.prefers("estimate"):
        return estimate(call, wanted, needed)
    experiment = launch_once(call.organisation, wanted, attempt(call), needed)
    logger.info("launch_eval", extra={"experiment_id": experiment.id, "evaluation_id": experiment.evaluation_id})
    if call.prefers("respond-async"):
        return accepted(call, ports, experiment)
    view = awaited(call, ports, experiment)
    if request.stream:
        return streamed(call, ports, view)
    return over(call, ports, view) or redirection(f"experiment/{experiment.id}/wait?hop=1")


def estimate(call: Call, wanted: LaunchEval, ports: LaunchPorts) -> Response[str]:
    """What the eval would come to, in a project or in none yet; nothing is created (docs/estimates.md)."""
    rehearsed = rehearsed_eval if wanted.project_id == NO_PROJECT else new_eval
    new = rehearsed(call.organisation, wanted, str(ports.new_uuid()), ports)
    return answer(estimate_eval(call.organisation, new, ports), headers={"Preference-Applied": "estimate"})


def wait(call: Call, ports: Any, experiment_id: str) -> Response[str]:
    """GET /v1/experiment/{experiment_id}/wait: as the end of `launch`, and again; at last what is known by then."""
    hop = call.query(WaitQuery).hop
    experiment = ports.resources.get(call.organisation, Experiment, experiment_id)
    if experiment.evaluation_id is None:
        raise InvalidRequest(f"The experiment '{experiment_id}' has no run: there is nothing to wait for.")
    view = awaited(call, ports, experiment)
    if done := over(call, ports, view):
        return done
    return running(call, ports, view) if hop >= MOST_HOPS else redirection(f"wait?hop={hop + 1}")


def attempt(call: Call) -> Attempt:
    """How the client asks: by which key, and for the how-manieth time."""
    retries = header(call, "x-stainless-retry-count")
    return Attempt(
        fingerprint=hashlib.sha256(canonical_json(call.json).encode()).hexdigest(),
        key=header(call, "idempotency-key") or None,
        is_repeated=retries.isdigit() and int(retries) > 0,
    )


def header(call: Call, name: str) -> str:
    """A header's value; empty where there is none."""
    headers = call.event.raw_event.get("headers") or {}
    return next((str(value) for given, value in headers.items() if given.lower() == name), "")


def awaited(call: Call, ports: Any, experiment: Experiment) -> ExperimentView:
    """The experiment when it is over, or when the caller has waited as long as the gateway lets it.

    Raises NotFound where it was deleted meanwhile.
    """
    left = PATIENCE - waited_already(call, ports)
    await_evaluation(
        call.organisation, str(experiment.evaluation_id), left, resources=ports.resources, clock=ports.clock,
        pause=ports.pause,
    )  # fmt: skip
    current = ports.resources.get(call.organisation, Experiment, experiment.id)
    return summarized(call.organisation, current, stores=summaries.stores_of(ports))


def waited_already(call: Call, ports: Any) -> float:
    """Seconds since the request came to the gateway."""
    arrived = call.event.raw_event["requestContext"].get("requestTimeEpoch")
    return max(ports.clock.now().timestamp() - arrived / 1000, 0.0) if arrived else 0.0


def over(call: Call, ports: Any, view: ExperimentView) -> Response[str] | None:
    """The summary; with an error where the run came to no good end; None while it goes on."""
    if goes_on(view):
        return None
    known = summary(call, ports, view)
    if failure := broken_off(view):
        return json_answer(broken_status(view), {"error": failure, **known}, WORK_HAS_BEGUN)
    return json_answer(200, known)


def goes_on(view: ExperimentView) -> bool:
    """Whether there is something to wait for."""
    return view.evaluation is not None and not view.evaluation.is_at_rest


def broken_off(view: ExperimentView) -> str | None:
    """Why the run came to no good end; None where it did."""
    if view.comparison is not None and not (view.evaluation and view.evaluation.is_cut_off):
        return None
    reason = view.evaluation.reason if view.evaluation else None
    return f"The experiment {view.experiment.id} was not completed. {reason or UNREASONED[is_cancelled(view)]}"


def broken_status(view: ExperimentView) -> int:
    """Whose the end is: a limit's or a client's, and then no server is at fault; or ours."""
    return CANCELLED if is_cancelled(view) else FAILED


def is_cancelled(view: ExperimentView) -> bool:
    """Whether it was ended by a limit, or by a client."""
    return view.evaluation is not None and view.evaluation.status == "cancelled"


def summary(call: Call, ports: Any, view: ExperimentView) -> dict[str, JsonValue]:
    """The summary as far as it is known."""
    return summaries.body(view, summaries.addresses(call, ports))


def running(call: Call, ports: Any, view: ExperimentView) -> Response[str]:
    """What is known of an experiment that is not over: its names, and that its scores are to come."""
    return json_answer(200, {**summary(call, ports, view), "status": "running"})


def accepted(call: Call, ports: Any, experiment: Experiment) -> Response[str]:
    """The answer at once to a client that does not want to wait."""
    view = summarized(call.organisation, experiment, stores=summaries.stores_of(ports))
    where = {"Location": f"experiment/{experiment.id}/wait?hop=1", "Preference-Applied": "respond-async"}
    return json_answer(202, summary(call, ports, view), where)


def streamed(call: Call, ports: Any, view: ExperimentView) -> Response[str]:
    """The answer as server-sent events."""
    known = summary(call, ports, view)
    root = root_of(call.event.raw_event)
    where = f"{root}/v1/experiment/{view.experiment.id}/wait?hop=1" if goes_on(view) else None
    reason = view.evaluation.reason if view.evaluation else None
    body = unfinished(known, where) if where else finished(known, broken_off(view) or reason)
    return Response(
        status_code=200,
        content_type="text/event-stream",
        body=body,
        headers={"Cache-Control": "no-cache"},
    )


def redirection(where: str) -> Response[str]:
    """Where to go on waiting, seen from the address that was asked."""
    return Response(status_code=303, content_type=JSON, body="{}", headers={"Location": where})


def json_answer(status: int, body: dict[str, JsonValue], headers: dict[str, str] | None = None) -> Response[str]:
    """A JSON answer."""
    return Response(status_code=status, content_type=JSON, body=json.dumps(body), headers=headers or {})


ROUTES = (
    Route("POST", "/v1/eval", launch),
    Route("GET", "/v1/experiment/{experiment_id}/wait", wait),
)
