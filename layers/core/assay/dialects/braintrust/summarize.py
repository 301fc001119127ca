"""The route by which an experiment's summary is asked for, at any time (contracts/braintrust.md §7.5).

While its run goes on, and where it came to no good end, `progress` says how far it is: that is ours.
"""

import json
from typing import Any

from aws_lambda_powertools.event_handler import Response

from assay.dialects.braintrust import summaries
from assay.dialects.braintrust.wire import Open
from assay.dialects.http import JSON, Call, Route
from assay.domain.experiment import Experiment
from assay.domain.value import JsonValue
from assay.use_cases.compare_experiment import is_logged_to
from assay.use_cases.view_experiment import ExperimentView, summarized, summarized_now, view_experiment
from assay.use_cases.view_progress import view_progress


class SummaryQuery(Open):
    """Whether numbers are wanted, and beside which base."""

    summarize_scores: bool = False
    comparison_experiment_id: str | None = None


def summarize(call: Call, ports: Any, experiment_id: str) -> Response[str]:
    """GET /v1/experiment/{experiment_id}/summarize: names and links, and the numbers if they are wanted."""
    query = call.query(SummaryQuery)
    experiment = ports.resources.get(call.organisation, Experiment, experiment_id)
    address = summaries.addresses(call, ports)
    if not query.summarize_scores:
        stores = summaries.stores_of(ports)
        return json_answer(summaries.named(view_experiment(call.organisation, experiment, stores=stores), address))
    view = numbers(call, ports, experiment, query.comparison_experiment_id)
    return json_answer({**summaries.body(view, address), **progress(call, ports, view)})


def progress(call: Call, ports: Any, view: ExperimentView) -> dict[str, JsonValue]:
    """How far a run is that is not completed; of any other nothing is said."""
    if view.evaluation is None or view.evaluation.status == "completed":
        return {}
    around = {name: getattr(ports, name) for name in ("resources", "progress", "posted", "prices", "clock")}
    return {"progress": view_progress(call.organisation, view.evaluation, **around).model_dump(mode="json")}


def numbers(call: Call, ports: Any, experiment: Experiment, base_id: str | None) -> ExperimentView:
    """The stored numbers where they are what is asked for; else they are worked out anew."""
    stores = summaries.stores_of(ports)
    stored = summarized(call.organisation, experiment, stores=stores)
    is_live = stored.evaluation is not None and not stored.evaluation.is_at_rest
    is_asked_for = stored.comparison is not None and base_id in {None, stored.comparison.base_id}
    if is_live or (is_asked_for and not is_logged_to(call.organisation, experiment, stores)):
        return stored
    return summarized_now(call.organisation, experiment, base_id, stores=stores, prices=ports.prices)


def json_answer(body: dict[str, JsonValue]) -> Response[str]:
    """A JSON answer."""
    return Response(status_code=200, content_type=JSON, body=json.dumps(body))


ROUTES = (Route("GET", "/v1/experiment/{experiment_id}/summarize", summarize),)
