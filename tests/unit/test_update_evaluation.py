"""What clients do to an evaluation: no order of their calls leads it astray, and its sums are always exact."""

from assay.domain.evaluation import CLIENT_TRANSITIONS, TRANSITIONS, Pass
from assay.domain.failure import PassFailed
from assay.use_cases.fail_evaluation import fail_evaluation
from assay.use_cases.paid_work import UNSAVED_ROWS
from assay.use_cases.summarize_experiment import summarize_experiment
from assay.use_cases.update_evaluation.evaluators import add_evaluators
from assay.use_cases.update_evaluation.status import update_status
from tests.support.build import a_judge_version, an_evaluator_version
from tests.support.engine import ORGANISATION, Engine

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
        "request_keys": engine.request_keys,
        "prices": engine.prices,
    }


def cancelled_at(engine, provider, call):
    """Has the evaluation cancelled while so many calls of a provider have been made."""
    answer = provider.answer

    def cancelling(messages):
        if provider.calls == call:
            update_status(ORGANISATION, "ev_1", "cancelled", **changing(engine))
        return answer(messages)

    provider.answer = cancelling


def test_a_cancelled_evaluation_stops_calling_its_provider_within_a_flush_and_stays_cancelled():
    engine = Engine(datapoints=2000, width=10)
    cancelled_at(engine, engine.provider, 300)
    engine.finish()
    assert engine.provider.calls <= 300 + 100 + 10
    assert engine.current.status == "cancelled"
    assert [one.number for one in engine.executions.stopped] == [1]
    assert engine.executions.started[-1].number == 2


def test_the_judges_of_a_cancelled_evaluation_are_asked_no_more_within_a_flush():
    engine = Engine(datapoints=2000, width=10, evaluators=(a_judge_version(),))
    cancelled_at(engine, engine.judge, 30)
    engine.finish()
    assert engine.current.status == "cancelled"
    assert engine.judge.calls <= 30 + UNSAVED_ROWS + 10


def test_the_code_of_a_cancelled_evaluation_runs_no_other_batch():
    engine = Engine(datapoints=2000, width=10, trials=5)
    run, batches = engine.code_runner.run, []

    async def cancelling(batch):
        if not batches:
            update_status(ORGANISATION, "ev_1", "cancelled", **changing(engine))
        batches.append(batch)
        return await run(batch)

    engine.code_runner.run = cancelling
    engine.finish()
    assert engine.current.status == "cancelled"
    assert len(batches) == 1


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
