"""References become tasks and evaluators (contracts/braintrust.md §1.4, §1.6 and §5.3)."""

import pytest

from assay.domain.errors import InvalidRequest, NotFound
from assay.domain.evaluators.scorer import CodeScorer, GlobalScorer, PromptScorer
from assay.domain.function import (
    CodeRef,
    GlobalFunction,
    GlobalRef,
    InlineRef,
    PromptFunction,
    SlugRef,
    StoredRef,
    read_prompt_data,
)
from assay.domain.task import CodeTask, PromptTask
from assay.use_cases.resolve_function import resolve_scorer, resolve_scorers, resolve_task
from tests.support.fake_resources import FakeResources
from tests.support.functions import Functions
from tests.support.virtual_time import VirtualClock

PROMPT = {"prompt": {"type": "chat", "messages": [{"role": "user", "content": "{{input}}"}]}, "options": {"model": "m"}}
CODE = {"type": "inline", "runtime_context": {"runtime": "node", "version": "20"}, "code": "x"}
PARSER = {"type": "llm_classifier", "use_cot": False, "choice_scores": {"a": 1}}


class World:
    """A project of functions."""

    def __init__(self) -> None:
        self.resources, self.clock = FakeResources(), VirtualClock()
        self.store = Functions("acme", self.resources).store

    def task(self, ref, **more):
        return resolve_task("acme", ref, project_id="acme-p", resources=self.resources, clock=self.clock, **more)

    def scorer(self, ref, index=0):
        return resolve_scorer("acme", ref, index, resources=self.resources, clock=self.clock)

    def scorers(self, *refs):
        return resolve_scorers("acme", refs, resources=self.resources, clock=self.clock)


@pytest.fixture
def world() -> World:
    return World()


def inline_prompt(**data) -> InlineRef:
    return InlineRef(data=PromptFunction(type="prompt"), prompt=read_prompt_data({**PROMPT, **data}))


def test_a_stored_prompt_is_found_by_id_and_by_slug_in_its_latest_version_or_an_old_one(world):
    world.store("f", 7, 8)
    for found in (world.task(StoredRef(function_id="f")), world.task(SlugRef(project_name="Sums", slug="f-slug"))):
        assert isinstance(found.task, PromptTask)
        assert (found.task.prompt.model, found.name) == ("mock/8", "f at 8")
    old = world.task(SlugRef(project_name="Sums", slug="f-slug", transaction_id=7))
    assert old == world.task(StoredRef(function_id="f", transaction_id=7))
    assert old.task.prompt.model == "mock/7"


def test_a_task_is_prompt_or_code_with_what_the_launch_says_of_it(world):
    strict = world.task(inline_prompt(), strict=True, extra_messages="input.history").task
    assert (strict.prompt.strict, strict.prompt.extra_messages) == (True, "input.history")
    code = world.task(CodeRef(runtime="python", code="x"), parameters={"k": 1}).task
    assert code == CodeTask(runtime="python", code="x", parameters={"k": 1})


def test_equal_tasks_are_one_config_and_equal_scorers_one_version(world):
    assert world.task(inline_prompt()).id == world.task(inline_prompt()).id
    assert world.task(inline_prompt()).id != world.task(inline_prompt(), strict=True).id
    code = CodeRef(runtime="python", code="x", name="short")
    assert world.scorer(code, 0).id == world.scorer(code, 5).id


def test_a_scorer_is_called_as_the_contract_has_it(world):
    world.store("f", 7, prompt_data={**PROMPT, "parser": PARSER})
    world.store("c", 7, function_data={"type": "code", "data": CODE})
    named = {
        "f at 7": (StoredRef(function_id="f"), PromptScorer),
        "c at 7": (StoredRef(function_id="c"), CodeScorer),
        "Levenshtein": (GlobalRef(global_function="LevenshteinScorer"), GlobalScorer),
        "short": (CodeRef(runtime="node", code="x", name="short"), CodeScorer),
        "scorer_3": (inline_prompt(), PromptScorer),
        "ExactMatch": (InlineRef(data=GlobalFunction(type="global", name="ExactMatch")), GlobalScorer),
    }
    for name, (ref, kind) in named.items():
        version = world.scorer(ref, 3)
        assert (version.name, type(version.scorer), version.is_runtime) == (name, kind, True)
    assert world.scorer(StoredRef(function_id="f")).scorer.classifier.choice_scores == {"a": 1}


def test_two_scorers_of_one_name_are_refused(world):
    refs = (GlobalRef(global_function="Levenshtein"), GlobalRef(global_function="LevenshteinScorer"))
    with pytest.raises(InvalidRequest, match="'Levenshtein'") as refused:
        world.scorers(*refs)
    assert refused.value.place == ("scores", 1)
    assert len(world.scorers(refs[0], CodeRef(runtime="python", code="x"), CodeRef(runtime="python", code="x"))) == 3


@pytest.mark.parametrize(
    "ref",
    [
        StoredRef(function_id="nobody"),
        StoredRef(function_id="f", transaction_id=9),
        SlugRef(project_name="Sums", slug="nobody"),
        SlugRef(project_name="Nobody", slug="f-slug"),
        SlugRef(project_name="Sums", slug="f-slug", transaction_id=9),
        StoredRef(function_id="acme-p"),
    ],
)
def test_what_is_not_there_is_not_found(world, ref):
    world.store("f", 7)
    with pytest.raises(NotFound):
        world.task(ref)


@pytest.mark.parametrize(
    ("ref", "said"),
    [
        (GlobalRef(global_function="ExactMatch"), "'ExactMatch' is a scorer"),
        (GlobalRef(global_function="Nope"), "no global scorer 'Nope'"),
        (inline_prompt(prompt={"type": "chat", "messages": []}), "needs a message"),
        (inline_prompt(options={}), "needs messages and a model"),
        (inline_prompt(prompt=None), "needs messages and a model"),
        (inline_prompt(prompt={"type": "chat", "messages": [{"role": "nobody"}]}), "role"),
        (inline_prompt(prompt={"type": "chat", "messages": [{"role": "user", "content": "{{#a}}"}]}), "does not close"),
        (inline_prompt(prompt={"type": "completion", "content": "{% if %}"}, template_format="nunjucks"), "malformed"),
        (inline_prompt(tool_functions=[{"type": "function", "id": "f"}]), "tool_functions"),
    ],
)
def test_what_can_be_no_task_is_refused_before_anything_runs(world, ref, said):
    with pytest.raises(InvalidRequest, match=said) as refused:
        world.task(ref)
    assert refused.value.place[0] == "task"


@pytest.mark.parametrize(
    ("ref", "said"),
    [
        (GlobalRef(global_function="Nobody"), r"no global scorer 'Nobody' here\.$"),
        (GlobalRef(global_function="levenshtein"), r"no global scorer 'levenshtein' here: is Levenshtein meant\?"),
        (GlobalRef(global_function="exact_match"), "is ExactMatch meant"),
        (GlobalRef(global_function="Factualty"), "is Factuality meant"),
        (CodeRef(runtime="python", code="x", function_type="classifier"), "classifier"),
    ],
)
def test_what_can_be_no_scorer_is_refused(world, ref, said):
    with pytest.raises(InvalidRequest, match=said):
        world.scorer(ref)
