"""A declared evaluation: what is wrong with it is said with its file and line, and what is right is sent."""

import contextlib
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.client import Client
from assay_cli.declared import document
from assay_cli.declared.document import Malformed, read_document
from assay_cli.declared.reading import Invalid, read_declared
from assay_cli.declared.request import eval_request
from assay_cli.errors import Misused
from assay_cli.places import STARTER
from assay_cli.running.launching import prepare
from tests.cli.declaring import JUDGE, YAML, declared, written


def complaints(folder, text, **files):
    """What is said of a file, without the folder."""
    with pytest.raises(Invalid) as refused:
        declared(folder, text, **files)
    return [str(one).removeprefix(f"{folder}/") for one in refused.value.problems]


def request(found):
    """The request that a declaration becomes."""
    return eval_request(found, "p1", {"dataset_id": "d1"}, {}, {}, {})


def test_words_are_text_unless_json_has_them():
    text = "a: yes\nb: 010\nc: 2026-11-22\nd: true\ne: 12\nf: 1.5\ng: null\nh: -0.5e3\ni: on\nj:\n"
    assert read_document(text).value == {
        "a": "yes", "b": "010", "c": "2026-11-22", "d": True, "e": 12, "f": 1.5, "g": None, "h": -500.0, "i": "on",
        "j": None,
    }  # fmt: skip


def test_every_part_has_its_line():
    found = read_document("a:\n  b:\n    - 1\n    -\n      c: 2\n")
    assert [found.line(path) for path in ((), ("a",), ("a", "b"), ("a", "b", 0), ("a", "b", 1, "c"))] == [1, 1, 2, 3, 5]
    assert found.line(("a", "nowhere", "else")) == 1


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("a: 1\nb: [1\n", 3, "expected"),
        ("a: 1\na: 2\n", 2, "'a' is there twice"),
        ("a: 1\nb: !!python/object:os.system x\n", 2, "python"),
        ("a: 1\n[1]: 2\n", 2, "a key must be a word"),
        ("a: &x\n  b: *x\n", 2, "nests deeper"),
        ("a: \x00", 1, "special characters"),
        ("a: 1\n---\nb: 2\n", 2, "another document"),
    ],
)
def test_what_is_no_yaml_is_said_with_its_line(text, line, problem):
    with pytest.raises(Malformed, match=problem) as refused:
        read_document(text)
    assert refused.value.line <= line + (document.DEEPEST if "deeper" in problem else 0)
    if "deeper" not in problem:
        assert refused.value.line == line


