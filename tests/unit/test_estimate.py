"""What an evaluation would come to: the sums are right, and what is not known is not made up."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.domain.estimate import ModelCalls, Range, Tokens, duration, tokens
from assay.domain.evaluators.scorer import GlobalScorer, PromptScorer
from assay.domain.price import Price
from assay.domain.prompt_task import Prompt, PromptTask
from assay.use_cases.estimate_evaluation import PIECE, estimate_evaluation
from tests.support.build import a_config, a_judge_version, a_task, an_evaluator_version
from tests.support.engine import ORGANISATION, Engine


def estimated(engine):
    return estimate_evaluation(
        ORGANISATION,
        engine.evaluation,
        resources=engine.resources,
        datasets=engine.datasets,
        prices=engine.prices,
    )


def test_every_row_is_called_for_once_and_once_more_for_each_judge():
    engine = Engine(datapoints=100, trials=2, evaluators=(a_judge_version(),))
    found = estimated(engine)
    assert (found.rows, found.calls) == (200, 400)
    assert engine.provider.calls == 0


ASKING = "Is that right, and why? {{output}}"


def scored_by(scorer):
    """The estimate of ten rows that one scorer judges."""
    version = an_evaluator_version(type="scorer", code=None, scorer=scorer)
    return estimated(Engine(datapoints=10, evaluators=(version,)))


def test_a_prompt_as_a_scorer_is_called_for_every_row_like_any_judge():
    prompt = Prompt(model="judge-x", messages=({"role": "user", "content": ASKING},), params={"max_tokens": 9})
    found = scored_by(PromptScorer(prompt=prompt))
    judge = a_judge_version()
    judge = judge.model_copy(update={"task": a_task(model="judge-x", prompt_template=ASKING, max_tokens=9)})
    assert found.calls == 20
    assert found == estimated(Engine(datapoints=10, evaluators=(judge,)))


def test_a_global_scorer_that_asks_a_model_is_called_for_every_row_and_any_other_is_not():
    asking = scored_by(GlobalScorer(name="Humor", config={"model": "judge-x", "max_tokens": 9}))
    assert (asking.calls, asking.output_tokens.high) == (20, 10 * (500 + 9))
    assert asking.cost is not None
    assert scored_by(GlobalScorer(name="ExactMatch")).calls == 10


def test_the_prompt_is_that_of_the_sample_at_four_characters_a_token():
    found = estimated(Engine(datapoints=10))
    assert found.sampled == 10
    assert found.prompt_tokens == Tokens(low=10 * tokens("Add 1 and 1."), high=10 * tokens("Add 1 and 1."))


def test_tokens_are_whole_numbers_whatever_the_mean_of_the_sample_is():
    engine = Engine(datapoints=149, evaluators=(a_judge_version(), a_judge_version(id="evv_2")))
    found = json.loads(estimated(engine).model_dump_json())
    assert all(isinstance(end, int) for name in ("prompt_tokens", "output_tokens") for end in found[name].values())


def test_a_large_dataset_is_sampled_at_its_beginning_middle_and_end():
    engine = Engine(datapoints=1000)
    assert estimated(engine).sampled == 3 * PIECE


def test_max_tokens_bounds_what_an_output_costs():
    engine = Engine(datapoints=10)
    before, after = a_config(), a_config(task=a_task(max_tokens=7), revision=1)
    engine.resources.replace(ORGANISATION, before, after)
    assert estimated(engine).output_tokens == Tokens(low=70, high=70)


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
def test_a_prompts_own_parameter_bounds_what_an_output_costs(name):
    prompt = Prompt(model="gpt-x", messages=({"role": "user", "content": "Hi"},), params={name: 7})
    assert estimated(Engine(datapoints=10, task=PromptTask(prompt=prompt))).output_tokens == Tokens(low=70, high=70)


def test_the_cost_is_a_range_from_short_outputs_to_long_ones():
    cost = estimated(Engine(datapoints=10)).cost
    assert cost == Range(low=10 * (3 * 0.5 + 20 * 0.25), high=10 * (3 * 0.5 + 500 * 0.25))


@pytest.mark.parametrize("unknown", [("openai", "gpt-x"), ("openai", "judge-x")])
def test_a_model_of_unknown_price_leaves_no_cost_to_name(unknown):
    engine = Engine(datapoints=10, evaluators=(a_judge_version(),))
    del engine.prices.known[unknown]
    assert estimated(engine).cost is None


def test_an_empty_dataset_comes_to_nothing_but_the_time_around_it():
    found = estimated(Engine(datapoints=0))
    assert (found.rows, found.calls, found.sampled) == (0, 0, 0)
    assert found.cost == Range(low=0, high=0)
    assert found.seconds == duration(0, 10, 1)


@given(st.integers(0, 10**6), st.integers(1, 2000), st.integers(0, 5))
def test_more_in_flight_never_takes_longer_and_the_least_is_less_than_the_most(rows, in_flight, rounds):
    found = duration(rows, in_flight, rounds)
    assert 0 < found.low < found.high
    assert duration(rows, in_flight + 1, rounds).high <= found.high


@given(st.integers(0, 10**6), st.floats(0, 1e4), st.floats(0, 1e4))
def test_the_least_cost_is_at_most_the_most(calls, low, more):
    model = ModelCalls(
        provider="p", model="m", calls=calls, prompt=Range(low=1, high=2), output=Range(low=low, high=low + more)
    )
    cost = model.cost(Price(prompt=1e-6, output=1e-6))
    assert cost is not None
    assert cost.low <= cost.high
