"""The routes of experiments and their rows (contracts/braintrust.md §7.5)."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from assay.dialects.braintrust import lists
from assay.dialects.braintrust.event_requests import ExperimentFeedbackRequest, InsertExperimentRequest, translated
from assay.dialects.braintrust.http import kept, made
from assay.dialects.braintrust.rows import (
    EVERYWHERE,
    OF_EXPERIMENTS,
    Inserted,
    Success,
    event,
    fetch,
    insert,
    require,
)
from assay.dialects.braintrust.wire import ListQuery, Moment, Name, ObjectList, Open
from assay.dialects.http import Call, Route, answer
from assay.domain.erasure import Erasure
from assay.domain.experiment import Experiment
from assay.domain.metric_names import names_of_metrics
from assay.domain.project import Project
from assay.domain.rows import BaseRows, Content, Event, Row
from assay.domain.value import JsonValue, Model
from assay.use_cases.manage_resources.changes import change, remove
from assay.use_cases.manage_resources.experiments import create_experiment as create
from assay.use_cases.manage_resources.experiments import name_of, note_metrics
from assay.use_cases.run_rows import run_rows


class ExperimentFields(Open):
    """What can be said of an experiment, when it is made and later."""

    name: Name | None = None
    description: str | None = None
    repo_info: dict[str, JsonValue] | None = None
    base_exp_id: str | None = None
    dataset_id: str | None = None
    dataset_version: str | None = None
    internal_metadata: dict[str, JsonValue] | None = None
    parameters_id: str | None = None
    parameters_version: str | None = None
    public: bool | None = None
    metadata: dict[str, JsonValue] | None = None
    tags: tuple[str, ...] | None = None

    def fields(self) -> dict[str, Any]:
        """The same by the core's names; None where nothing is said."""
        said = self.model_dump(include=set(ExperimentFields.model_fields))
        return {"base_experiment_id": said.pop("base_exp_id"), **said}


class CreateExperimentRequest(ExperimentFields):
    """What a new experiment is to be."""

    project_id: str
    ensure_new: bool | None = None

    def experiment(self, fresh: dict[str, Any]) -> Experiment:
        """The experiment, with an id and dates that are `fresh`; one without a name is named by branch and time."""
        branch = (self.repo_info or {}).get("branch")
        name = name_of(self.name, str(branch) if branch else None, int(fresh["created_at"].timestamp()))
        said = {field: value for field, value in self.fields().items() if value is not None}
        return Experiment(**fresh, project_id=self.project_id, **{**said, "name": name})


class ExperimentsQuery(ListQuery):
    """Which experiments."""

    experiment_name: str | None = None
    project_name: str | None = None
    project_id: str | None = None


class ExperimentResponse(Model):
    """An experiment."""

    id: str
    project_id: str
    name: str
    description: str | None
    created: Moment
    repo_info: dict[str, JsonValue] | None
    commit: str | None
    base_exp_id: str | None
    deleted_at: Moment | None = None
    dataset_id: str | None
    dataset_version: str | None
    internal_metadata: dict[str, JsonValue] | None
    parameters_id: str | None
    parameters_version: str | None
    public: bool
    user_id: str | None = None
    metadata: dict[str, JsonValue] | None
    tags: tuple[str, ...] | None


def shown(experiment: Experiment, **more: Any) -> ExperimentResponse:
    """The experiment in the dialect's words."""
    commit = (experiment.repo_info or {}).get("commit")
    return ExperimentResponse(
        **experiment.model_dump(include=set(ExperimentResponse.model_fields)),
        created=experiment.created_at,
        commit=commit if isinstance(commit, str) else None,
        base_exp_id=experiment.base_experiment_id,
        **more,
    )


def create_experiment(call: Call, ports: Any) -> Response[str]:
    """POST /v1/experiment: the project's of that name; a new one where `ensure_new` says so, or there is no name."""
    wish = call.body(CreateExperimentRequest)
    ports.resources.get(call.organisation, Project, wish.project_id)
    found = create(
        call.organisation,
        wish.experiment(made(ports)),
        ensure_new=bool(wish.ensure_new) or wish.name is None,
        resources=ports.resources,
        suffix=lambda: ports.new_uuid().hex[-8:],
    )
    return kept(shown(found.resource), was_there=found.was_there)


