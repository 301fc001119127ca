"""Rows of several objects in one request (contracts/braintrust.md §7.8)."""

from typing import Any

from aws_lambda_powertools.event_handler import Response
from pydantic import Field

from assay.dialects.braintrust import datasets, experiments
from assay.dialects.braintrust.event_requests import (
    DatasetEventRequest,
    DatasetFeedback,
    ExperimentEventRequest,
    ExperimentFeedback,
    translated,
)
from assay.dialects.braintrust.rows import Inserted, insert, require
from assay.dialects.braintrust.wire import Open
from assay.dialects.http import Call, Route, answer
from assay.domain.errors import InvalidRequest
from assay.domain.metric_names import names_of_metrics
from assay.domain.rows import MOST_EVENTS, BaseRows, Event, NoRows
from assay.domain.value import JsonValue, Model
from assay.ports import Rows


class ForDataset(Open):
    """What is to be written to one dataset."""

    events: tuple[DatasetEventRequest, ...] | None = Field(default=None, max_length=MOST_EVENTS)
    feedback: tuple[DatasetFeedback, ...] | None = Field(default=None, max_length=MOST_EVENTS)


class ForExperiment(Open):
    """What is to be written to one experiment."""

    events: tuple[ExperimentEventRequest, ...] | None = Field(default=None, max_length=MOST_EVENTS)
    feedback: tuple[ExperimentFeedback, ...] | None = Field(default=None, max_length=MOST_EVENTS)


class CrossInsertRequest(Open):
    """What is to be written to each object, by its id."""

    experiment: dict[str, ForExperiment] | None = None
    dataset: dict[str, ForDataset] | None = None
    project_logs: dict[str, JsonValue] | None = None


class CrossInserted(Model):
    """The ids of the rows written, nested as the request was."""

    experiment: dict[str, Inserted]
    dataset: dict[str, Inserted]


class Write:
    """What is to be written to one log: its events, and feedback on rows that are there."""

    def __init__(self, rows: Rows, log_id: str, base: BaseRows, wish: ForDataset | ForExperiment) -> None:
        self.rows, self.log_id, self.base = rows, log_id, base
        self.events: list[Event] = translated(wish.events or ())
        self.feedback: list[Event] = translated(wish.feedback or ())


def insert_across(call: Call, ports: Any) -> Response[str]:
    """POST /v1/insert: nothing is written unless every object is there, and every row that feedback is about."""
    wish = call.body(CrossInsertRequest)
    if wish.project_logs:
        raise InvalidRequest(
            "Project logs are not kept here: insert into a dataset or an experiment.", ("project_logs",)
        )
    to_experiments = {one: for_experiment(call, ports, one, each) for one, each in (wish.experiment or {}).items()}
    to_datasets = {one: for_dataset(call, ports, one, each) for one, each in (wish.dataset or {}).items()}
    for write in (*to_experiments.values(), *to_datasets.values()):
        made = {event.id for event in write.events}
        others = [event for event in write.feedback if event.id not in made]
        require(call, write.rows, write.log_id, others, write.base)
    for one, write in to_experiments.items():
        experiments.note(call, ports, one, write.events)
    done = CrossInserted(
        experiment={one: written(call, ports, write) for one, write in to_experiments.items()},
        dataset={one: written(call, ports, write) for one, write in to_datasets.items()},
    )
    return answer(done)


def for_experiment(call: Call, ports: Any, experiment_id: str, wish: ForExperiment) -> Write:
    """What is to be written to an experiment. Raises NotFound, InvalidRequest."""
    experiment = experiments.existing(call, ports, experiment_id)
    write = Write(ports.experiment_rows, experiment_id, experiments.base_rows(call, ports, experiment), wish)
    experiment.measured_by(names_of_metrics(write.events), ports.clock.now())
    return write


def for_dataset(call: Call, ports: Any, dataset_id: str, wish: ForDataset) -> Write:
    """What is to be written to a dataset. Raises NotFound, InvalidRequest."""
    datasets.existing(call, ports, dataset_id)
    return Write(ports.dataset_rows, dataset_id, NoRows(), wish)


def written(call: Call, ports: Any, write: Write) -> Inserted:
    """Writes it, in one transaction."""
    every = insert(call, ports, write.rows, write.log_id, [*write.events, *write.feedback])
    return Inserted(row_ids=every[: len(write.events)])


ROUTES = (Route("POST", "/v1/insert", insert_across),)
