"""A hundred thousand rows and models that answer at once: what the engine itself can do."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.bench.engine import Bench
from tests.bench.states import states
from tests.bench.table import Line
from tests.e2e.local_cloud import LocalCloud
from tests.support.stub_provider import StubProvider

ROWS = 100_000
IN_FLIGHT = 200
"""Two lanes, for two cores."""
ROWS_A_SECOND, SHARE, MEGABYTES = 700, 0.15, 512
ENDS = ("Prepare evaluation", "Summarize experiment")
FUNCTIONS = ("PrepareEvaluation", "GenerateOutputs", "ScoreOutputs", "SummarizeExperiment")


def lines(cloud: LocalCloud, stub: StubProvider) -> Iterator[Line]:
    """One run, for it is long."""
    stub.latency = 0
    run = Bench(cloud).run(ROWS, IN_FLIGHT)
    seconds, spent = run.seconds, states(cloud, run.evaluation)
    name = f"N={ROWS:,}, M={IN_FLIGHT}, no latency, two pure scorers"
    yield Line(name, ROWS / seconds, ROWS_A_SECOND, "rows/s", least=True, note=f"{seconds:.0f} s")
    share = sum(spent[end] for end in ENDS) / seconds
    note = ", ".join(f"{end}: {spent[end]:.1f} s" for end in ENDS)
    yield Line(f"{name}: prepare and summarize", share, SHARE, "of it", note=note)
    for function in FUNCTIONS:
        yield Line(f"{name}: {function}, peak memory", peak(cloud.workers(f"{function}Function")), MEGABYTES, "MB")


def peak(processes: Sequence[int]) -> float:
    """The megabytes of the largest of the processes, at its largest."""
    statuses = [Path(f"/proc/{process}/status").read_text() for process in processes]
    kilobytes = [line.split()[1] for status in statuses for line in status.splitlines() if line.startswith("VmHWM")]
    return max(map(int, kilobytes)) / 1024
