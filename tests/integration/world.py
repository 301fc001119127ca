"""What tests of the Humanloop dialect need in place, made by way of the API; and what must be in every answer."""

from collections.abc import Callable
from typing import Any, NamedTuple

from tests.support.api_gateway import Api
from tests.support.aws import Stack
from tests.support.entry_points import invoked

CODE = "def judge(log, testcase):\n    return log['output'] == testcase['target']['output']\n"
LENGTH = "def length(log):\n    return len(log['output'])\n"
CONFIG = {
    "provider": "mock",
    "model": "mock-1",
    "name": "adder",
    "chat_template": [{"role": "user", "content": "What is {{a}} times {{b}}?"}],
}
EVALUATOR = {
    "name": "Exact match",
    "description": "The very text.",
    "arguments_type": "target_required",
    "return_type": "boolean",
    "type": "python",
    "code": CODE,
}
MEASURE = {**EVALUATOR, "name": "Length", "arguments_type": "target_free", "return_type": "number", "code": LENGTH}


def datapoint(a: int, b: int) -> dict[str, Any]:
    """A sum with its answer, as the provider `mock` gives it."""
    return {"inputs": {"a": str(a), "b": str(b)}, "target": {"output": f"The answer is {a * b}."}}


class World(NamedTuple):
    """The ids of one thing of each kind, that belong together."""

    project: str
    config: str
    dataset: str
    datapoint: str
    evaluator: str
    evaluation: str


def made(answer: Any, status: int = 201) -> Any:
    """The body of an answer that must be a success."""
    assert answer.status == status, answer.body
    return answer.body


def evaluation_request(config: str, dataset: str, *evaluators: str, **more: Any) -> dict[str, Any]:
    """The body that creates an evaluation; clients always send `provider_api_keys`."""
    return {
        "config_id": config,
        "dataset_id": dataset,
        "evaluator_ids": list(evaluators),
        "provider_api_keys": {},
        **more,
    }


def a_world(api: Api, rows: int = 3) -> World:
    """One of everything, with a dataset of `rows` datapoints."""
    project = made(api.post("/projects", {"name": "sums"}))["id"]
    config = made(api.post("/model-configs", {**CONFIG, "project_id": project}), 200)["config"]["id"]
    dataset = made(api.post(f"/projects/{project}/datasets", {"name": "sums", "description": ""}))["id"]
    points = made(api.post(f"/datasets/{dataset}/datapoints", [datapoint(n, 2) for n in range(rows)]))
    evaluator = made(api.post("/evaluators", EVALUATOR))["id"]
    request = evaluation_request(config, dataset, evaluator)
    evaluation = made(api.post(f"/projects/{project}/evaluations", request))["id"]
    return World(project, config, dataset, points[0]["id"], evaluator, evaluation)


class Standing:
    """An organisation with things that are made once for many tests: each finds them as they were made."""

    def __init__(self, cloud: Stack, make: Callable[[Stack, str], Any]) -> None:
        cloud.stores.forget_items()
        self.stores, self.organisation = cloud.stores, "org-0"
        self.things = make(cloud, self.organisation)
        self.moment = cloud.stores.moment()

    def again(self) -> str:
        """The organisation, to whose things nobody has done anything yet."""
        self.stores.put_back(self.moment)
        return self.organisation


def run(cloud: Stack, organisation: str, evaluation: str, states: tuple[str, ...] = ()) -> None:
    """Takes an evaluation of one lane through the functions of its states: all of them, or those named."""
    place = {"organisation": organisation, "evaluation_id": evaluation}
    turn = {**place, "lane": 0}
    for state in states or ("prepare_evaluation", "generate_outputs", "score_outputs", "summarize_experiment"):
        if state in {"generate_outputs", "score_outputs"}:
            turn = invoked(state, turn)
        else:
            invoked(state, {**place, "pass": 1})


REQUIRED: dict[str, tuple[str, ...]] = {
    "evaluation": (
        "id", "status", "config", "created_at", "updated_at", "evaluators", "dataset", "dataset_version_id",
    ),
    "config": ("id", "type", "model"),
    "dataset": ("id", "project_id", "name", "datapoint_count", "created_at", "updated_at"),
    "datapoint": ("id",),
    "evaluator": (
        "id", "name", "description", "arguments_type", "return_type", "type", "created_at", "updated_at",
    ),
    "result": ("id", "evaluator_id", "evaluator_version_id", "log_id", "created_at", "updated_at"),
    "log": ("id", "config", "evaluation_results", "observability_status", "updated_at"),
    "row": ("datapoint", "evaluation_results"),
    "session": ("id", "projects", "datapoints_count", "created_at", "updated_at"),
    "feedback": ("id", "type", "value"),
    "page": ("records", "page", "size", "total"),
    "project": (
        "id", "name", "users", "data_count", "feedback_types", "team_id", "created_at", "updated_at",
    ),
    "project config": ("project_id", "project_name", "created_at", "updated_at", "last_used", "config"),
    "aggregate": ("model_config_id", "evaluator_id", "evaluator_version_id"),
}  # fmt: skip
"""The fields that strict clients want, present and not null (contracts/humanloop-v4.md §6.8)."""

WITHIN: dict[str, dict[str, str]] = {
    "evaluation": {
        "config": "config", "evaluators": "evaluator", "dataset": "dataset", "dataset_snapshot": "dataset",
        "evaluator_aggregates": "aggregate",
    },
    "row": {"datapoint": "datapoint", "log": "log", "evaluation_results": "result"},
    "log": {"config": "config", "feedback": "feedback", "evaluation_results": "result"},
    "project": {"active_config": "project config"},
    "project config": {"config": "config"},
}  # fmt: skip
"""What nests in what."""


def shaped(kind: str, value: Any) -> Any:
    """`value`, whose required fields are there and not null, and those of whatever nests in it."""
    if isinstance(value, list):
        return [shaped(kind, one) for one in value]
    lacking = [name for name in REQUIRED[kind] if value.get(name) is None]
    assert not lacking, f"{kind} lacks {lacking}"
    for name, nested in WITHIN.get(kind, {}).items():
        if value.get(name) is not None:
            shaped(nested, value[name])
    return value


def paged(kind: str, value: Any) -> Any:
    """A page of things of a kind."""
    shaped(kind, shaped("page", value)["records"])
    return value
