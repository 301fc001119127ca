"""An organisation with a trigger, and the events that reach it."""

from datetime import timedelta
from typing import Any

from assay.domain.errors import Forbidden
from assay.domain.evaluation import Evaluation
from assay.domain.trigger import EvaluationEnded, HumanloopLaunch, LaunchRequested, Trigger, Waiting, waiting_list
from assay.use_cases.launched import Launched
from assay.use_cases.trigger_eval import trigger_eval
from tests.support.build import NOON, TIMES, an_evaluation
from tests.support.fake_resources import FakeResources
from tests.support.fakes import FakeExecutions
from tests.support.virtual_time import VirtualClock

ORGANISATION = "acme"


class Bodies:
    """ports.LaunchBodies, with one body."""

    def body(self, organisation, key):
        if not key.startswith(f"{organisation}/launches/"):
            raise Forbidden(key)
        return {"config_id": "from the bucket"}


class World:
    """An organisation with one trigger; the launcher makes of a body an evaluation of the config that it names."""

    def __init__(self, policy="queue"):
        self.resources, self.executions, self.clock = FakeResources(), FakeExecutions(), VirtualClock()
        launch = HumanloopLaunch(project_id="pr_1", body={"config_id": "config_1"})
        self.trigger = Trigger(
            id="trg_1", name="nightly", source="ci", account="123", launch=launch, policy=policy, **TIMES
        )
        self.resources.create(ORGANISATION, self.trigger)

    def launcher(self, organisation, launch, new_id):
        name = launch.body.get("name")
        return Launched(an_evaluation(id=new_id("ev_"), config_id=launch.body["config_id"], name=name))

    def do(self, event):
        return trigger_eval(
            event,
            launcher=self.launcher,
            bodies=Bodies(),
            resources=self.resources,
            executions=self.executions,
            clock=self.clock,
        )

    def deliver(self, number=1, **fields):
        return self.do(an_event(number, **fields))

    def evaluation(self, identifier) -> Evaluation:
        return self.resources.get(ORGANISATION, Evaluation, identifier)

    def end(self, identifier, status="completed"):
        """What a pass does at its end; the event about it is delivered."""
        before = self.evaluation(identifier)
        self.resources.replace(ORGANISATION, before, before.revised(NOON, status=status, is_working=False))
        return self.do(EvaluationEnded(organisation=ORGANISATION, trigger_id=self.trigger.id))

    @property
    def started(self):
        return [this.evaluation_id for this in self.executions.started if this.number == 1]

    @property
    def evaluations(self):
        return [each for each in self.resources.kept.values() if isinstance(each, Evaluation)]

    @property
    def waiting(self):
        return self.resources.listed(ORGANISATION, Waiting, waiting_list(self.trigger.id))


def an_event(number=1, **fields: Any):
    defaults = {"organisation": ORGANISATION, "trigger": "nightly", "source": "ci", "account": "123"}
    times = {"event_id": f"event-{number}", "at": NOON + timedelta(seconds=number)}
    return LaunchRequested(**{**defaults, **times, **fields})
