"""What clients do to an evaluation: no order of their calls leads it astray, and its sums are always exact."""

import math

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from assay.domain.dataset import Datapoint
from assay.domain.errors import RequestError
from assay.domain.evaluation import CLIENT_TRANSITIONS, TRANSITIONS, Evaluation, Pass
from assay.domain.failure import PassFailed
from assay.domain.log import Report
from assay.use_cases.fail_evaluation import fail_evaluation
from assay.use_cases.prepare_evaluation import prepare_evaluation
from assay.use_cases.summarize_experiment import summarize_experiment
from assay.use_cases.update_evaluation.evaluators import add_evaluators
from assay.use_cases.update_evaluation.logs import PostLog, post_log
from assay.use_cases.update_evaluation.results import PostResult, post_result
from assay.use_cases.update_evaluation.status import update_status
from tests.support.build import a_config, a_dataset_version, an_evaluation, an_evaluator_version
from tests.support.engine import ORGANISATION, Engine
from tests.support.fake_posted import FakeLogScoring
from tests.support.fake_resources import FakeLogs

ALLOWED = {(before, after) for before, some in TRANSITIONS.items() for after in some} | CLIENT_TRANSITIONS
PEOPLE = {"id": "evv_people", "evaluator_id": "evfn_people", "type": "human", "return_type": "number", "code": None}
ROWS = 5


def changing(engine):
    return {"resources": engine.resources, "executions": engine.executions, "clock": engine.clock}


def ending(engine):
    return {
        **changing(engine),
        "runs": engine.runs,
        "datasets": engine.datasets,
        "experiment_rows": engine.experiment_rows,
        "progress": engine.progress,
        "posted": engine.posted,
        "events": engine.events,
        "prices": engine.prices,
    }


def test_a_cancelled_evaluation_stops_calling_its_provider_within_a_flush_and_stays_cancelled():
    engine = Engine(datapoints=2000, width=10)
    answer = engine.provider.answer

    def cancelling(messages):
        if engine.provider.calls == 300:
            update_status(ORGANISATION, "ev_1", "cancelled", **changing(engine))
        return answer(messages)

    engine.provider.answer = cancelling
    engine.finish()
    assert engine.provider.calls <= 300 + 100 + 10
    assert engine.current.status == "cancelled"
    assert [one.number for one in engine.executions.stopped] == [1]
    assert engine.executions.started[-1].number == 2


def test_the_last_pass_of_a_cancelled_evaluation_sums_up_and_an_abandoned_one_has_no_say():
    engine = Engine(datapoints=20)
    update_status(ORGANISATION, "ev_1", "cancelled", **changing(engine))
    stopped = PassFailed(this=engine.this, reason="It was stopped.")
    ports = ending(engine)
    ports.pop("executions")
    fail_evaluation(stopped, **ports)
    assert (engine.current.status, engine.current.is_working) == ("cancelled", True)
    summary = summarize_experiment(engine.this.model_copy(update={"number": 2}), **ending(engine))
    assert (summary.status, summary.n_missing, engine.current.is_working) == ("cancelled", 20, False)


def test_evaluators_that_come_during_a_pass_are_heard_in_the_next_without_a_new_call():
    engine = Engine(datapoints=30)
    another = an_evaluator_version(id="evv_2", evaluator_id="evfn_2")
    engine.resources.create(ORGANISATION, another)
    add_evaluators(ORGANISATION, "ev_1", (), ("evv_2",), **changing(engine))
    engine.runs.save_plan = without_rounds_after_the_first(engine.runs.save_plan)
    engine.finish()
    assert (engine.current.status, engine.current.passes) == ("running", 2)
    assert engine.executions.started == [Pass(organisation=ORGANISATION, evaluation_id="ev_1", number=2)]
    del engine.runs.save_plan
    engine.this = engine.executions.started[0]
    summary = engine.finish()
    assert (engine.current.status, engine.provider.calls) == ("completed", 30)
    assert [(one.evaluator_version_id, one.n_scored) for one in summary.scores] == [("evv_1", 30), ("evv_2", 30)]


