"""How fast the engine is, from POST to completed, beside Braintrust's own in-process Eval() on the same work."""

import subprocess
import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tests.bench.states import states, told
from tests.bench.table import Line
from tests.e2e.launching import prepared, start, sums
from tests.e2e.local_cloud import ROOT, LocalCloud
from tests.support.stub_provider import StubProvider

IN_FLIGHT = 100
LATENCY = 0.2
BUDGETS = {1_000: (3.5, 1.0), 5_000: (13.5, 1.1)}
"""Seconds, and the most as a ratio to Eval()."""
RUNS = 3
POLL = 0.02
EVAL = (".venv-braintrust/bin/python", "tests/bench/braintrust_eval.py")

RIGHT = {
    "name": "right",
    "description": "Whether the output is what is expected.",
    "arguments_type": "target_required",
    "return_type": "boolean",
    "type": "python",
    "code": "def right(log, testcase):\n    return log['output'] == f\"The answer is {testcase['target']['answer']}.\"\n",
}
LENGTH = {
    "name": "length",
    "description": "The length of the output, up to 100 characters.",
    "arguments_type": "target_free",
    "return_type": "number",
    "type": "python",
    "code": "def length(log):\n    return min(len(log['output']), 100) / 100\n",
}

SCORERS = (RIGHT, LENGTH)


def lines(cloud: LocalCloud, stub: StubProvider) -> Iterator[Line]:
    """The wall times: the best of some runs, taken in turns with Eval()'s."""
    stub.latency = LATENCY
    run(cloud, 100, SCORERS)  # every function wakes up
    for rows, (budget, ratio) in BUDGETS.items():
        theirs, ours, bare = list[float](), list[Run](), list[Run]()
        for _ in range(RUNS):
            theirs.append(their_seconds(stub, rows))
            ours.append(run(cloud, rows, SCORERS))
            bare.append(run(cloud, rows, ()))
        name, floor = f"N={rows:,}, M={IN_FLIGHT}, {LATENCY} s", f"floor {-(-rows // IN_FLIGHT) * LATENCY:g} s"
        yield Line(f"{name}, two Python scorers", min(ours).seconds, budget, "s", note=f"{floor}; {where(ours)}")
        yield Line(f"{name}, no scorers", min(bare).seconds, None, "s", note=where(bare))
        yield Line(f"{name}, Braintrust's Eval()", min(theirs), None, "s", note=shown(theirs))
        yield Line(f"{name}, ours to Eval()", min(ours).seconds / min(theirs), ratio, "x")
    stub.latency = 0


class Run(NamedTuple):
    """The seconds from POST to completed, and where they went."""

    seconds: float
    where: str


def where(runs: Sequence[Run]) -> str:
    """All the runs, and where the time of the best one went."""
    return f"{shown([each.seconds for each in runs])}; {min(runs).where}"


def shown(some: Sequence[float]) -> str:
    """All of them, not only the best."""
    return ", ".join(f"{each:.2f}" for each in some)


def run(cloud: LocalCloud, rows: int, evaluators: Sequence[dict[str, str]]) -> Run:
    """An evaluation from POST to completed."""
    with cloud.client() as api:
        ready = prepared(api, sums(rows), evaluators, {})
        begun = time.perf_counter()
        evaluation = start(api, ready, max_concurrency=IN_FLIGHT).id
        completed(cloud, evaluation)
        return Run(time.perf_counter() - begun, told(states(cloud, evaluation)))


def completed(cloud: LocalCloud, evaluation_id: str) -> float:
    """Waits until the evaluation's item says that it is completed, for how many seconds: the API is left alone."""
    table, name = cloud.aws("dynamodb"), cloud.outputs["TableName"]
    key = {"pk": {"S": f"local#{evaluation_id}"}, "sk": {"S": "@"}}
    begun = time.perf_counter()
    while (status := table.get_item(TableName=name, Key=key)["Item"]["status"]["S"]) != "completed":
        assert status in {"pending", "running"}, status
        time.sleep(POLL)
    return time.perf_counter() - begun


def their_seconds(stub: StubProvider, rows: int) -> float:
    """The seconds that Eval() says it took, in a process of its own."""
    command = [*EVAL, stub.base_url, str(rows), str(IN_FLIGHT)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return float(done.stdout)
