"""Whatever happens to an evaluation, in whatever order: what always holds, and that it comes to an end."""

import asyncio
from contextlib import suppress

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from assay.domain.errors import IllegalTransition, NotFound, Superseded
from assay.domain.failure import LaneFailed, PassFailed
from assay.domain.identity import log_id
from assay.domain.lane import LaneTurn
from assay.use_cases.fail_evaluation import fail_evaluation
from assay.use_cases.get_evaluation import list_rows
from assay.use_cases.summarize_experiment import summarize_experiment
from assay.use_cases.update_evaluation.results import PostResult, post_result
from assay.use_cases.update_evaluation.status import update_status
from tests.support.build import an_evaluator_version
from tests.support.crash import Life, doomed
from tests.support.engine import ORGANISATION, Engine, Killed

ROWS = 24
LIVES = st.one_of(st.none(), st.integers(0, 60))
"""After how many steps a process dies; None lets it live."""
FORWARD = {
    "pending": {"pending", "running", "cancelled", "failed"},
    "running": {"running", "completed", "cancelled", "failed"},
    "completed": {"completed"},
    "cancelled": {"cancelled"},
    "failed": {"failed"},
}


class Histories(RuleBasedStateMachine):
    """One evaluation, its state machine and its clients."""

    @initialize(
        width=st.sampled_from([1, 5, 201]), trials=st.sampled_from([1, 3]), people=st.booleans(), cache=st.booleans()
    )
    def create(self, width, trials, people, cache):
        self.engine = Engine(ROWS // trials, width, trials, latency=0.125, cache=cache)
        self.deaths_and_twins = 0
        self.cache = cache
        self.people = people
        if people:
            version = an_evaluator_version(id="evv_people", evaluator_id="evfn_people", type="external", code=None)
            self.engine.resources.create(ORGANISATION, version)
            self.replace(posted=(version.id,))
        self.turns, self.delivered, self.kept = None, [], {}
        self.status, self.quiet_since = "pending", None

    def replace(self, **changes):
        now = self.engine.current
        self.engine.resources.replace(ORGANISATION, now, now.revised(now.updated_at, **changes))

    def live(self, work, life):
        """Does the work, unless the process dies first; whether it was done."""
        if life is None:
            work()
            return True
        with doomed(self.engine, Life(life)), suppress(Killed, BaseExceptionGroup):
            work()
            return True
        self.deaths_and_twins += 1
        return False

    # What the state machine delivers

    @precondition(lambda self: self.turns is None)
    @rule(life=LIVES)
    def prepare(self, life):
        def work():
            self.turns = {
                lane: LaneTurn(organisation=ORGANISATION, evaluation_id="ev_1", pass_number=self.number, lane=lane)
                for lane in self.engine.prepare()
            }

        self.engine.this = self.engine.current.latest_pass(ORGANISATION)
        self.live(work, life)

    @property
    def number(self):
        return self.engine.this.number

    @precondition(lambda self: self.turns)
    @rule(life=LIVES, twice=st.booleans(), data=st.data())
    def deliver(self, life, twice, data):
        lane = data.draw(st.sampled_from(sorted(self.turns)))
        turn = self.turns[lane]
        state = self.engine.generate if turn.generated <= turn.position else self.engine.score

        def work():
            after = self.engine.clock.run(both(state, turn) if twice else state(turn))
            self.turns[lane] = after

        self.delivered.append((state, turn))
        self.deaths_and_twins += twice
        if self.live(work, life) and self.turns[lane].status == "done":
            del self.turns[lane]

    @precondition(lambda self: self.turns)
    @rule(data=st.data())
    def lose_a_lane(self, data):
        lane = data.draw(st.sampled_from(sorted(self.turns)))
        self.engine.progress.fail_lane(LaneFailed(this=self.engine.this, lane=lane, reason="lost"))
        del self.turns[lane]

    @precondition(lambda self: self.delivered)
    @rule(data=st.data())
    def deliver_again(self, data):
        state, turn = data.draw(st.sampled_from(self.delivered))
        self.deaths_and_twins += 1
        with suppress(Superseded):
            self.engine.clock.run(state(turn))

    @precondition(lambda self: self.turns == {} and self.engine.current.is_working)
    @rule(life=LIVES)
    def summarize(self, life):
        self.live(lambda: summarize_experiment(self.engine.this, **self.ends), life)
        self.turns = None if self.engine.current.passes > self.number else self.turns

    @rule(life=LIVES)
    def stop(self, life):
        failure = PassFailed(this=self.engine.current.latest_pass(ORGANISATION), reason="ABORTED")
        self.live(lambda: fail_evaluation(failure, **self.engine.ends), life)

    # What clients do

    @rule(status=st.sampled_from(["cancelled", "running", "completed"]))
    def set_status(self, status):
        changing = {
            "resources": self.engine.resources,
            "executions": self.engine.executions,
            "clock": self.engine.clock,
        }
        before = self.engine.current
        with suppress(IllegalTransition):
            update_status(ORGANISATION, "ev_1", status, **changing)
            if before.is_resumable and status == "running":
                self.status = "running"
        if self.engine.current.passes > before.passes:
            self.turns = None

    @precondition(lambda self: self.people)
    @rule(row=st.integers(0, ROWS - 1), value=st.booleans())
    def post(self, row, value):
        wish = PostResult(evaluation_id="ev_1", log_id=log_id("ev_1", row), evaluator_id="evfn_people", result=value)
        names = ("resources", "datasets", "runs", "posted", "clock")
        with suppress(IllegalTransition, NotFound):
            post_result(ORGANISATION, wish, logs=None, **{name: getattr(self.engine, name) for name in names})

    # What always holds

    @property
    def ends(self):
        return {**self.engine.ends, "executions": self.engine.executions}

    @invariant()
    def the_status_moves_forward(self):
        now = self.engine.current.status
        allowed = FORWARD[self.status] | ({"running"} if self.people and self.status == "completed" else set())
        assert now in allowed, (self.status, now)
        self.status = now

    @invariant()
    def what_is_complete_never_changes(self):
        for chunk, rows in self.engine.runs.kept_outputs.items():
            assert self.kept.setdefault(chunk, rows) == rows
            ordinals = [row.ordinal for row in rows]
            assert ordinals == sorted(set(ordinals))

    @invariant()
    def no_call_is_repeated_but_for_a_death_or_a_twin(self):
        assert self.engine.provider.calls <= ROWS * (1 + self.deaths_and_twins)

    @invariant()
    def a_cancelled_run_gains_no_calls(self):
        if self.engine.current.status != "cancelled":
            self.quiet_since = None
            return
        if self.quiet_since is None:
            self.quiet_since = self.engine.provider.calls
        assert self.engine.provider.calls == self.quiet_since

    @invariant()
    def the_summary_is_that_of_the_rows(self):
        evaluation = self.engine.current
        if evaluation.is_working or not evaluation.is_over:
            return
        summary = self.engine.runs.summary(ORGANISATION, "ev_1")
        assert summary.status == evaluation.status
        assert summary.n_outputs + summary.n_errors + summary.n_missing == ROWS
        if not summary.scores:
            return
        line = summary.scores[0]
        assert line.n_scored + line.n_skipped + line.n_errors + line.n_no_output + line.n_missing == ROWS
        stores = {"datasets": self.engine.datasets, "runs": self.engine.runs, "posted": self.engine.posted}
        rows = list(list_rows(ORGANISATION, evaluation, range(ROWS), **stores))
        assert sum(row.output.status == "ok" for row in rows) == summary.n_outputs
        assert sum(len(row.scores) for row in rows) == line.n_scored
        assert sum(len(row.results) for row in rows) == sum(one.n_scored for one in summary.scores[1:])

    def teardown(self):
        """However it was left, the pass that is under way comes to its end."""
        if not hasattr(self, "engine"):
            return
        if self.engine.current.is_resumable and not self.engine.current.is_working:
            self.engine.resume()
        elif self.engine.current.is_working:
            self.engine.next_pass()
        assert not self.engine.current.is_working
        if self.engine.current.status == "completed" and not self.people:
            summary = self.engine.runs.summary(ORGANISATION, "ev_1")
            assert summary.n_outputs + summary.errors_by_kind.get("lost", 0) == ROWS
            assert summary.scores[0].n_scored == summary.n_outputs
            self.evaluate_again(summary)

    def evaluate_again(self, summary):
        """What the cache knows is not called for; without one everything is."""
        trials = self.engine.evaluation.trials
        again = Engine(ROWS // trials, 5, trials, cache=self.cache)
        again.answers = self.engine.answers
        assert again.finish().n_cached == (summary.n_outputs if self.cache else 0)
        assert again.provider.calls == ROWS - again.runs.summary(ORGANISATION, "ev_1").n_cached


async def both(state, turn):
    """The turn delivered twice at once: the answer of whoever is not stopped by the other."""
    answers = await asyncio.gather(state(turn), state(turn), return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException) and not isinstance(answer, Superseded):
            raise answer
    return next(answer for answer in answers if not isinstance(answer, BaseException))


Histories.TestCase.settings = settings(
    max_examples=20,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestHistories = Histories.TestCase
