"""What an experiment costs: never a number where a part of it is not known."""

import pytest

from assay.adapters.prices import PriceList
from assay.domain.completion import Completion
from assay.domain.messages import Message
from assay.domain.price import Price, Spent, total
from assay.domain.score import Usage
from tests.support.build import a_judge_version, an_evaluator_version
from tests.support.engine import Engine


def test_a_call_costs_what_its_tokens_cost():
    assert Spent(prompt_tokens=4, output_tokens=2).cost(Price(prompt=0.5, output=0.25)) == 2.5


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
    assert prices.price("openai", "no-such-model") is None
    assert prices.price("mock", "gpt-4o-mini") is None


def test_an_experiment_costs_what_its_task_and_its_judges_cost():
    engine = Engine(datapoints=10, evaluators=(an_evaluator_version(), a_judge_version()))
    summary = engine.finish()
    assert (summary.prompt_tokens, summary.output_tokens) == (30, 20)
    assert summary.cost == 10 * (3 * 0.5 + 2 * 0.25) + 10 * (3 * 2 + 2 * 1)


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
