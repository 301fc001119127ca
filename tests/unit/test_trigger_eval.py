"""Triggers: which events start what, and that each starts one thing once, whatever order and however often they come."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from pydantic import ValidationError

from assay.domain.errors import AlreadyExists, Forbidden, InvalidRequest, NotFound
from assay.domain.trigger import BraintrustLaunch, HumanloopLaunch
from tests.support.one_at_a_time import OneAtATime
from tests.support.triggering import World


def test_an_event_starts_the_evaluation_of_its_trigger():
    world = World()
    outcome = world.deliver()
    assert outcome.outcome == "started"
    evaluation = world.evaluation(outcome.evaluation_id)
    assert (evaluation.trigger_id, evaluation.config_id) == ("trg_1", "config_1")
    assert world.started == [evaluation.id]


def test_what_an_event_says_of_the_launch_comes_before_what_the_trigger_says():
    world = World()
    outcome = world.deliver(body={"config_id": "config_2"})
    assert world.evaluation(outcome.evaluation_id).config_id == "config_2"


def test_a_body_too_large_for_an_event_is_read_from_the_bucket():
    world = World()
    outcome = world.deliver(body_key="acme/launches/body.json")
    assert world.evaluation(outcome.evaluation_id).config_id == "from the bucket"


def test_a_body_of_another_organisation_is_refused():
    with pytest.raises(Forbidden):
        World().deliver(body_key="other/launches/body.json")


def test_an_event_has_a_body_or_a_body_key_not_both():
    with pytest.raises(InvalidRequest):
        World().deliver(body_key="acme/launches/body.json", body={"name": "x"})


def test_an_event_without_a_trigger_is_refused():
    with pytest.raises(NotFound):
        World().deliver(trigger="hourly")
    with pytest.raises(NotFound):
        World().deliver(organisation="other")


@pytest.mark.parametrize("origin", [{"source": "elsewhere"}, {"account": "456"}])
def test_an_event_that_comes_from_elsewhere_is_refused_and_leaves_nothing(origin):
    world = World()
    with pytest.raises(Forbidden):
        world.deliver(**origin)
    assert world.evaluations == world.started == []


def test_a_trigger_gives_no_name_to_all_of_its_evaluations():
    with pytest.raises(ValidationError, match="name"):
        HumanloopLaunch(project_id="pr_1", body={"name": "the same"})


def test_an_evals_launch_is_for_its_triggers_project_alone():
    launch = BraintrustLaunch(project_id="p", body={"experiment_name": "nightly"})
    assert launch.request == {"project_id": "p", "experiment_name": "nightly"}
    with pytest.raises(InvalidRequest, match="project is p"):
        _ = BraintrustLaunch(project_id="p", body={"project_id": "q"}).request


def test_an_event_whose_name_is_taken_is_refused():
    world = World()
    world.end(world.deliver(1, body={"name": "x"}).evaluation_id)
    with pytest.raises(AlreadyExists):
        world.deliver(2, body={"name": "x"})


@pytest.mark.parametrize("policy", ["queue", "skip", "replace"])
def test_row_27_an_event_delivered_twice_is_one_run(policy):
    world = World(policy)
    first = world.deliver()
    assert world.deliver() == first
    world.end(first.evaluation_id)
    assert world.deliver() == first
    assert len(world.evaluations) == 1
    assert world.started == [first.evaluation_id]


def test_under_the_policy_queue_the_end_of_one_starts_the_next_the_oldest_event_first():
    world = World("queue")
    first, third, second = world.deliver(1), world.deliver(3), world.deliver(2)
    assert [each.outcome for each in (first, third, second)] == ["started", "waiting", "waiting"]
    assert world.end(first.evaluation_id).evaluation_id == second.evaluation_id
    assert world.end(second.evaluation_id).evaluation_id == third.evaluation_id
    assert world.end(third.evaluation_id).outcome == "idle"
    assert world.started == [first.evaluation_id, second.evaluation_id, third.evaluation_id]
    assert world.waiting == []


def test_one_that_is_cancelled_while_it_waits_is_passed_over():
    world = World("queue")
    first, second, third = (world.deliver(number) for number in (1, 2, 3))
    world.end(second.evaluation_id, "cancelled")
    world.end(first.evaluation_id)
    assert world.started == [first.evaluation_id, third.evaluation_id]


def test_under_the_policy_skip_an_event_that_comes_too_early_leaves_nothing():
    world = World("skip")
    first = world.deliver(1)
    assert world.deliver(2).outcome == "skipped"
    assert [each.id for each in world.evaluations] == [first.evaluation_id]
    world.end(first.evaluation_id)
    assert world.deliver(3).outcome == "started"


def test_under_the_policy_replace_the_newest_event_wins():
    world = World("replace")
    first, third = world.deliver(1), world.deliver(3)
    assert world.evaluation(first.evaluation_id).status == "cancelled"
    late = world.deliver(2)
    assert world.evaluation(late.evaluation_id).status == "cancelled"
    assert world.started == [first.evaluation_id, third.evaluation_id]
    assert world.evaluation(third.evaluation_id).status == "pending"


@pytest.mark.parametrize("policy", ["queue", "skip", "replace"])
@pytest.mark.parametrize("steps", range(8))
def test_a_death_at_any_write_is_healed_by_the_next_delivery(policy, steps):
    world = World(policy)
    first = world.deliver(1)
    world.executions = dying = Dying(world.executions, steps)
    world.resources = Dying(world.resources, steps)
    try:
        world.deliver(2)
        world.end(first.evaluation_id)
    except Dead:
        pass
    world.resources, world.executions = world.resources.kept_by, dying.kept_by
    world.end(first.evaluation_id) if world.evaluation(first.evaluation_id).status == "pending" else None
    second = world.deliver(2)
    assert second.outcome == "started"
    assert len(world.evaluations) == 2
    assert world.started.count(second.evaluation_id) == 1
    assert world.waiting == []


@pytest.mark.parametrize(("policy", "evaluations"), [("queue", 1000), ("skip", 1)])
def test_row_27_a_thousand_events_at_once_each_delivered_twice_are_one_run_each_and_one_at_a_time(policy, evaluations):
    world = World(policy)
    store, world.resources = world.resources, OneAtATime(world.resources)
    with ThreadPoolExecutor(32) as pool:
        list(pool.map(world.deliver, [*range(1000), *range(1000)]))
    world.resources = store
    assert len(world.evaluations) == evaluations
    assert len(world.started) == 1
    ids = sorted(each.id for each in world.evaluations if each.id != world.started[0])
    assert [each.evaluation_id for each in world.waiting] == ids


class Dead(BaseException):
    """The process is gone."""


class Dying:
    """A port whose process dies after so many writes."""

    WRITES = ("create", "replace", "delete", "start", "stop")

    def __init__(self, port, steps):
        self.kept_by, self.left = port, steps

    def __getattr__(self, name):
        method = getattr(self.kept_by, name)
        if name not in self.WRITES:
            return method

        def write(*args, **kwargs):
            if self.left == 0:
                raise Dead
            self.left -= 1
            return method(*args, **kwargs)

        return write