def list_experiments(call: Call, ports: Any) -> Response[str]:
    """GET /v1/experiment."""
    query = call.query(ExperimentsQuery)
    every = lists.of_project(call, ports, Experiment, query.project_id, query.project_name)
    wanted = [each for each in every if query.experiment_name in {None, each.name}]
    return lists.answered(ObjectList[ExperimentResponse], wanted, query, call.organisation, shown)


def get_experiment(call: Call, ports: Any, experiment_id: str) -> Response[str]:
    """GET /v1/experiment/{experiment_id}."""
    return answer(shown(existing(call, ports, experiment_id)))


def existing(call: Call, ports: Any, experiment_id: str) -> Experiment:
    """The experiment. Raises NotFound."""
    experiment: Experiment = ports.resources.get(call.organisation, Experiment, experiment_id)
    return experiment


def update_experiment(call: Call, ports: Any, experiment_id: str) -> Response[str]:
    """PATCH /v1/experiment/{experiment_id}."""
    wish = call.body(ExperimentFields)
    around = {"resources": ports.resources, "clock": ports.clock}
    return answer(shown(change(call.organisation, Experiment, experiment_id, wish.fields(), **around)))


def delete_experiment(call: Call, ports: Any, experiment_id: str) -> Response[str]:
    """DELETE /v1/experiment/{experiment_id}: the experiment as it was; its name is free."""
    gone = remove(call.organisation, Experiment, experiment_id, resources=ports.resources)
    place = {"organisation": call.organisation, "kind": "experiment", "id": gone.id}
    ports.erasures.begin(Erasure(**place, evaluation_id=gone.evaluation_id))
    return answer(shown(gone, deleted_at=ports.clock.now()))


def insert_rows(call: Call, ports: Any, experiment_id: str) -> Response[str]:
    """POST /v1/experiment/{experiment_id}/insert."""
    events = translated(call.body(InsertExperimentRequest).events)
    existing(call, ports, experiment_id)
    note(call, ports, experiment_id, events)
    return answer(Inserted(row_ids=insert(call, ports, ports.experiment_rows, experiment_id, events)))


def note(call: Call, ports: Any, experiment_id: str, events: list[Event]) -> None:
    """Keeps by which metrics events measure. Raises InvalidRequest where an experiment has too many."""
    around = {"resources": ports.resources, "clock": ports.clock}
    note_metrics(call.organisation, experiment_id, names_of_metrics(events), **around)


def base_rows(call: Call, ports: Any, experiment: Experiment) -> BaseRows:
    """What stands before everything that was logged to the experiment: the rows of its run, if it has one."""
    stores = {"resources": ports.resources, "datasets": ports.datasets, "runs": ports.runs, "posted": ports.posted}
    return run_rows(call.organisation, experiment, **stores)


def fetch_rows(call: Call, ports: Any, experiment_id: str) -> Response[str]:
    """GET and POST /v1/experiment/{experiment_id}/fetch."""
    experiment = existing(call, ports, experiment_id)
    place: Content = {"project_id": experiment.project_id, "experiment_id": experiment.id}

    def shown_row(row: Row) -> Content:
        return event(row, (*EVERYWHERE, *OF_EXPERIMENTS), place)

    base = base_rows(call, ports, experiment)
    return fetch(call, experiment_id, rows=ports.experiment_rows, base=base, shown=shown_row)


def give_feedback(call: Call, ports: Any, experiment_id: str) -> Response[str]:
    """POST /v1/experiment/{experiment_id}/feedback."""
    events = translated(call.body(ExperimentFeedbackRequest).feedback)
    base = base_rows(call, ports, existing(call, ports, experiment_id))
    require(call, ports.experiment_rows, experiment_id, events, base)
    insert(call, ports, ports.experiment_rows, experiment_id, events)
    return answer(Success())


ROUTES = (
    Route("POST", "/v1/experiment", create_experiment),
    Route("GET", "/v1/experiment", list_experiments),
    Route("GET", "/v1/experiment/{experiment_id}", get_experiment),
    Route("PATCH", "/v1/experiment/{experiment_id}", update_experiment),
    Route("DELETE", "/v1/experiment/{experiment_id}", delete_experiment),
    Route("POST", "/v1/experiment/{experiment_id}/insert", insert_rows),
    Route("GET", "/v1/experiment/{experiment_id}/fetch", fetch_rows),
    Route("POST", "/v1/experiment/{experiment_id}/fetch", fetch_rows, reads=True),
    Route("POST", "/v1/experiment/{experiment_id}/feedback", give_feedback),
)
