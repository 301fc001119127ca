"""A function called once, outside any evaluation (contracts/braintrust.md §4.4, §4.5 and §7.7)."""

import asyncio

import pytest

from assay.domain.completion import Completion
from assay.domain.errors import FunctionFailed, InvalidRequest, NotFound, ProviderRefused
from assay.domain.messages import FunctionCall, Message, ToolCall
from assay.use_cases.invoke_function import Invocation, invoke_function
from tests.support.fake_resources import FakeResources
from tests.support.fakes import FakeCodeRunner, FakeProvider, FakeProviderLimits
from tests.support.functions import PROMPT, Functions, code
from tests.support.virtual_time import VirtualClock

PARSER = {"type": "llm_classifier", "use_cot": True, "choice_scores": {"YES": 1, "NO": 0}}
JUDGING = [{"role": "user", "content": "{{input.q}} {{output}} {{expected}} {{metadata.x}}"}]


class World:
    """Functions, and a model that says its last message back."""

    def __init__(self) -> None:
        self.resources, self.clock, self.provider = FakeResources(), VirtualClock(), FakeProvider()
        self.functions = Functions("acme", self.resources)

    def invoked(self, function_id, **wish):
        """What the function returns."""
        called = invoke_function(
            "acme",
            Invocation(function_id=function_id, **wish),
            resources=self.resources,
            code_runner=FakeCodeRunner(),
            open_provider=self.provider,
            limits=FakeProviderLimits(),
            clock=self.clock,
            random=lambda: 0.5,
        )
        return asyncio.run(called).value


@pytest.fixture
def world():
    return World()


def choosing(arguments):
    call = ToolCall(id="c", function=FunctionCall(name="select_choice", arguments=arguments))
    return Completion(text="", message=Message(role="assistant", content="", tool_calls=(call,)))


def test_a_prompt_gets_the_input_and_answers_with_its_text(world):
    world.functions.store("f", 7)
    assert world.invoked("f", input="world") == "world"
    assert world.invoked("f", input={"a": 1}) == '{"a":1}'
    more = ({"role": "user", "content": "And this?"},)
    assert world.invoked("f", input="world", messages=more) == "And this?"


@pytest.mark.parametrize(("mode", "value"), [("auto", '{"a": 1}'), ("text", '{"a": 1}'), ("json", {"a": 1})])
def test_an_answer_comes_as_it_is_asked_for(world, mode, value):
    world.functions.store("f", 7)
    world.provider.answer = lambda _: '{"a": 1}'
    assert world.invoked("f", mode=mode) == value


def test_an_answer_that_is_no_json_where_that_is_asked_for_is_a_failure(world):
    world.functions.store("f", 7)
    with pytest.raises(FunctionFailed, match="no JSON"):
        world.invoked("f", input="world", mode="json")


def test_an_old_version_runs_as_it_was(world):
    world.functions.store("f", 7, function_data=code("def handler(): return 0"))
    world.functions.store("g", 7, 8)
    assert world.invoked("f", transaction_id=7) == 0
    with pytest.raises(NotFound):
        world.invoked("f", transaction_id=8)


def test_a_classifier_answers_with_its_functions_name_the_score_and_why(world):
    world.functions.store(
        "f", 7, prompt_data={**PROMPT, "prompt": {"type": "chat", "messages": JUDGING}, "parser": PARSER}
    )
    asked = []

    def answer(messages):
        asked.append(messages[0].content)
        return choosing('{"reasons": "because", "choice": "YES"}')

    world.provider.answer = answer
    row = {"input": {"q": "Q"}, "output": "O", "expected": "E", "metadata": {"x": 1}, "id": "r", "trace": {}}
    score = {"name": "f at 7", "score": 1.0, "metadata": {"rationale": "because", "choice": "YES"}}
    assert world.invoked("f", input=row) == score
    assert asked == ["Q O E 1"]


def test_a_scorer_without_a_parser_sees_the_row_and_answers_with_its_text(world):
    prompt = {**PROMPT, "prompt": {"type": "chat", "messages": JUDGING}}
    world.functions.store("f", 7, prompt_data=prompt, function_type="scorer")
    assert world.invoked("f", input={"input": {"q": 1}, "output": "correct"}) == "1 correct  "


@pytest.mark.parametrize(
    ("returned", "value"),
    [("{'score': 1.0}", {"score": 1.0}), ("'0.45'", "0.45"), ("None", None), ("True", True), ("[1, 'a']", [1, "a"])],
)
def test_what_code_returns_is_passed_through_as_it_is(world, returned, value):
    world.functions.store("f", 7, function_data=code(f"def handler(output, expected):\n    return {returned}"))
    assert world.invoked("f", input={"input": 1, "output": 2, "expected": 3, "metadata": {}}) == value


def test_code_gets_the_fields_of_its_input_or_the_input(world):
    world.functions.store("f", 7, function_data=code("async def handler(**given):\n    return given"))
    assert world.invoked("f", input={"a": 1}) == {"a": 1}
    assert world.invoked("f", input="text") == {"input": "text"}


def test_a_global_scorer_that_asks_a_model_says_its_score_or_that_the_model_made_no_sense(world):
    world.functions.store("f", 7, function_data={"type": "global", "name": "Humor"})
    world.provider.answer = lambda _: choosing('{"choice": "Yes", "reasons": "ha"}')
    told = {"name": "Humor", "score": 1, "metadata": {"choice": "Yes", "rationale": "ha"}}
    assert world.invoked("f", input={"output": "a joke"}) == told
    world.provider.answer = lambda _: "ha"
    with pytest.raises(FunctionFailed, match="not as Humor needs it"):
        world.invoked("f", input={"output": "a joke"})


def test_a_global_scorer_says_its_score(world):
    world.functions.store("f", 7, function_data={"type": "global", "name": "ExactMatch"})
    assert world.invoked("f", input={"output": "a", "expected": "a"}) == {"name": "ExactMatch", "score": 1.0}


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ({"function_data": code("def other(): return 1")}, "handler"),
        ({"function_data": code("def handler(): return 1 / 0")}, "ZeroDivisionError"),
        ({"function_data": {"type": "global", "name": "Levenshtein"}}, "expected"),
        ({"prompt_data": {**PROMPT, "prompt": {"type": "chat", "messages": JUDGING}}}, "'input.q' is missing"),
        ({"prompt_data": {**PROMPT, "parser": PARSER}}, "select_choice"),
    ],
)
def test_a_function_that_fails_says_why(world, stored, said):
    world.functions.store("f", 7, **stored)
    with pytest.raises(FunctionFailed, match=said):
        world.invoked("f", strict=True)


def test_a_provider_that_refuses_is_a_failure_with_its_words(world):
    world.functions.store("f", 7)
    world.provider.answer = lambda _: ProviderRefused("The provider answered 400: no such model")
    with pytest.raises(FunctionFailed, match="no such model"):
        world.invoked("f")


@pytest.mark.parametrize(
    "stored",
    [{"prompt_data": None}, {"function_data": {"type": "graph"}}, {"function_data": {"type": "global", "name": "X"}}],
)
def test_a_function_that_cannot_run_is_refused(world, stored):
    world.functions.store("f", 7, **stored)
    with pytest.raises(InvalidRequest):
        world.invoked("f")
