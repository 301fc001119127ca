"""Any order of what clients do, what passes do and what our evaluators do: no step leads astray, no sum is ever wrong."""

import math
from collections import defaultdict

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from assay.domain.dataset import Datapoint
from assay.domain.errors import NotFound, RequestError
from assay.domain.evaluation import CLIENT_TRANSITIONS, TRANSITIONS, Evaluation, Pass
from assay.domain.lane import LaneTurn, LogTurn
from assay.domain.log import Report
from assay.use_cases.prepare_evaluation import prepare_evaluation
from assay.use_cases.summarize_experiment import summarize_experiment
from assay.use_cases.update_evaluation.evaluators import add_evaluators
from assay.use_cases.update_evaluation.logs import PostLog, post_log
from assay.use_cases.update_evaluation.results import PostResult, post_result
from assay.use_cases.update_evaluation.status import update_status
from tests.support.build import (
    a_config,
    a_dataset_version,
    a_judge_version,
    a_task,
    an_evaluation,
    an_evaluator_version,
)
from tests.support.engine import ORGANISATION, Engine
from tests.support.fake_logs import FakeLogs
from tests.support.fake_posted import FakeLogScoring

ALLOWED = {(before, after) for before, some in TRANSITIONS.items() for after in some} | CLIENT_TRANSITIONS
NUMBER = {"return_type": "number", "arguments_type": "target_free"}
CODE = an_evaluator_version(**NUMBER, code="def length(log):\n    return len(log['output'])\n")
JUDGE = a_judge_version(
    **NUMBER, id="evv_late", evaluator_id="evfn_late", task=a_task(prompt_template="{{log.output}}")
)
PEOPLE = an_evaluator_version(**NUMBER, id="evv_people", evaluator_id="evfn_people", type="human", code=None)
VERDICTS = {"evv_1": len, "evv_late": lambda text: 10 * len(text)}
"""What our evaluators think of an output."""
ROWS = 5
EVERY = range(ROWS)


