"""Global scorers that want embeddings or a moderation: autoevals' arithmetic, our way to the models (§4.8, §4.9)."""

import asyncio
import json

import autoevals
import httpx
import pytest

from assay.adapters.providers.http_provider import HttpProvider
from assay.adapters.providers.mock import MockProvider
from assay.adapters.providers.openai import OpenAIWire
from assay.adapters.providers.wire import KeyHeaders
from assay.domain.completion import Completion
from assay.domain.errors import ProviderGarbled
from assay.domain.estimate import Range, judge_calls
from assay.domain.evaluators.global_scorer import Arguments, CannotScore
from assay.domain.evaluators.model_scorers import Models, score
from assay.domain.evaluators.scorer import GlobalScorer
from assay.domain.messages import FunctionCall, Message, ToolCall
from assay.domain.model_task import Task
from assay.domain.price import Price
from assay.domain.score import Usage
from tests.support.build import a_datapoint, an_evaluator_version
from tests.support.engine import Engine

ALIKE = {"embedding": [1.0, 0.0]}
NEAR = {"embedding": [0.8, 0.6]}
"""At a cosine of 0.8 to ALIKE."""
FAR = {"embedding": [0.0, 1.0]}


class Oracle:
    """A model that says of each text what it was told to say, and notes what it was asked."""

    def __init__(self, embeddings=(), calls=(), moderation=None):
        self.embeddings, self.calls, self.moderation = dict(embeddings), dict(calls), moderation
        self.asked = []

    async def ask(self, task, messages):
        text = messages[-1].content
        self.asked.append((task.endpoint, task.model, text))
        if task.endpoint == "embed":
            return said(json.dumps(self.embeddings[text]))
        if task.endpoint == "moderate":
            return said(json.dumps(self.moderation))
        name = task.other["tools"][0]["function"]["name"]
        call = ToolCall(id="c", function=FunctionCall(name=name, arguments=json.dumps(self.calls[name])))
        return Completion(text="", message=Message(role="assistant", tool_calls=(call,)))


def said(text, **usage):
    return Completion(text=text, message=Message(role="assistant", content=text), usage=Usage(**usage))


def judged(name, oracle, config=None, **given):
    """What the scorer says."""
    scorer = GlobalScorer(name=name, config=config or {})
    models = Models(scorer.model, scorer.embedder)
    arguments = Arguments(**{name: given.pop(name, None) for name in ("input", "output", "expected")}, extra=given)
    return asyncio.run(score(name, arguments, scorer.config, models, oracle.ask))


@pytest.mark.parametrize("name", ["EmbeddingSimilarity", "AnswerSimilarity"])
@pytest.mark.parametrize(("embedding", "value"), [(ALIKE, 1), (NEAR, (0.8 - 0.7) / 0.3), (FAR, 0)])
def test_a_similarity_is_the_cosine_above_seven_tenths(name, embedding, value):
    oracle = Oracle({"output": embedding, "expected": ALIKE})
    found = judged(name, oracle, output="output", expected="expected")
    assert found.score == pytest.approx(value)
    assert oracle.asked == [("embed", "text-embedding-ada-002", text) for text in ("output", "expected")]


def test_a_similarity_has_the_model_the_prefix_and_the_least_that_its_author_wants():
    oracle = Oracle({"Say: output": NEAR, "Say: expected": ALIKE})
    config = {"model": "text-embedding-3-small", "prefix": "Say: ", "expected_min": 0.5}
    found = judged("EmbeddingSimilarity", oracle, config, output="output", expected="expected")
    assert found.score == pytest.approx(0.6)
    assert {model for _, model, _ in oracle.asked} == {"text-embedding-3-small"}


@pytest.mark.parametrize(("config", "value"), [({}, 1), ({"threshold": 0.3}, 0), ({"threshold": 0.5}, 1)])
def test_a_moderation_is_the_models_own_word_or_the_threshold_of_the_author(config, value):
    oracle = Oracle(moderation={"flagged": False, "category_scores": {"violence": 0.4}})
    found = judged("Moderation", oracle, config, output="output")
    assert found.score == value
    assert found.metadata["category_scores"] == {"violence": 0.4}
    assert oracle.asked == [("moderate", "omni-moderation-latest", "output")]


def test_an_answer_is_relevant_where_the_questions_it_would_answer_are_like_the_one_that_was_asked():
    question = {"question": "guessed", "noncommittal": 0}
    oracle = Oracle({"guessed": NEAR, "asked": ALIKE}, {"generate_question": question})
    given = {"input": "asked", "output": "output", "context": "context"}
    found = judged("AnswerRelevancy", oracle, **given)
    assert found.score == pytest.approx(1 / 3)
    assert [one["name"] for one in found.metadata["similarity"]] == ["EmbeddingSimilarity"] * 3
    assert [each[0] for each in oracle.asked].count("complete") == 3
    assert judged("AnswerRelevancy", oracle, {"strictness": 1}, **given).score == pytest.approx(1 / 3)


@pytest.mark.parametrize("strictness", [0, 11, 0.7, "3"])
def test_nobody_is_asked_for_more_questions_than_ten(strictness):
    with pytest.raises(CannotScore, match="strictness"):
        judged("AnswerRelevancy", Oracle(), {"strictness": strictness}, input="i", output="o", context="c")


def test_correctness_is_three_quarters_facts_and_one_quarter_likeness():
    facts = {"TP": ["a", "b"], "FP": ["c"], "FN": ["d"]}
    oracle = Oracle({"output": ALIKE, "expected": ALIKE}, {"classify_statements": facts})
    given = {"input": "asked", "output": "output", "expected": "expected"}
    assert judged("AnswerCorrectness", oracle, **given).score == pytest.approx(0.75 * 2 / 3 + 0.25)
    config = {"answer_similarity_weight": 0}
    assert judged("AnswerCorrectness", oracle, config, **given).score == pytest.approx(2 / 3)


