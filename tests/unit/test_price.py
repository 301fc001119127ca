"""What an experiment costs: never a number where a part of it is not known."""

import pytest

from assay.adapters.prices import PriceList
from assay.domain.completion import Completion
from assay.domain.messages import Message
from assay.domain.price import Price, Spent, total
from assay.domain.score import Usage
from assay.use_cases.purse import Purse
from tests.support.build import a_judge_version, a_plan, a_task, an_evaluator_version
from tests.support.engine import Engine
from tests.support.fake_runs import FakeProgress


def test_a_call_costs_what_its_tokens_cost():
    assert Spent(prompt_tokens=4, output_tokens=2).cost(Price(prompt=0.5, output=0.25)) == 2.5


def test_tokens_of_the_cache_cost_what_they_cost_and_as_much_as_others_where_that_is_not_known():
    some = Spent(prompt_tokens=10, output_tokens=2, cached_tokens=6, cache_creation_tokens=3)
    assert some.cost(Price(prompt=4, output=8, cached=1, cache_creation=5)) == 1 * 4 + 6 * 1 + 3 * 5 + 2 * 8
    assert some.cost(Price(prompt=4, output=8)) == 10 * 4 + 2 * 8
    assert (some + some).cost(Price(prompt=0, output=0, cached=1)) == 12
    assert Spent(prompt_tokens=1).model_dump() == {"prompt_tokens": 1, "output_tokens": 0, "uncounted": 0}


def test_what_nobody_knows_is_no_number():
    assert Spent(prompt_tokens=4).cost(None) is None
    assert Spent(prompt_tokens=4, uncounted=1).cost(Price(prompt=1, output=1)) is None
    assert total([1.0, None]) is None


def test_nothing_costs_nothing():
    assert Spent().cost(None) == total([]) == 0


def test_public_prices_are_known_by_provider_and_model_and_no_other_is_made_up():
    prices = PriceList()
    known = prices.price("openai", "gpt-4o-mini")
    assert known is not None
    assert 0 < known.prompt < known.output < 1e-4
    assert known.cached is not None
    assert 0 < known.cached < known.prompt
    assert known.cache_creation is None
    stored = prices.price("anthropic", "claude-sonnet-4-5")
    assert stored is not None
    assert (stored.cached or 0) < stored.prompt < (stored.cache_creation or 0)
    assert prices.price("openai", "no-such-model") is None
    assert prices.price("mock", "gpt-4o-mini") is None


def test_an_experiment_costs_what_its_task_and_its_judges_cost():
    engine = Engine(datapoints=10, evaluators=(an_evaluator_version(), a_judge_version()))
    summary = engine.finish()
    assert (summary.prompt_tokens, summary.output_tokens) == (30, 20)
    assert summary.cost == 10 * (3 * 0.5 + 2 * 0.25) + 10 * (3 * 2 + 2 * 1)


OF_CACHE = Usage(prompt_tokens=10, output_tokens=4, cached_tokens=6, reasoning_tokens=3)
CHEAPER = Price(prompt=0.5, output=0.25, cached=0.125)


def saying(usage):
    """A provider's answer that counts so many tokens."""

    async def complete(task, messages):
        return Completion.said("true", finish_reason="stop", usage=usage)

    return complete


@pytest.mark.parametrize("limits", [{}, {"max_cost": 1000.0}])
def test_an_experiment_pays_less_for_what_came_from_the_providers_cache(limits):
    engine = Engine(datapoints=10, evaluators=(a_judge_version(),), **limits)
    engine.prices.known = {("openai", "gpt-x"): CHEAPER, ("openai", "judge-x"): CHEAPER}
    engine.provider.complete = engine.judge.complete = saying(OF_CACHE)
    assert engine.finish().cost == 20 * (4 * 0.5 + 6 * 0.125 + 4 * 0.25)


def test_a_limit_on_the_cost_counts_what_came_from_the_providers_cache_as_cheaper():
    plan = a_plan(max_cost=1.0, prices={"openai/gpt-x": CHEAPER})
    purse = Purse("acme", plan, "first", FakeProgress())
    purse.pay(a_task(provider="openai", model="gpt-x"), Completion.said("x", usage=OF_CACHE))
    assert (purse.spent.dollars, purse.spent.tokens) == (4 * 0.5 + 6 * 0.125 + 4 * 0.25, 14)


@pytest.mark.parametrize("unknown", ["openai/gpt-x", "openai/judge-x"])
def test_an_experiment_with_a_model_of_unknown_price_has_no_cost(unknown):
    engine = Engine(datapoints=3, evaluators=(a_judge_version(),))
    del engine.prices.known[tuple(unknown.split("/"))]
    assert engine.finish().cost is None


def test_an_experiment_whose_provider_counts_no_tokens_has_no_cost():
    engine = Engine(datapoints=3)

    async def uncounted(task, messages):
        message = Message(role="assistant", content="5")
        return Completion(text="5", message=message, finish_reason="stop", usage=Usage(prompt_tokens=3))

    engine.provider.complete = uncounted
    assert engine.finish().cost is None
