"""Functions and references to them, as contracts/braintrust.md §1.4, §4.1 and §4.2 have them."""

from datetime import UTC, datetime

import pytest

from assay.dialects.braintrust.function_refs import parse_function_ref
from assay.domain.errors import InvalidRequest
from assay.domain.function import (
    CodeFunction,
    CodeRef,
    Function,
    FunctionVersion,
    GlobalFunction,
    GlobalRef,
    InlineRef,
    PromptFunction,
    SlugRef,
    StoredRef,
    read_function_data,
    read_prompt_data,
)
from assay.domain.prompt_data import ChatPrompt

CODE = {
    "type": "code",
    "data": {"type": "inline", "runtime_context": {"runtime": "node", "version": "20"}, "code": "x"},
}
PROMPT = {"prompt": {"type": "chat", "messages": [{"role": "user", "content": "{{input}}"}]}, "options": {"model": "m"}}
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def parsed(raw):
    return parse_function_ref(raw, ("scores", 0))


def test_each_variant_is_told_by_its_keys():
    assert parsed({"function_id": "f", "version": "17"}) == StoredRef(function_id="f", transaction_id=17)
    pretty = parsed({"function_id": "f", "version": "81cd05ee665fdfb3"})
    assert pretty == StoredRef(function_id="f", transaction_id=1000192656880881099)
    assert parsed({"project_name": "p", "slug": "s"}) == SlugRef(project_name="p", slug="s")
    assert parsed({"global_function": "Levenshtein"}) == GlobalRef(global_function="Levenshtein")
    code = {"inline_context": {"runtime": "python", "version": "3.11"}, "code": "x", "name": "short"}
    assert parsed(code) == CodeRef(runtime="python", code="x", name="short")
    inline = parsed({"inline_function": CODE, "function_type": "scorer"})
    assert isinstance(inline, InlineRef)
    assert isinstance(inline.data, CodeFunction)
    prompt = parsed({"inline_prompt": PROMPT})
    assert isinstance(prompt, InlineRef)
    assert prompt.prompt == read_prompt_data(PROMPT)


def test_a_function_with_its_prompt_is_the_function_and_not_the_prompt_alone():
    both = parsed({"inline_function": {"type": "global", "name": "Humor"}, "inline_prompt": PROMPT})
    assert isinstance(both, InlineRef)
    assert both.data == GlobalFunction(type="global", name="Humor")
    assert both.prompt == read_prompt_data(PROMPT)


@pytest.mark.parametrize(
    ("raw", "place", "said"),
    [
        ("Levenshtein", (), "an object"),
        ({}, (), "names no function"),
        ({"slug": "s"}, ("project_name",), "is missing"),
        ({"global_function": "Levenshtein", "name": "mine"}, (), "scores.0: name is not a field"),
        ({"function_id": "f", "versoin": "7"}, (), r"versoin is not a field \(is version meant\?\)"),
        ({"code": "x", "inline_context": {"runtime": "python"}, "function_id": "f"}, (), "function_id is not a field"),
        ({"prompt_session_id": "s", "prompt_session_function_id": "f"}, ("prompt_session_id",), "playground"),
        ({"function_id": "f", "version": "latest"}, ("version",), "no version"),
        ({"function_id": 7}, ("function_id",), "must be text"),
        ({"code": "x"}, ("inline_context",), "is missing"),
        ({"code": "x", "inline_context": {"runtime": "quickjs"}}, ("inline_context", "runtime"), "python or node"),
        ({"inline_function": {"type": "graph"}}, ("inline_function",), "'graph'"),
        ({"inline_function": {}}, ("inline_function", "type"), "is missing"),
        ({"inline_function": {"type": []}}, ("inline_function", "type"), "must be text"),
        (
            {"inline_function": {"type": "code", "data": {"type": "bundle"}}},
            ("inline_function", "data", "type"),
            "inline",
        ),
        ({"inline_prompt": {"prompt": {"type": "chat"}}}, ("inline_prompt", "prompt", "messages"), "is missing"),
        ({"inline_prompt": {"template_format": "ejs"}}, ("inline_prompt", "template_format"), "mustache"),
    ],
)
def test_a_reference_that_cannot_be_followed_is_refused_at_its_place(raw, place, said):
    with pytest.raises(InvalidRequest, match=said) as refused:
        parsed(raw)
    assert refused.value.place == ("scores", 0, *place)


@pytest.mark.parametrize("score", [1.5, -0.1, "high", None])
def test_a_choice_scores_between_0_and_1(score):
    parser = {"type": "llm_classifier", "use_cot": True, "choice_scores": {"yes": score}}
    with pytest.raises(InvalidRequest, match=r"prompt_data\.parser\.choice_scores\.yes"):
        read_prompt_data({"parser": parser})


def test_a_field_that_says_nothing_is_no_hindrance_in_a_reference():
    assert parsed({"function_id": "f", "project_name": None}) == StoredRef(function_id="f")


def test_keys_that_nobody_knows_are_no_hindrance():
    prompt = read_prompt_data({**PROMPT, "origin": {"prompt_id": "p"}, "later": 1, "template_format": None})
    assert prompt.template_format == "mustache"
    assert isinstance(prompt.prompt, ChatPrompt)
    assert read_function_data({"type": "prompt", "later": 1}) == PromptFunction(type="prompt")


def test_a_version_says_what_kind_of_function_it_is_and_keeps_what_the_client_wrote():
    version = FunctionVersion(
        id="f@7",
        created_at=NOW,
        updated_at=NOW,
        function_id="f",
        transaction_id=7,
        project_id="p",
        slug="s",
        name="N",
        function_data={"type": "prompt", "later": 1},
        prompt_data=PROMPT,
    )
    assert version.data == PromptFunction(type="prompt")
    assert version.prompt == read_prompt_data(PROMPT)
    assert version.function_data == {"type": "prompt", "later": 1}


def test_a_slug_is_one_functions_within_a_project():
    first, second = (
        Function(id=i, created_at=NOW, updated_at=NOW, project_id="p", slug="s", transaction_id=7) for i in "ab"
    )
    assert first.unique_name == second.unique_name
    assert first.latest == "a@7"
    assert first.listed_in == ("functions", "p/functions")
