"""Evaluations for tests: launched over the API, followed until they are over."""

import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import httpx

from tests.support.faults import Body

OVER = frozenset({"completed", "cancelled"})
PAGE = 100
MOST_AT_ONCE = 1000

IS_RIGHT = {
    "name": "is right",
    "description": "Whether the answer holds the target.",
    "arguments_type": "target_required",
    "return_type": "boolean",
    "type": "python",
    "code": "def judge(log, testcase):\n    return testcase['target']['answer'] in log['output'].rstrip('.').split()\n",
}
LENGTH = {
    "name": "length",
    "description": "The characters of the answer.",
    "arguments_type": "target_free",
    "return_type": "number",
    "type": "python",
    "code": "def judge(log):\n    return len(log['output'])\n",
}

ADDER = {
    "provider": "openai",
    "model": "gpt-x",
    "endpoint": "chat",
    "chat_template": [{"role": "user", "content": "Add {{a}} and {{b}}."}],
}

names = (f"test {number} {time.time_ns()}" for number in itertools.count())


def sums(number: int) -> list[dict[str, Any]]:
    """Datapoints that ask for a sum, each for another: `Add 7 and 1.`"""
    return [{"inputs": {"a": str(n), "b": "1"}, "target": {"answer": str(n + 1)}} for n in range(number)]


def asks(n: int) -> Callable[[Body], bool]:
    """Whether a call to the provider is that of the n-th of `sums`, from 0."""
    return lambda body: body["messages"][-1]["content"] == f"Add {n} and 1."


@dataclass(frozen=True)
class Launched:
    """An evaluation under way."""

    api: httpx.Client
    id: str
    project_id: str

    def now(self) -> dict[str, Any]:
        """The evaluation as it stands, with its aggregates."""
        return said(self.api.get(f"/evaluations/{self.id}", params={"evaluator_aggregates": "true"}))

    def rows(self) -> list[dict[str, Any]]:
        """Every row as it stands, in the order of the dataset."""
        rows: list[dict[str, Any]] = []
        for page in itertools.count(1):
            found = said(self.api.get(f"/evaluations/{self.id}/datapoints", params={"page": page, "size": PAGE}))
            rows += found["records"]
            if len(rows) >= found["total"] or not found["records"]:
                return rows
        raise AssertionError

    def answered(self) -> list[dict[str, Any]]:
        """The rows that have an output by now."""
        return [row for row in self.rows() if row["log"] and row["log"]["output"] is not None]

    def over(self, seconds: float = 60) -> dict[str, Any]:
        """The evaluation once it is over. Raises AssertionError where it is not after `seconds`."""
        return until(lambda: (now := self.now())["status"] in OVER and now, seconds)


def ordinals(rows: Sequence[dict[str, Any]]) -> list[int]:
    """Which of `sums` the rows are of."""
    return [int(row["datapoint"]["inputs"]["a"]) for row in rows]


def until(look: Callable[[], Any], seconds: float = 60) -> Any:
    """What `look` sees once that is anything. Raises AssertionError where it is not after `seconds`."""
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < deadline, f"still not so after {seconds} s"
        time.sleep(0.1)
    return seen


def said(response: httpx.Response) -> Any:
    """The JSON of an answer that is no error."""
    assert response.is_success, f"{response.request.method} {response.url}: {response.status_code} {response.text}"
    return response.json()


def launch(
    api: httpx.Client,
    datapoints: Sequence[dict[str, Any]],
    *,
    evaluators: Sequence[dict[str, Any]] = (),
    config: Mapping[str, Any] | None = None,
    **wish: Any,
) -> Launched:
    """An evaluation of ADDER, but for what `config` says; `wish` is said when it is created."""
    return start(api, prepared(api, datapoints, evaluators, config or {}), **wish)


class Prepared(NamedTuple):
    """Everything that an evaluation needs, but not yet the evaluation."""

    project_id: str
    parts: dict[str, Any]


def prepared(
    api: httpx.Client,
    datapoints: Sequence[dict[str, Any]],
    evaluators: Sequence[dict[str, Any]],
    config: Mapping[str, Any],
) -> Prepared:
    """A config, a dataset and evaluators in a project of their own."""
    name = next(names)
    registered = said(api.post("/model-configs", json={"project": name} | ADDER | dict(config)))
    project_id = registered["project_id"]
    dataset_id = said(api.post(f"/projects/{project_id}/datasets", json={"name": name, "description": ""}))["id"]
    for first in range(0, len(datapoints), MOST_AT_ONCE):
        said(api.post(f"/datasets/{dataset_id}/datapoints", json=datapoints[first : first + MOST_AT_ONCE]))
    evaluator_ids = [said(api.post("/evaluators", json=each))["id"] for each in evaluators]
    parts = {"config_id": registered["config"]["id"], "dataset_id": dataset_id, "evaluator_ids": evaluator_ids}
    return Prepared(project_id, parts)


def start(api: httpx.Client, ready: Prepared, **wish: Any) -> Launched:
    """The evaluation, created."""
    evaluation = said(api.post(f"/projects/{ready.project_id}/evaluations", json=ready.parts | wish))
    return Launched(api, evaluation["id"], ready.project_id)
