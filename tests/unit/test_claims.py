"""However often a client asks for one launch, there is one experiment."""

from datetime import timedelta

import pytest

from assay.domain.claim import LIFE, Attempt
from assay.domain.errors import InvalidRequest, KeyReused
from assay.domain.experiment import Experiment
from assay.use_cases.claim_launch import AFTERWARDS, BIRTH, Launches
from tests.support.build import an_evaluation
from tests.support.fake_resources import FakeResources
from tests.support.virtual_time import START

ORGANISATION = "acme"


class Time:
    """ports.Clock, and a pause that lets its time pass; `meanwhile` happens during the first pause."""

    def __init__(self):
        self.at = START
        self.meanwhile = None

    def now(self):
        return self.at

    def pause(self, seconds):
        self.at += timedelta(seconds=seconds)
        happening, self.meanwhile = self.meanwhile, None
        if happening:
            happening()


class World:
    """Clients that launch."""

    def __init__(self):
        self.resources, self.time = FakeResources(), Time()
        self.launched = []
        self.launches = Launches(ORGANISATION, resources=self.resources, clock=self.time, pause=self.time.pause)

    def launch(self, identifier):
        evaluation = an_evaluation(id=f"ev_{identifier}", status="running", updated_at=self.time.at)
        experiment = Experiment(
            id=identifier, created_at=self.time.at, updated_at=self.time.at, project_id="p", name=identifier,
            evaluation_id=evaluation.id,
        )  # fmt: skip
        self.resources.create(ORGANISATION, experiment, evaluation)
        self.launched.append(identifier)
        return experiment

    def ask(self, identifier, launch=None, **attempt):
        return self.launches.once(Attempt(**{"fingerprint": "f", **attempt}), identifier, launch or self.launch).id

    def end(self, identifier):
        evaluation = self.resources.get(ORGANISATION, type(an_evaluation()), f"ev_{identifier}")
        self.resources.replace(ORGANISATION, evaluation, evaluation.revised(self.time.at, status="completed"))


@pytest.fixture
def world():
    return World()


def test_two_requests_that_happen_to_be_alike_are_two_launches(world):
    assert [world.ask("a"), world.ask("b")] == ["a", "b"]


def test_a_repeated_request_joins_its_run_while_that_is_live(world):
    assert [world.ask("a"), world.ask("b", is_repeated=True), world.ask("c", is_repeated=True)] == ["a", "a", "a"]
    assert world.launched == ["a"]


def test_a_repeated_request_joins_a_run_that_ended_a_moment_ago(world):
    world.ask("a")
    world.end("a")
    world.time.at += AFTERWARDS - timedelta(seconds=1)
    assert world.ask("b", is_repeated=True) == "a"


def test_a_run_that_is_long_over_is_not_what_a_repeated_request_means(world):
    world.ask("a")
    world.end("a")
    world.time.at += AFTERWARDS + timedelta(seconds=1)
    assert world.ask("b", is_repeated=True) == "b"


def test_another_request_is_not_joined(world):
    assert [world.ask("a"), world.ask("b", fingerprint="g", is_repeated=True)] == ["a", "b"]


def test_a_repeated_request_whose_first_never_came_launches(world):
    assert world.ask("a", is_repeated=True) == "a"


def test_a_repeated_request_waits_for_the_experiment_that_the_first_is_just_making(world):
    def slow(identifier):
        world.time.meanwhile = lambda: world.launch(identifier)
        return world.ask("b", is_repeated=True)

    assert world.launches.once(Attempt(fingerprint="f"), "a", slow) == "a"
    assert world.launched == ["a"]


def test_where_the_first_died_before_it_made_anything_the_repeated_one_launches(world):
    def die(_):
        raise SystemExit

    with pytest.raises(SystemExit):
        world.ask("a", die)
    assert world.ask("b", is_repeated=True) == "b"
    assert world.time.at - START >= BIRTH


@pytest.mark.parametrize("asked", [{"is_repeated": True}, {"key": "k"}])
def test_where_the_experiment_was_deleted_a_repeated_request_launches_at_once(world, asked):
    world.ask("a", **asked)
    world.resources.delete(ORGANISATION, world.resources.get(ORGANISATION, Experiment, "a"))
    assert world.ask("b", **asked) == "b"
    assert world.time.at == START
    assert world.ask("c", **asked) == "b"


def test_a_refused_launch_leaves_no_claim(world):
    def refuse(_):
        raise InvalidRequest("no")

    with pytest.raises(InvalidRequest):
        world.ask("a", refuse, key="k")
    assert world.ask("b", key="k", fingerprint="mended") == "b"
    assert world.time.at == START


def test_the_same_key_joins_however_long_ago_the_run_ended(world):
    world.ask("a", key="k")
    world.end("a")
    world.time.at += timedelta(hours=23)
    assert world.ask("b", key="k") == "a"


def test_a_key_is_forgotten_after_a_day(world):
    world.ask("a", key="k")
    world.time.at += LIFE
    assert world.ask("b", key="k", fingerprint="g") == "b"


def test_the_same_key_for_another_request_is_refused(world):
    world.ask("a", key="k")
    with pytest.raises(KeyReused):
        world.ask("b", key="k", fingerprint="g")
    assert world.launched == ["a"]


def test_of_two_with_the_same_key_in_parallel_one_launches(world):
    def slow(identifier):
        world.time.meanwhile = lambda: world.launch(identifier)
        return world.ask("b", key="k")

    assert world.launches.once(Attempt(fingerprint="f", key="k"), "a", slow) == "a"
    assert world.launched == ["a"]
