"""Each task delivered twice, one after the other or at once: the summary is that of an undisturbed run, but for times."""

import threading

import pytest

from tests.integration.world import EVALUATOR, MEASURE
from tests.support.entry_points import invoked
from tests.workflow.machine import sums

TASKS = ("prepare_evaluation", "generate_outputs", "score_outputs", "summarize_experiment")
TIMES = {"evaluation_id", "started_at", "finished_at", "wall_seconds", "latency_mean"}


def timeless(machine, evaluation):
    """The summary without what differs between two equal runs."""
    return machine.summary(evaluation).model_dump(exclude=TIMES)


def launched(machine):
    rows = [*sums(20), {"inputs": {"a": "1"}}]
    return machine.launch(rows, EVALUATOR, MEASURE, max_concurrency=101)


@pytest.fixture
def undisturbed(machine):
    evaluation = launched(machine)
    machine.ended(evaluation)
    return timeless(machine, evaluation)


@pytest.mark.parametrize("task", TASKS)
def test_row_29_a_task_that_is_delivered_again_changes_nothing(machine, cloud, undisturbed, task):
    def again(folder, event):
        if folder == task:
            invoked(folder, event)

    cloud.functions.rules.append(again)
    evaluation = launched(machine)
    assert machine.ended(evaluation)["status"] == "SUCCEEDED"
    assert timeless(machine, evaluation) == undisturbed


@pytest.mark.parametrize("task", ["generate_outputs", "score_outputs", "summarize_experiment"])
def test_row_11_a_task_that_is_delivered_twice_at_once_changes_nothing(machine, cloud, undisturbed, task):
    twins = []

    def twin(folder, event):
        if folder == task:
            twins.append(threading.Thread(target=unheard, args=(folder, event)))
            twins[-1].start()

    cloud.functions.rules.append(twin)
    evaluation = launched(machine)
    assert machine.ended(evaluation)["status"] == "SUCCEEDED"
    for thread in twins:
        thread.join()
    assert timeless(machine, evaluation) == undisturbed
    assert machine.evaluation(evaluation)["status"] == "completed"


def unheard(folder, event):
    """Calls a function of whose answer nobody ever hears; a later attempt may stop it."""
    try:
        invoked(folder, event)
    except Exception as error:
        if type(error).__name__ != "Superseded":
            raise


def test_everything_delivered_again_after_the_end_changes_nothing(machine, cloud):
    events = []
    cloud.functions.rules.append(lambda folder, event: events.append((folder, event)) if folder in TASKS else None)
    evaluation = launched(machine)
    machine.ended(evaluation)
    before, rows = machine.summary(evaluation), machine.rows(evaluation)
    for folder, event in events:
        invoked(folder, event)
    assert machine.summary(evaluation) == before
    assert machine.rows(evaluation) == rows