def without_rounds_after_the_first(save):
    """A plan that was made before a round was added."""
    return lambda organisation, plan: save(organisation, plan.model_copy(update={"rounds": plan.rounds[:1]}))


class Life(RuleBasedStateMachine):
    """Any order of calls of a client and steps of passes."""

    @initialize(client=st.booleans(), people=st.booleans())
    def create(self, client, people):
        self.engine = engine = Engine(datapoints=0)
        rows = [Datapoint(id=f"dp_1_s_{n}", inputs={"a": "1", "b": "2"}) for n in range(ROWS)]
        engine.datasets.append(ORGANISATION, "evts_1", "s", rows)
        engine.resources.kept.clear()
        version = a_dataset_version(datapoints=ROWS)
        evaluation = an_evaluation(
            dataset=version,
            generated_by="client" if client else "server",
            posted=("evv_people",) if people else (),
        )
        versions = (an_evaluator_version(), an_evaluator_version(**PEOPLE))
        late = an_evaluator_version(id="evv_late", evaluator_id="evfn_late")
        engine.resources.create(ORGANISATION, a_config(), *versions, late, evaluation)
        self.logs, self.results, self.seen = {}, {}, "pending"
        self.stores = {"datasets": engine.datasets, "posted": engine.posted, "clock": engine.clock}

    @property
    def current(self) -> Evaluation:
        return self.engine.current

    def tried(self, call):
        """What the call answers; None where it is refused, which changes nothing."""
        before = self.current
        try:
            return call()
        except RequestError:
            assert self.current == before
            return None

    @rule(status=st.sampled_from(["pending", "running", "completed", "cancelled"]))
    def set_status(self, status):
        self.tried(lambda: update_status(ORGANISATION, "ev_1", status, **changing(self.engine)))

    @rule(row=st.integers(0, ROWS), output=st.sampled_from(["x", "y"]))
    def log(self, row, output):
        wish = PostLog(evaluation_id="ev_1", datapoint_id=f"dp_1_s_{row}", report=Report(output=output))
        ports = {"resources": self.engine.resources, "scoring": FakeLogScoring(), **self.stores}
        if self.tried(lambda: post_log(ORGANISATION, wish, **ports)):
            self.logs[row] = output

    @rule(row=st.integers(0, ROWS), value=st.floats(allow_nan=False, allow_infinity=False))
    def result(self, row, value):
        wish = PostResult(evaluation_id="ev_1", log_id=f"data_1_{row}", evaluator_id="evfn_people", result=value)
        ports = {"resources": self.engine.resources, "runs": self.engine.runs, "logs": FakeLogs(), **self.stores}
        if self.tried(lambda: post_result(ORGANISATION, wish, **ports)):
            self.results[row] = value

    @rule()
    def add(self):
        self.tried(
            lambda: add_evaluators(ORGANISATION, "ev_1", ("evfn_late", "evfn_people"), (), **changing(self.engine))
        )

    @rule()
    def prepare(self):
        engine = self.engine
        this = self.current.latest_pass(ORGANISATION)
        prepare_evaluation(
            this,
            resources=engine.resources,
            datasets=engine.datasets,
            runs=engine.runs,
            prices=engine.prices,
            clock=engine.clock,
        )

    @rule(old=st.integers(0, 2))
    def summarize(self, old):
        number = max(self.current.passes - old, 1)
        this = Pass(organisation=ORGANISATION, evaluation_id="ev_1", number=number)
        summarize_experiment(this, **ending(self.engine))

    @invariant()
    def the_status_moves_only_along_the_tables(self):
        if hasattr(self, "seen"):
            assert self.current.status == self.seen or (self.seen, self.current.status) in ALLOWED
            self.seen = self.current.status

    @invariant()
    def the_sums_are_those_of_the_results_that_hold(self):
        if hasattr(self, "seen"):
            found = {one.evaluator: one for one in self.engine.posted.aggregates(ORGANISATION, "ev_1")}
            values = list(self.results.values())
            people = found.get("evv_people")
            assert (people.n_scored if people else 0) == len(values)
            if people and math.isfinite(people.total):
                assert people.total == math.fsum(values)


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
