"""Twenty evaluations at once, a provider that fails in every way, workers that are killed: all come to a good end."""

import os
import random
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.e2e.launching import LENGTH, launch, ordinals, sums
from tests.e2e.local_cloud import LocalCloud
from tests.support.faults import EMPTY, Body, Fault, broken, hanging, throttled

pytestmark = [pytest.mark.local_cloud, pytest.mark.long, pytest.mark.timeout(3600)]

EVALUATIONS, ROWS, WIDTH = 20, 100, 4
SHARES: list[tuple[Fault, float]] = [(throttled(1), 0.05), (broken(), 0.02), (hanging(10), 0.01), (EMPTY, 0.005)]
SECONDS_BETWEEN_KILLS = 30
KINDS = ("GenerateOutputsFunction", "ScoreOutputsFunction")


class Dice:
    """Befalls a share of the calls; none of them twice in a row, since two senseless answers are a row's error."""

    def __init__(self, share: float) -> None:
        self.share, self.last, self.random = share, "", random.Random(share)  # noqa: S311

    def __call__(self, body: Body) -> bool:
        question = str(body["messages"])
        if question == self.last or self.random.random() >= self.share:
            return False
        self.last = question
        return True


@contextmanager
def killing(cloud: LocalCloud) -> Iterator[None]:
    """Kills a worker now and then, while the body goes on."""
    over = threading.Event()

    def kill() -> None:
        while not over.wait(SECONDS_BETWEEN_KILLS):
            if workers := [worker for kind in KINDS for worker in cloud.workers(kind)]:
                os.kill(random.choice(workers), signal.SIGKILL)  # noqa: S311

    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    try:
        yield
    finally:
        over.set()
        killer.join()


def test_all_complete_and_every_row_is_there_once(api, cloud, provider):
    provider.latency = 0.3
    for fault, share in SHARES:
        provider.script(fault, when=Dice(share))
    with killing(cloud):
        launched = [
            launch(api, sums(ROWS), evaluators=[LENGTH], max_concurrency=WIDTH, name=f"soak {n}")
            for n in range(EVALUATIONS)
        ]
        ends = [each.over(seconds=1800)["status"] for each in launched]
    assert ends == ["completed"] * EVALUATIONS
    for each in launched:
        rows = each.rows()
        assert ordinals(rows) == list(range(ROWS))
        assert [row["log"]["output"] for row in rows] == [f"The answer is {n + 1}." for n in range(ROWS)]
        assert all(len(row["evaluation_results"]) == 1 for row in rows)
        assert cloud.summary(each.id)["n_outputs"] == ROWS
