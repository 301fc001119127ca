"""`max_cost`: the run ends when its models have cost so much, keeps what it paid for, and says why."""

import pytest

from assay.domain.allowance import Account
from assay.domain.errors import ConfigurationError, InvalidRequest, ProviderGarbled
from assay.domain.evaluators.scorer import PromptScorer
from assay.domain.prompt_task import Prompt
from assay.use_cases.start_evaluation import LaunchLimits, StartEvaluation, new_evaluation
from tests.support.build import a_judge_version, an_evaluator_version
from tests.support.engine import ORGANISATION, Engine
from tests.support.fakes import counting_ids

ROW = 3 * 0.5 + 2 * 0.25
"""Dollars for an answer of FakeProvider's by the model of the engine's task."""
JUDGEMENT = 3 * 2 + 2 * 1


def spent(engine):
    return engine.progress.spent(ORGANISATION, engine.evaluation.id).dollars


def test_a_run_that_costs_less_goes_to_its_end():
    engine = Engine(datapoints=50, max_cost=50 * ROW + 1)
    summary = engine.finish()
    assert (summary.status, summary.n_outputs, summary.reason) == ("completed", 50, None)
    assert spent(engine) == summary.cost == 50 * ROW


def test_a_run_that_would_cost_more_stops_within_a_flush_and_sums_up_what_it_paid_for():
    engine = Engine(datapoints=2000, width=10, max_cost=100 * ROW)
    summary = engine.finish()
    assert summary.status == "cancelled"
    assert summary.reason.startswith("Stopped at max_cost: $")
    assert 100 <= engine.provider.calls <= 300
    assert summary.n_outputs == engine.provider.calls
    assert summary.n_outputs + summary.n_missing == 2000
    assert summary.cost == engine.provider.calls * ROW


@pytest.mark.parametrize(
    ("by", "named"), [("organisation", "the organisation's limit"), ("stack", "this stack's limit")]
)
def test_a_limit_that_nobody_launched_with_is_named_as_whose_it_is(by, named):
    engine = Engine(datapoints=200, width=10, max_cost=ROW, max_cost_by=by)
    assert engine.finish().reason.startswith(f"Stopped at {named}: $")


def test_all_lanes_share_one_limit():
    engine = Engine(datapoints=4000, width=300, max_cost=300 * ROW)
    summary = engine.finish()
    assert summary.status == "cancelled"
    assert engine.provider.calls < 2000


def test_judges_are_paid_from_the_same_purse():
    engine = Engine(datapoints=500, width=10, evaluators=(a_judge_version(),), max_cost=500 * ROW + 50 * JUDGEMENT)
    summary = engine.finish()
    assert (summary.status, summary.n_outputs) == ("cancelled", 500)
    assert 50 <= summary.scores[0].n_scored < 500


def test_a_prompt_as_a_scorer_is_paid_like_any_judge():
    prompt = Prompt(model="judge-x", messages=({"role": "user", "content": "{{output}}"},))
    version = an_evaluator_version(type="scorer", code=None, scorer=PromptScorer(prompt=prompt))
    engine = Engine(datapoints=20, evaluators=(version,), max_cost=20 * ROW + 20 * JUDGEMENT + 1)
    engine.judge.answer = lambda _: "0.5"
    summary = engine.finish()
    assert (summary.status, summary.scores[0].mean) == ("completed", 0.5)
    assert summary.cost == 20 * ROW + 20 * JUDGEMENT


def test_answers_that_a_killed_worker_lost_are_paid_for_all_the_same():
    engine = Engine(datapoints=10, max_cost=1000)
    engine.progress.report_spent(ORGANISATION, engine.evaluation.id, "generate-0-7", Account(999, 1))
    summary = engine.finish()
    assert summary.status == "cancelled"


def test_what_workers_spent_that_were_killed_is_added_to_what_the_others_do():
    engine = Engine(datapoints=250, width=10, max_cost=1e9)
    engine.kill_after(calls=160)
    assert engine.finish().n_outputs == 250
    assert spent(engine) >= 250 * ROW


def test_without_a_limit_nothing_is_counted():
    engine = Engine(datapoints=20)
    engine.finish()
    assert engine.progress.paid == {}


def test_a_call_that_failed_is_not_paid_for():
    engine = Engine(datapoints=3, max_cost=1000)
    engine.provider.answer = lambda _: ProviderGarbled("no JSON")
    engine.finish()
    assert spent(engine) == 0


@pytest.mark.parametrize("unknown", [("openai", "gpt-x"), ("openai", "judge-x")])
def test_a_limit_that_cannot_be_kept_is_refused_before_anything_is_paid(unknown):
    engine = Engine(datapoints=3, evaluators=(an_evaluator_version(), a_judge_version()), max_cost=1000)
    del engine.prices.known[unknown]
    with pytest.raises(ConfigurationError, match=unknown[1]):
        engine.finish()
    assert engine.provider.calls == 0


def test_what_a_clients_own_models_cost_is_not_ours_to_limit():
    engine = Engine(datapoints=3)
    wish = StartEvaluation(
        project_id="pr_1", config_id="config_1", dataset_id="evts_1", generated_by="client", max_cost=1
    )
    with pytest.raises(InvalidRequest, match="max_cost"):
        new_evaluation(
            ORGANISATION,
            wish,
            resources=engine.resources,
            datasets=engine.datasets,
            prices=engine.prices,
            limits=LaunchLimits(default=1, ceiling=1),
            clock=engine.clock,
            new_id=counting_ids(),
        )
