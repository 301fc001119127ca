"""What is erased with a project, and what a launch that comes meanwhile still needs."""

import pytest

from assay.domain.code_task import CodeTask
from assay.domain.erasure import Erasure
from assay.domain.errors import NotFound
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.evaluators.scorer import CodeScorer
from assay.domain.project import Project
from assay.domain.task import Config
from assay.domain.trigger import SCHEDULER, BraintrustLaunch, Trigger, Turn, Waiting
from assay.use_cases.erase_content import erase_content
from assay.use_cases.launched import renew_parts
from tests.support.build import NOON, TIMES, a_config, an_evaluation, an_evaluator_version
from tests.support.fake_resources import FakeResources
from tests.support.fakes import FakeExecutions
from tests.support.virtual_time import VirtualClock

ORGANISATION = "acme"
GONE = Erasure(organisation=ORGANISATION, kind="project", id="pr_1")
SCORER = an_evaluator_version(type="scorer", code=None, scorer=CodeScorer(runtime="python", code="handler = len"))
TASK = a_config(task=CodeTask(runtime="python", code="handler = len"))


OVER = {"status": "completed", "is_working": False}


def over(**fields):
    return an_evaluation(**OVER, **fields)


class NoRemains:
    """ports.Remains of things that have left none, but for what was asked."""

    def __init__(self):
        self.asked = []

    def __getattr__(self, name):
        return lambda *place: self.asked.append((name, *place))


class Calendar:
    """ports.Endings."""

    def __init__(self):
        self.ended = []

    def delete(self, organisation, name):
        self.ended.append((organisation, name))
        return True


class Meanwhile(FakeResources):
    """Resources of which somebody changes something right after it was looked who needs what, or right before."""

    def __init__(self):
        super().__init__()
        self.before, self.after = lambda: None, lambda: None

    def listed(self, organisation, kind, name):
        asks_who_needs_what = kind is Project
        if asks_who_needs_what:
            self.before()
        found = super().listed(organisation, kind, name)
        if asks_who_needs_what:
            self.after()
        return found


@pytest.fixture
def resources():
    """A project of one evaluation that is over, with a task and a scorer that came with its launch; another project."""
    kept = Meanwhile()
    other = Project(id="pr_2", name="other", **TIMES)
    evaluation = over(rounds=((SCORER.id,),), config_id=TASK.id)
    kept.create(ORGANISATION, other, evaluation, SCORER, TASK)
    return kept


def erased(resources):
    """What was asked of the other stores, and of the schedules."""
    remains, calendar = NoRemains(), Calendar()
    erase_content(
        GONE,
        resources=resources,
        remains=remains,
        schedules=calendar,
        executions=FakeExecutions(),
        clock=VirtualClock(),
    )
    return remains.asked, calendar.ended


def launch(resources, identifier="ev_2"):
    """Another project's evaluation of the same task and scorer, as a launch makes it that finds both kept already."""
    evaluation = an_evaluation(id=identifier, project_id="pr_2", rounds=((SCORER.id,),), config_id=TASK.id)
    resources.create(ORGANISATION, evaluation)
    renew_parts(ORGANISATION, evaluation, (TASK, SCORER), resources=resources)


def is_kept(resources, resource):
    try:
        resources.get(ORGANISATION, type(resource), resource.id)
    except NotFound:
        return False
    return True


def test_what_came_with_a_launch_goes_with_the_last_evaluation_that_needs_it(resources):
    launch(resources)
    erased(resources)
    assert is_kept(resources, SCORER)
    second = resources.get(ORGANISATION, type(an_evaluation()), "ev_2")
    resources.replace(ORGANISATION, second, second.revised(NOON, project_id="pr_1", **OVER))
    erased(resources)
    assert (is_kept(resources, SCORER), is_kept(resources, TASK)) == (False, False)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_what_a_launch_needs_that_comes_meanwhile_stays(resources, moment):
    setattr(resources, moment, lambda: None if is_kept(resources, an_evaluation(id="ev_2")) else launch(resources))
    erased(resources)
    assert not is_kept(resources, an_evaluation())
    assert is_kept(resources, SCORER)
    assert is_kept(resources, TASK)


def test_what_an_erasure_took_from_under_a_launch_is_there_again(resources):
    erased(resources)
    launch(resources)
    assert resources.get(ORGANISATION, EvaluatorVersion, SCORER.id).scorer == SCORER.scorer
    assert resources.get(ORGANISATION, Config, TASK.id).task == TASK.task


def test_an_evaluator_that_somebody_registered_stays_for_others(resources):
    registered = an_evaluator_version(id="evv_kept")
    evaluation = over(id="ev_3", rounds=((registered.id,),))
    resources.create(ORGANISATION, registered, evaluation)
    erased(resources)
    assert is_kept(resources, registered)


def a_trigger(name, project_id):
    launch = BraintrustLaunch(project_id=project_id, body={})
    return Trigger(id=f"trg_{name}", name=name, source=SCHEDULER, account="1", launch=launch, **TIMES)


def test_triggers_of_a_deleted_project_go_with_their_schedules_and_turns_and_others_stay(resources):
    ours, theirs = a_trigger("ours", "pr_1"), a_trigger("theirs", "pr_2")
    turns = [Turn.of(each.id, f"ev_{each.name}", NOON) for each in (ours, theirs)]
    waiting = [Waiting.of(an_evaluation(id=f"ev_{each.name}"), each.id) for each in (ours, theirs)]
    resources.create(ORGANISATION, ours, theirs, *turns, *waiting)
    asked, ended = erased(resources)
    assert [is_kept(resources, each) for each in (ours, turns[0], waiting[0])] == [False] * 3
    assert [is_kept(resources, each) for each in (theirs, turns[1], waiting[1])] == [True] * 3
    assert ended == [(ORGANISATION, "ours")]
    assert ("erase_answers", ORGANISATION, "pr_1") in asked