@pytest.mark.parametrize(
    ("change", "line", "problem"),
    [
        (("project: sums\n", ""), 1, "project: It is missing."),
        (("model: mock", "modle: mock"), 3, "task: It needs one of: model, code, function."),
        (("  prompt: What", "  promt: What"), 5, "task.promt: It is not known here."),
        (("  prompt: What is {{a}} times {{b}}?\n", ""), 3, "task: Give one of prompt, prompt_file and messages."),
        (("- ExactMatch", "- {judge: ok, name: j, model: m, choices: {a: 2}}"), 7,
         "evaluators.0.choices.a: It must be at most 1.0."),
        (("- ExactMatch", "- code: nowhere.py"), 7, "nowhere.py cannot be read"),
        (("data: sums.jsonl", "base: {brnch: main}\ndata: sums.jsonl"), 2, "base: It needs one of: experiment, branch."),
        (("data: sums.jsonl", "data: {dataste: x}"), 2, "data: It needs one of: file, dataset."),
        (("- ExactMatch", "- code: judge.py\n  - {global: ExactMatch, name: judge}"), 8,
         "evaluators.1: 'judge' is the name of the one in line 7, too: give it a name"),
        (("data: sums.jsonl", "trials: 0\ndata: sums.jsonl"), 2, "trials: It must be at least 1."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(tmp_path, change, line, problem):
    [said] = complaints(tmp_path, YAML.replace(*change))
    assert said.startswith(f"evaluation.yaml:{line}: {problem}")


@pytest.mark.parametrize("text", ["", "# nothing\n", "null\n"])
def test_an_empty_file_is_said_to_be_empty(tmp_path, text):
    said = "evaluation.yaml:1: the file is empty: `assay init` writes one to begin with"
    assert complaints(tmp_path, text) == [said]


def test_a_file_that_is_no_object_is_said_to_be_none(tmp_path):
    assert complaints(tmp_path, "- a\n") == ["evaluation.yaml:1: It must be an object."]


def test_everything_that_is_wrong_is_said_at_once(tmp_path):
    text = YAML.replace("project: sums", "project: sums\nmax_cost: -1\ntrials: many")
    assert [said.partition(" ")[0] for said in complaints(tmp_path, text)] == [
        "evaluation.yaml:2:",
        "evaluation.yaml:3:",
    ]


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("def handler(:\n", "judge.py:1: invalid syntax"),
        ("def judge(output):\n    return 1\n", "judge.py:1: it defines no function named handler"),
        ("import re\nclass handler: ...\n", "judge.py:2: handler is a class, where a function is wanted"),
    ],
)
def test_code_that_cannot_run_is_found_before_it_is_sent(tmp_path, code, problem):
    text = YAML.replace("- ExactMatch", "- code: judge.py")
    assert complaints(tmp_path, text, **{"judge.py": code}) == [problem]


@pytest.mark.parametrize("source", ["handler = judge", "from x import judge as handler", "async def handler(): ..."])
def test_a_handler_may_be_named_in_any_way(tmp_path, source):
    text = YAML.replace("- ExactMatch", "- code: judge.py")
    assert declared(tmp_path, text, **{"judge.py": f"{source}\n"}).texts


def test_javascript_needs_a_handler_too(tmp_path):
    text = YAML.replace("- ExactMatch", "- code: judge.ts")
    assert complaints(tmp_path, text, **{"judge.ts": "const judge = 1\n"}) == [
        "judge.ts:1: it defines no function named handler"
    ]
    assert declared(tmp_path, text, **{"judge.ts": "export const handler = (row: any) => 1\n"})


def test_a_file_that_is_not_there_is_a_mistake_of_the_caller(tmp_path):
    with pytest.raises(Misused, match="cannot be read"):
        read_declared(tmp_path / "nowhere.yaml")


def test_rows_that_cannot_be_read_are_found_before_anything_is_asked_for(tmp_path):
    found = declared(tmp_path, YAML.replace("sums.jsonl", "nowhere.jsonl"))
    asked = []
    client = Client("http://nowhere", "key", transport=httpx.MockTransport(asked.append))
    with pytest.raises(Misused, match=r"nowhere\.jsonl cannot be read"):
        prepare(client, found)
    assert asked == []


def test_the_request_has_the_task_and_every_kind_of_evaluator(tmp_path):
    text = YAML.replace(
        "  - ExactMatch\n",
        "  - ExactMatch\n"
        "  - {global: ClosedQA, config: {criteria: polite}}\n"
        "  - {code: judge.py, name: ours, higher_is_better: false}\n"
        "  - {judge: 'Good? {{output}}', name: good, model: mock, choices: {yes: 1, no: 0}, higher_is_better: null}\n"
        "  - {function: stored, version: 12ab}\n",
    )
    exact, closed, ours, good, stored = request(declared(tmp_path, text))["scores"]
    assert exact == {"name": "ExactMatch", "inline_function": {"type": "global", "name": "ExactMatch", "config": {}}}
    assert closed["inline_function"]["config"] == {"criteria": "polite"}
    assert (ours["code"], ours["name"], ours["higher_is_better"]) == (JUDGE, "ours", False)
    assert ours["inline_context"]["runtime"] == "python"
    assert good["inline_prompt"]["parser"]["choice_scores"] == {"yes": 1, "no": 0}
    assert good["higher_is_better"] is None
    assert stored == {"project_name": "sums", "slug": "stored", "version": "12ab"}


def test_the_task_is_a_prompt_a_file_messages_code_or_stored(tmp_path):
    def task(lines, **files):
        body = request(
            declared(tmp_path, YAML.replace("  model: mock\n  prompt: What is {{a}} times {{b}}?\n", lines), **files)
        )
        return body["task"], body

    asked, _ = task("  model: mock\n  system: Be short.\n  prompt_file: p.md\n", **{"p.md": "{{a}}"})
    said = asked["inline_prompt"]["prompt"]["messages"]
    assert said == [{"role": "system", "content": "Be short."}, {"role": "user", "content": "{{a}}"}]
    asked, body = task("  model: mock\n  messages: [{role: user, content: hi}]\n  parameters: {temperature: 0}\n")
    assert asked["inline_prompt"]["options"] == {"model": "mock", "params": {"temperature": 0}}
    assert body["strict"] is True
    asked, body = task("  code: judge.py\n  parameters: {x: 1}\n")
    assert (asked["code"], body["parameters"], "strict" in body) == (JUDGE, {"x": 1}, False)
    asked, _ = task("  function: f\n  project: other\n")
    assert asked == {"project_name": "other", "slug": "f"}


def test_what_is_not_declared_is_not_sent(tmp_path):
    assert set(request(declared(tmp_path))) == {
        "project_id", "experiment_name", "data", "task", "scores", "trial_count", "max_concurrency", "metadata",
        "strict",
    }  # fmt: skip
    body = request(declared(tmp_path, YAML + "max_cost: 2.5\ncache: true\ntimeout: 60\nmax_concurrency: null\n"))
    assert (body["max_cost"], body["cache"], body["timeout"], body["max_concurrency"]) == (2.5, True, 60_000, None)


def test_the_files_that_an_evaluation_is_made_of_are_known(tmp_path):
    found = declared(tmp_path, YAML.replace("- ExactMatch", "- code: judge.py"))
    assert [file.name for file in found.files] == ["evaluation.yaml", "judge.py", "sums.jsonl"]


def test_the_first_file_is_a_good_one():
    found = read_declared(STARTER / "evaluation.yaml")
    assert found.declaration.gate is not None
    assert [file.name for file in found.files] == ["evaluation.yaml", "right.py", "questions.jsonl"]


def test_an_evaluation_is_called_as_its_file_unless_it_says(tmp_path):
    assert read_declared(written(tmp_path)).name == "evaluation"
    assert read_declared(written(tmp_path, f"name: sums\n{YAML}")).name == "sums"


@given(st.integers(0, 2000), st.text(max_size=4), st.integers(0, 6))
def test_whatever_is_written_is_read_or_said_to_be_wrong(place, inserted, removed):
    text = (STARTER / "evaluation.yaml").read_text()
    place %= len(text)
    changed = text[:place] + inserted + text[place + removed :]
    with TemporaryDirectory() as folder, contextlib.suppress(Misused):
        file = Path(folder) / "evaluation.yaml"
        file.write_bytes(changed.encode(errors="replace"))
        assert read_declared(file).files[0] == file


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
                        st.sampled_from(["project", "data", "task", "evaluators", "base", "gate", "model", "judge", "code", "global", "file", "choices", "name"]),
                        inner, max_size=6), max_leaves=20))  # fmt: skip
def test_no_value_is_too_strange_to_be_refused(value):
    with TemporaryDirectory() as folder, contextlib.suppress(Misused):
        file = Path(folder) / "evaluation.yaml"
        file.write_text(json.dumps(value))
        read_declared(file)