def test_the_recall_of_entities_is_how_many_of_them_the_context_has_each_embedded_once():
    oracle = Oracle({"Paris": ALIKE}, {"extract_entities": {"entities": ["Paris"]}})
    found = judged("ContextEntityRecall", oracle, output="x", expected="Paris", context=["In Paris."])
    assert (found.score, found.metadata["context_entities"]) == (1, ["Paris"])
    assert [one for one in oracle.asked if one[0] == "embed"] == [("embed", "text-embedding-ada-002", "Paris")]


def test_embeddings_are_not_kept_for_as_long_as_the_process_lives():
    judged("EmbeddingSimilarity", Oracle({"o": ALIKE, "e": ALIKE}), output="o", expected="e")
    assert len(autoevals.EmbeddingSimilarity._CACHE) == 0


def test_embeddings_come_from_the_provider_of_the_model_that_judges():
    assert GlobalScorer(name="AnswerCorrectness").embedder == Task(model="text-embedding-ada-002", endpoint="embed")
    embedder = GlobalScorer(name="AnswerCorrectness", config={"model": "mock"}).embedder
    assert (embedder.provider, embedder.endpoint) == ("mock", "embed")
    assert GlobalScorer(name="Factuality").embedder is None


def the(name, **config):
    """An evaluator that is the global scorer of that name."""
    scorer = GlobalScorer(name=name, config=config)
    return an_evaluator_version(name=name, type="scorer", code=None, scorer=scorer)


def test_a_run_pays_for_embeddings_at_their_own_price():
    engine = Engine(datapoints=4, evaluators=(the("AnswerCorrectness", model="judge-x"),))
    engine.prices.known["openai", "text-embedding-ada-002"] = Price(prompt=100, output=0)
    facts = {"TP": ["a"], "FP": [], "FN": []}

    def answer(messages):
        if "ground truth" not in messages[-1].content:
            return said(json.dumps(ALIKE), prompt_tokens=7, output_tokens=0)
        call = ToolCall(id="c", function=FunctionCall(name="classify_statements", arguments=json.dumps(facts)))
        message = Message(role="assistant", tool_calls=(call,))
        return Completion(text="", message=message, usage=Usage(prompt_tokens=3, output_tokens=2))

    engine.judge.answer = answer
    without = Engine(datapoints=4).finish()
    summary = engine.finish()
    assert (summary.scores[0].n_scored, summary.scores[0].mean) == (4, 1)
    judgement = engine.scores()[0].judgement
    assert (judgement.usage, judgement.attempts) == (Usage(prompt_tokens=3, output_tokens=2), 3)
    assert judgement.embedded == 14
    assert summary.cost == pytest.approx(without.cost + 4 * (3 * 2 + 2 * 1 + 14 * 100))


def test_an_estimate_has_both_models_and_no_words_of_the_one_that_embeds():
    judge, embedder = judge_calls(the("AnswerRelevancy"), 10, [a_datapoint()], Range(low=1, high=2))
    assert (judge.model, embedder.model) == ("gpt-4o", "text-embedding-ada-002")
    assert (judge.calls, embedder.calls) == (10, 10)
    assert judge.output.high > embedder.output.high == 0


def answered(status, body, task):
    """What the adapter makes of a provider's answer, and what it sent."""
    requests = []

    def answer(request):
        requests.append((request.url.path, json.loads(request.content)))
        return httpx.Response(status, json=body)

    async def ask():
        transport, key = httpx.MockTransport(answer), KeyHeaders("k", {})
        provider = HttpProvider(transport, "https://provider/v1/", OpenAIWire(), key)
        return await provider.complete(task, [Message(role="user", content="a text")])

    return asyncio.run(ask()), requests


def test_an_embedding_is_asked_for_as_the_provider_has_it():
    body = {"data": [{"object": "embedding", "index": 0, "embedding": [0.5]}], "usage": {"prompt_tokens": 2}}
    found, requests = answered(200, body, Task(model="m", endpoint="embed"))
    assert requests == [("/v1/embeddings", {"model": "m", "input": "a text"})]
    assert json.loads(found.text)["embedding"] == [0.5]
    assert found.usage == Usage(prompt_tokens=2, output_tokens=0)


def test_a_moderation_is_asked_for_as_the_provider_has_it_and_is_free():
    body = {"results": [{"flagged": True, "category_scores": {"hate": 0.9}}]}
    found, requests = answered(200, body, Task(model="m", endpoint="moderate"))
    assert requests == [("/v1/moderations", {"model": "m", "input": "a text"})]
    assert json.loads(found.text)["flagged"] is True
    assert found.usage == Usage(prompt_tokens=0, output_tokens=0)


@pytest.mark.parametrize("body", [{}, {"data": []}, {"results": "none"}, []])
def test_an_answer_without_an_embedding_makes_no_sense(body):
    with pytest.raises(ProviderGarbled):
        answered(200, body, Task(model="m", endpoint="embed"))


def test_the_provider_that_needs_no_network_embeds_and_moderates_too():
    oracle = Oracle()
    oracle.ask = MockProvider().complete
    likeness = {"config": {"model": "mock"}, "output": "so it is"}
    assert judged("EmbeddingSimilarity", oracle, expected="it is so", **likeness).score == pytest.approx(1)
    assert judged("EmbeddingSimilarity", oracle, expected="xyz", **likeness).score == 0
    assert judged("Moderation", oracle, {"model": "mock"}, output="Shout!").score == 0
    assert judged("Moderation", oracle, {"model": "mock"}, output="Whisper.").score == 1
