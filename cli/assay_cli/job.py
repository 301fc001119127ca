"""An evaluation from end to end over the API: everything registered, launched, followed until it is over."""

import inspect
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from assay_cli.api import Api
from assay_cli.evaluators import answer_length, number_match
from assay_cli.problems import Problem

ROWS_PER_REQUEST = 200
PAGE = 100
SECONDS_BETWEEN_LOOKS = 0.5
OVER = frozenset({"completed", "cancelled", "failed"})
PROMPT = (
    "Solve the problem. Reason in a few short steps, "
    "then end with a line that holds nothing but the answer, as a number without a unit."
)

Progress = Callable[[int], None]
"""Told how many rows are done, at least."""


@dataclass(frozen=True)
class Model:
    """The model under test."""

    provider: str
    name: str

    @property
    def config(self) -> dict[str, object]:
        """The model with the prompt of this job, as the API registers it."""
        template = [{"role": "system", "content": PROMPT}, {"role": "user", "content": "{{question}}"}]
        settings = {"endpoint": "chat", "max_tokens": 400, "temperature": 0}
        return {"provider": self.provider, "model": self.name, "chat_template": template, **settings}


@dataclass(frozen=True)
class Job:
    """What is evaluated: a model on problems. `concurrency` None means the stack's default."""

    project: str
    model: Model
    problems: Sequence[Problem]
    concurrency: int | None = None


def launch(api: Api, job: Job) -> str:
    """Registers everything the job needs, starts its evaluation, and returns the evaluation's id."""
    registered = api.post("/model-configs", {"project": job.project, **job.model.config})
    project_id = registered["project_id"]
    wish: dict[str, object] = {
        "config_id": registered["config"]["id"],
        "dataset_id": upload(api, project_id, job.problems),
        "evaluator_ids": [
            create_evaluator(api, number_match, "target_required", "boolean"),
            create_evaluator(api, answer_length, "target_free", "number"),
        ],
    }
    if job.concurrency is not None:
        wish["max_concurrency"] = job.concurrency
    return str(api.post(f"/projects/{project_id}/evaluations", wish)["id"])


def upload(api: Api, project_id: str, problems: Sequence[Problem]) -> str:
    """Makes a dataset of the problems and returns its id."""
    wish = {"name": f"{len(problems)} word problems", "description": "Made by `assay demo`."}
    dataset_id = str(api.post(f"/projects/{project_id}/datasets", wish)["id"])
    for batch in batches(problems, ROWS_PER_REQUEST):
        api.post(f"/datasets/{dataset_id}/datapoints", [problem.datapoint for problem in batch])
    return dataset_id


def batches(problems: Sequence[Problem], size: int) -> list[Sequence[Problem]]:
    """The problems in their order, at most `size` at a time."""
    return [problems[start : start + size] for start in range(0, len(problems), size)]


def create_evaluator(api: Api, module: ModuleType, arguments_type: str, return_type: str) -> str:
    """Makes an evaluator of a module's source and returns its id."""
    wish = {
        "name": module.__name__.rpartition(".")[2],
        "description": inspect.getdoc(module),
        "arguments_type": arguments_type,
        "return_type": return_type,
        "type": "python",
        "code": inspect.getsource(module),
    }
    return str(api.post("/evaluators", wish)["id"])


def follow(api: Api, evaluation_id: str, progress: Progress) -> dict[str, Any]:
    """Waits until the evaluation is over and returns it with its aggregates."""
    done = 0
    while True:
        evaluation = api.get(f"/evaluations/{evaluation_id}", evaluator_aggregates=True)
        if evaluation["status"] in OVER:
            return dict(evaluation)
        done = rows_done(api, evaluation_id, done)
        progress(done)
        time.sleep(SECONDS_BETWEEN_LOOKS)


def rows_done(api: Api, evaluation_id: str, at_least: int) -> int:
    """How many rows have an output, by looking at one page: the first that was not full of them last time."""
    page = at_least // PAGE + 1
    records = api.get(f"/evaluations/{evaluation_id}/datapoints", page=page, size=PAGE)["records"]
    return max(at_least, (page - 1) * PAGE + sum(record["log"] is not None for record in records))


def all_rows(api: Api, evaluation_id: str) -> list[dict[str, Any]]:
    """Every row of the evaluation."""
    rows: list[dict[str, Any]] = []
    while True:
        page = api.get(f"/evaluations/{evaluation_id}/datapoints", page=len(rows) // PAGE + 1, size=PAGE)
        rows += page["records"]
        if len(rows) >= page["total"] or not page["records"]:
            return rows
