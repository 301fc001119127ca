"""How fast the engine is, beside Braintrust's own in-process Eval() on the same work.

Both are measured in two ways. Without what surrounds it: from POST to completed, where all is warm, beside the call of
Eval(). And as whoever runs `python eval.py` waits for it: a program that launches and waits for the scores, beside one
that calls Eval(), each from its start to its end, imports and all. The ratio that has a budget is that of programs:
other tools were measured so, and a program is what a user starts.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import httpx

from tests.bench.our_eval import SCORERS, TASK
from tests.bench.states import states, told
from tests.bench.table import Line
from tests.e2e.launching import said
from tests.e2e.local_cloud import ROOT, LocalCloud
from tests.support.stub_provider import StubProvider

IN_FLIGHT = 100
LATENCY = 0.2
BUDGETS = {1_000: (3.5, 1.0), 5_000: (13.5, 1.1)}
"""Seconds, and the most as a ratio to Eval()."""
RUNS = 3
POLL = 0.02
EVAL = (".venv-braintrust/bin/python", "tests/bench/braintrust_eval.py")
OURS = (sys.executable, "tests/bench/our_eval.py")
MOST_AT_ONCE = 1000


def lines(cloud: LocalCloud, stub: StubProvider) -> Iterator[Line]:
    """The wall times: the best of some runs, taken in turns with Eval()'s."""
    stub.latency = LATENCY
    bench = Bench(cloud)
    bench.run(100, IN_FLIGHT)  # every function wakes up
    for rows, (budget, ratio) in BUDGETS.items():
        theirs, ours, our_programs = list[Program](), list[Run](), list[float]()
        for _ in range(RUNS):
            theirs.append(their_program(stub, rows))
            ours.append(bench.run(rows, IN_FLIGHT))
            our_programs.append(bench.program(rows, IN_FLIGHT))
        calls, programs = [each.call for each in theirs], [each.seconds for each in theirs]
        name, floor = f"N={rows:,}, M={IN_FLIGHT}, {LATENCY} s", f"floor {-(-rows // IN_FLIGHT) * LATENCY:g} s"
        yield Line(f"{name}, two pure scorers", min(ours).seconds, budget, "s", note=f"{floor}; {where(ours)}")
        yield Line(f"{name}, the call of Eval()", min(calls), None, "s", note=shown(calls))
        yield Line(f"{name}, ours to the call", min(ours).seconds / min(calls), None, "x")
        yield Line(f"{name}, a program that launches it", min(our_programs), None, "s", note=shown(our_programs))
        yield Line(f"{name}, a program with Eval()", min(programs), None, "s", note=shown(programs))
        yield Line(f"{name}, program to program", min(our_programs) / min(programs), ratio, "x")
    stub.latency = 0


class Program(NamedTuple):
    """The seconds that a program took, and those that it says its call took."""

    seconds: float
    call: float


class Run(NamedTuple):
    """The seconds from POST to completed, and where they went."""

    seconds: float
    evaluation: str
    where: str


def where(runs: Sequence[Run]) -> str:
    """All the runs, and where the time of the best one went."""
    return f"{shown([each.seconds for each in runs])}; {min(runs).where}"


def shown(some: Sequence[float]) -> str:
    """All of them, not only the best."""
    return ", ".join(f"{each:.2f}" for each in some)


class Bench:
    """A project of the local cloud in which sums are added up; each size of dataset is made once."""

    def __init__(self, cloud: LocalCloud) -> None:
        self.cloud = cloud
        headers = {"Authorization": f"Bearer {cloud.variables['ASSAY_API_KEY']}"}
        self.api = httpx.Client(base_url=f"{cloud.variables['ASSAY_URL']}/v1", headers=headers, timeout=60)
        self.project = self.new_project()
        self.datasets: dict[int, str] = {}

    def post(self, path: str, body: dict[str, Any], **headers: str) -> Any:
        """What is answered."""
        return said(self.api.post(path, json=body, headers=headers))

    def new_project(self) -> str:
        """A project in which nothing has run."""
        return str(self.post("project", {"name": f"bench {time.time_ns()}"})["id"])

    def dataset(self, rows: int) -> str:
        """A dataset of so many sums."""
        if rows not in self.datasets:
            dataset = self.post("dataset", {"name": f"{rows} sums", "project_id": self.project})["id"]
            for first in range(0, rows, MOST_AT_ONCE):
                self.post(f"dataset/{dataset}/insert", {"events": sums(range(first, min(first + MOST_AT_ONCE, rows)))})
            self.datasets[rows] = dataset
        return self.datasets[rows]

    def run(self, rows: int, in_flight: int) -> Run:
        """An evaluation from POST to completed."""
        body = {"project_id": self.project, "data": {"dataset_id": self.dataset(rows)}, "task": TASK}
        begun = time.perf_counter()
        eval_ = self.post("eval", {**body, "scores": SCORERS, "max_concurrency": in_flight}, Prefer="respond-async")
        evaluation = document(self.cloud, eval_["experiment_id"])["evaluation_id"]
        completed(self.cloud, evaluation)
        seconds = time.perf_counter() - begun
        assert self.cloud.summary(evaluation)["n_outputs"] == rows
        return Run(seconds, evaluation, told(states(self.cloud, evaluation)))

    def program(self, rows: int, in_flight: int) -> float:
        """The seconds of a program that launches the same work, with its rows, and waits for the scores.

        Its project is new: Eval() without logs lays its rows beside no earlier experiment's, and neither does this.
        """
        where = (self.cloud.variables["ASSAY_URL"], self.cloud.variables["ASSAY_API_KEY"], self.new_project())
        return timed([*OURS, *where, str(rows), str(in_flight)])[0]


def sums(numbers: range) -> list[dict[str, Any]]:
    """Rows that ask for a sum, and expect it."""
    return [{"input": {"a": n, "b": 1}, "expected": f"The answer is {n + 1}."} for n in numbers]


def document(cloud: LocalCloud, identifier: str) -> dict[str, Any]:
    """A resource as the table has it."""
    key = {"pk": {"S": f"local#{identifier}"}, "sk": {"S": "@"}}
    item = cloud.aws("dynamodb").get_item(TableName=cloud.outputs["TableName"], Key=key)["Item"]
    return dict(json.loads(item["document"]["S"]))


def completed(cloud: LocalCloud, evaluation_id: str) -> float:
    """Waits until the evaluation's item says that it is completed, for how many seconds: the API is left alone."""
    table, name = cloud.aws("dynamodb"), cloud.outputs["TableName"]
    key = {"pk": {"S": f"local#{evaluation_id}"}, "sk": {"S": "@"}}
    begun = time.perf_counter()
    while (status := table.get_item(TableName=name, Key=key)["Item"]["status"]["S"]) != "completed":
        assert status in {"pending", "running"}, status
        time.sleep(POLL)
    return time.perf_counter() - begun


def their_program(stub: StubProvider, rows: int) -> Program:
    """A program with Eval() in it."""
    seconds, said = timed([*EVAL, stub.base_url, str(rows), str(IN_FLIGHT)])
    return Program(seconds, float(said))


def timed(command: Sequence[str]) -> tuple[float, str]:
    """The seconds of a program from its start to its end, and what it printed."""
    begun = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    seconds = time.perf_counter() - begun
    assert done.returncode == 0, done.stderr
    return seconds, done.stdout