class Life(RuleBasedStateMachine):
    """`logs` and `results` are what clients posted and was taken, `judged` what our evaluators must have said by now."""

    @initialize(client=st.booleans(), people=st.booleans())
    def create(self, client, people):
        self.engine = engine = Engine(datapoints=0)
        engine.judge.answer = lambda messages: str(10 * len(messages[0].content))
        points = [Datapoint(id=f"dp_1_s_{n}", inputs={"a": "1", "b": "2"}) for n in EVERY]
        engine.datasets.append(ORGANISATION, "evts_1", "s", points)
        engine.resources.kept.clear()
        evaluation = an_evaluation(
            dataset=a_dataset_version(datapoints=ROWS),
            generated_by="client" if client else "server",
            posted=("evv_people",) if people else (),
        )
        engine.resources.create(ORGANISATION, a_config(), CODE, JUDGE, PEOPLE, evaluation)
        self.logs, self.results, self.judged, self.planned = {}, {}, {}, ()
        self.seen = "pending"
        self.stores = {"datasets": engine.datasets, "posted": engine.posted, "clock": engine.clock}

    @property
    def current(self) -> Evaluation:
        return self.engine.current

    @property
    def changing(self):
        engine = self.engine
        return {"resources": engine.resources, "executions": engine.executions, "clock": engine.clock}

    def tried(self, call):
        """What the call answers; None where it is refused, which changes nothing."""
        before = self.current
        try:
            return call()
        except RequestError:
            assert self.current == before
            return None

    @rule(status=st.sampled_from(["pending", "running", "running", "completed", "cancelled"]))
    def set_status(self, status):
        self.tried(lambda: update_status(ORGANISATION, "ev_1", status, **self.changing))

    @rule(row=st.integers(0, ROWS), output=st.sampled_from(["x", "yy", "zzz"]))
    def log(self, row, output):
        self.post(row, output)

    def post(self, row, output):
        """A client posts a log; a new one takes what our evaluators said of the old one with it."""
        wish = PostLog(evaluation_id="ev_1", datapoint_id=f"dp_1_s_{row}", report=Report(output=output))
        ports = {"resources": self.engine.resources, "scoring": FakeLogScoring(), **self.stores}
        if self.tried(lambda: post_log(ORGANISATION, wish, **ports)):
            if self.logs.get(row) != output:
                self.judged = {place: value for place, value in self.judged.items() if place[0] != row}
            self.logs[row] = output

    @rule(row=st.integers(0, ROWS), value=st.floats(allow_nan=False, allow_infinity=False))
    def result(self, row, value):
        wish = PostResult(evaluation_id="ev_1", log_id=f"data_1_{row}", evaluator_id="evfn_people", result=value)
        ports = {"resources": self.engine.resources, "runs": self.engine.runs, "logs": FakeLogs(), **self.stores}
        if self.tried(lambda: post_result(ORGANISATION, wish, **ports)):
            self.results[row] = value

    @rule(evaluator=st.sampled_from(["evfn_late", "evfn_people"]))
    def add(self, evaluator):
        self.tried(lambda: add_evaluators(ORGANISATION, "ev_1", (evaluator,), (), **self.changing))

    @rule()
    def prepare(self):
        engine = self.engine
        this = self.current.latest_pass(ORGANISATION)
        stores = {"resources": engine.resources, "datasets": engine.datasets, "runs": engine.runs}
        prepare_evaluation(this, **stores, prices=engine.prices, clock=engine.clock)
        self.planned = tuple(version for some in self.current.rounds for version in some)

    @rule(row=st.integers(0, ROWS - 1))
    def judge_log(self, row):
        turn = LogTurn(organisation=ORGANISATION, evaluation_id="ev_1", ordinal=row)
        self.judge(turn, [row])

    @rule(row=st.integers(0, ROWS - 1), output=st.sampled_from(["x", "yy"]))
    def judge_while_another_log_comes(self, row, output):
        run, before = self.engine.code_runner.run, self.logs.get(row)

        async def meanwhile(batch):
            self.post(row, output)
            return await run(batch)

        self.engine.code_runner.run = meanwhile
        turn = LogTurn(organisation=ORGANISATION, evaluation_id="ev_1", ordinal=row)
        self.judge(turn, [row], lambda: self.logs.get(row) == before)
        self.engine.code_runner.run = run

    @precondition(lambda self: self.planned and self.current.generated_by == "client")
    @rule()
    def judge_all(self):
        self.judge(LaneTurn(organisation=ORGANISATION, evaluation_id="ev_1", lane=0), EVERY)

    def judge(self, turn, rows, counts=lambda: True):
        """Our evaluators judge the posted logs of these rows, unless they have or may not; `counts` says if it does."""
        self.engine.clock.run(self.engine.score(turn))
        if counts() and self.current.generated_by == "client" and self.current.status in {"running", "completed"}:
            for row in set(rows) & set(self.logs):
                self.judged |= {(row, version): VERDICTS[version](self.logs[row]) for version in self.planned}

    @precondition(lambda self: self.planned and self.current.generated_by == "server" and self.current.is_working)
    @rule()
    def work(self):
        self.engine.clock.run(self.engine.lane(0))

    @rule(old=st.integers(0, 2))
    def summarize(self, old):
        number = max(self.current.passes - old, 1)
        this = Pass(organisation=ORGANISATION, evaluation_id="ev_1", number=number)
        engine = self.engine
        ports = {"runs": engine.runs, "progress": engine.progress, "posted": engine.posted, "events": engine.events}
        ports |= {
            "request_keys": engine.request_keys,
            "prices": engine.prices,
            "datasets": engine.datasets,
            "experiment_rows": engine.experiment_rows,
        }
        has_a_say = self.current.is_worked_by(this)
        summary = summarize_experiment(this, **self.changing, **ports)
        sums = self.sums()
        for score in summary.scores if has_a_say else ():
            expected = sums.get(score.evaluator_version_id, [])
            assert score.n_scored == len(expected)
            if expected and math.isfinite(total := exact(expected)):
                assert score.mean == total / len(expected)

    def sums(self):
        """The scores that hold, by evaluator version: of the server's outputs those that are written."""
        found = defaultdict(list)
        for (_, version), value in self.judged.items():
            found[version].append(value)
        found["evv_people"] += self.results.values()
        for score in self.generated():
            found[score.evaluator].append(score.value)
        return found

    def generated(self):
        """The scores of what we generate."""
        try:
            return self.engine.scores() if self.current.generated_by == "server" else []
        except NotFound:
            return []

    @invariant()
    def the_status_moves_only_along_the_tables(self):
        if hasattr(self, "seen"):
            assert self.current.status == self.seen or (self.seen, self.current.status) in ALLOWED
            self.seen = self.current.status

    @invariant()
    def every_verdict_is_on_the_log_that_is_there_and_counted_once(self):
        if hasattr(self, "seen"):
            kept = list(self.engine.posted.results(ORGANISATION, "ev_1", EVERY))
            ours = {(one.ordinal, one.score.evaluator): one.score.value for one in kept if one.judged}
            assert ours == self.judged
            assert {one.ordinal: one.score.value for one in kept if not one.judged} == self.results

    @invariant()
    def the_sums_are_those_of_the_results_that_hold(self):
        if hasattr(self, "seen"):
            found = {one.evaluator: one for one in self.engine.posted.aggregates(ORGANISATION, "ev_1")}
            posted = {**self.sums(), **({} if self.current.generated_by == "client" else {"evv_1": [], "evv_late": []})}
            for version, values in posted.items():
                people = found.get(version)
                assert (people.n_scored if people else 0) == len(values)
                if people and math.isfinite(people.total):
                    assert people.total == exact(values)


def exact(values):
    """The sum; infinite where it is beyond all floats."""
    try:
        return math.fsum(values)
    except OverflowError:
        return math.inf


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)
