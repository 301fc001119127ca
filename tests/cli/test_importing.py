"""Evals of OpenAI's as evaluations of ours: they judge as they did, and what cannot be taken over is named."""

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from assay_cli.declared.document import read_document
from assay_cli.declared.reading import read_declared
from assay_cli.declared.request import eval_request
from assay_cli.importing.left_out import Untranslatable
from assay_cli.importing.openai_graders import evaluator
from tests.cli.running import assay

EVAL = {
    "object": "eval",
    "id": "eval_1",
    "name": "Headlines",
    "data_source_config": {"type": "custom", "schema": {}},
    "testing_criteria": [
        {"type": "string_check", "name": "Match", "input": "{{ sample.output_text }}", "reference": "{{ item.truth }}", "operation": "eq"},
        {"type": "text_similarity", "name": "Alike", "input": "{{sample.output_text}}", "reference": "{{item.truth}}", "evaluation_metric": "fuzzy_match", "pass_threshold": 0.8},
        {"type": "label_model", "name": "Mood", "model": "o3-mini", "labels": ["good", "bad"], "passing_labels": ["good"],
         "input": [{"type": "message", "role": "developer", "content": {"type": "input_text", "text": "Judge {{item.input}}: {{sample.output_text}}"}}]},
        {"type": "python", "name": "Short", "source": "def grade(sample, item):\n    return 1.0 if len(sample['output_text']) < 9 else 0\n"},
        {"type": "score_model", "name": "Scored", "model": "o3-mini", "input": []},
        {"type": "text_similarity", "name": "Bleu", "input": "a", "reference": "b", "evaluation_metric": "bleu"},
        {"type": "string_check", "name": "Tools", "input": "{{sample.output_tools}}", "reference": "b", "operation": "eq"},
    ],
}  # fmt: skip
ITEMS = [{"input": "Rates rise", "truth": "Markets"}, {"input": "Team wins", "truth": "Sports"}]
RUN = {
    "object": "eval.run", "id": "evalrun_1", "eval_id": "eval_1", "model": "gpt-4o-mini", "created_at": 2,
    "data_source": {
        "type": "completions", "model": "gpt-4o-mini",
        "source": {"type": "file_content", "content": [{"item": item} for item in ITEMS]},
        "input_messages": {"type": "template", "template": [
            {"type": "message", "role": "developer", "content": "Name the topic."},
            {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "{{item.input}}"}]}]},
        "sampling_params": {"temperature": 0.5, "seed": 42, "max_completion_tokens": None, "tools": []},
    },
}  # fmt: skip
OUTPUT_ITEMS = {"object": "list", "data": [
    {"object": "eval.run.output_item", "id": f"outputitem_{n}", "eval_id": "eval_1", "run_id": "evalrun_1",
     "datasource_item_id": n, "datasource_item": item, "results": []} for n, item in enumerate(ITEMS)]}  # fmt: skip


def imported(folder, *values, **options):
    """What the command says of files with these values; the folder that it writes is `folder`/made."""
    files = []
    for number, value in enumerate(values):
        files.append(folder / f"{number}.json")
        files[-1].write_text(value if isinstance(value, str) else json.dumps(value))
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    return assay("import", "openai-evals", *files, "--to", folder / "made", *words)


def declared(folder):
    """The evaluation that was made."""
    return read_declared(folder / "made/evaluation.yaml")


def verdict(grader, output, item):
    """What the code that a grader became says of an output."""
    scope = {}
    exec(evaluator(grader).file[1], scope)  # noqa: S102
    return scope["handler"](output=output, input=item)


def test_an_eval_with_a_run_becomes_files_that_can_be_run(tmp_path):
    said = imported(tmp_path, EVAL, {"object": "list", "data": [RUN]}, target="truth")
    assert said.code == 0, said
    found = declared(tmp_path)
    rows = [json.loads(line) for line in (tmp_path / "made/rows.jsonl").read_text().splitlines()]
    assert rows == [{"inputs": item, "target": item["truth"]} for item in ITEMS]
    task = eval_request(found, "p", {}, {}, {}, {})["task"]["inline_prompt"]
    assert task["options"] == {"model": "gpt-4o-mini", "params": {"temperature": 0.5, "seed": 42}}
    assert [one["content"] for one in task["prompt"]["messages"]] == ["Name the topic.", "{{input.input}}"]
    names = [one.name for one in found.declaration.evaluators]
    assert names == ["Match", "Alike", "Mood", "Short"]


def test_what_cannot_be_taken_over_is_named_one_by_one(tmp_path):
    said = imported(tmp_path, EVAL, RUN)
    lines = [line.removeprefix("left out: ") for line in said.err.splitlines()]
    assert [line.partition(":")[0] for line in lines] == [
        "the grader 'Scored' (score_model)",
        "the grader 'Bleu' (text_similarity)",
        "the grader 'Tools' (string_check)",
        "the parameter tools of the task",
    ]
    comments = [
        line for line in (tmp_path / "made/evaluation.yaml").read_text().splitlines() if line.startswith("# - ")
    ]
    assert comments == [f"# - {line}" for line in lines]


def test_a_label_model_becomes_a_judge_that_must_choose(tmp_path):
    imported(tmp_path, EVAL, RUN)
    judge = eval_request(declared(tmp_path), "p", {}, {}, {}, {})["scores"][2]
    assert judge["inline_prompt"]["parser"]["choice_scores"] == {"good": 1, "bad": 0}
    [message] = judge["inline_prompt"]["prompt"]["messages"]
    assert message == {"role": "system", "content": "Judge {{input.input}}: {{output}}"}


def test_output_items_alone_give_the_rows_and_the_task_is_named(tmp_path):
    said = imported(tmp_path, EVAL, OUTPUT_ITEMS)
    assert said.code == 0
    assert "left out: the task: " in said.err
    assert len((tmp_path / "made/rows.jsonl").read_text().splitlines()) == 2


def test_files_of_json_lines_and_lists_are_read_in_any_order(tmp_path):
    lines = "\n".join(json.dumps(one) for one in [*OUTPUT_ITEMS["data"], EVAL])
    assert imported(tmp_path, lines).code == 0


@pytest.mark.parametrize(
    ("values", "options", "problem"),
    [
        ([EVAL], {}, "There are no items"),
        ([OUTPUT_ITEMS], {}, "0 evals are in the files"),
        ([EVAL, {**EVAL, "id": "eval_2"}], {}, "2 evals are in the files"),
        ([EVAL, RUN], {"target": "nothing"}, "No item has a field 'nothing'."),
        (["{"], {}, "neither the file nor this line is JSON"),
    ],
)  # fmt: skip
def test_what_cannot_be_imported_ends_with_2(tmp_path, values, options, problem):
    said = imported(tmp_path, *values, **options)
    assert (said.code, problem in said.err) == (2, True), said


def test_an_import_overwrites_nothing(tmp_path):
    assert imported(tmp_path, EVAL, RUN).code == 0
    said = imported(tmp_path, EVAL, RUN)
    assert (said.code, "would be overwritten" in said.err) == (2, True)


@pytest.mark.parametrize(
    ("operation", "output", "verdicts"),
    [
        ("eq", "Markets", True), ("eq", "markets", False), ("ne", "Sports", True), ("like", "In Markets.", True),
        ("like", "in markets", False), ("ilike", "in markets", True), ("ilike", "sports", False),
    ],
)  # fmt: skip
def test_a_string_check_judges_as_it_did(operation, output, verdicts):
    assert verdict({**EVAL["testing_criteria"][0], "operation": operation}, output, ITEMS[0]) is verdicts


def test_names_in_the_middle_of_texts_and_in_lists_are_filled_in():
    grader = {**EVAL["testing_criteria"][0], "input": "<{{sample.output_text}}>", "reference": "<{{item.list.1.x}}>"}
    assert verdict(grader, "7", {"list": [0, {"x": 7}]}) is True


def test_fuzzy_match_is_the_share_of_characters_in_common():
    grader = EVAL["testing_criteria"][1]
    assert verdict(grader, "Markets", ITEMS[0]) == {"score": 1.0, "metadata": {"passed": True}}
    assert verdict(grader, "Market", ITEMS[0])["score"] == pytest.approx(12 / 13)
    assert verdict(grader, "", {"truth": ""})["score"] == 1
    assert verdict(grader, "xyz", ITEMS[0]) == {"score": 0.0, "metadata": {"passed": False}}


def test_a_python_grader_is_called_as_it_was():
    assert verdict(EVAL["testing_criteria"][3], "short", ITEMS[0]) == 1.0
    assert verdict(EVAL["testing_criteria"][3], "rather long", ITEMS[0]) == 0.0


@pytest.mark.parametrize("name", ['"""\nimport os\n"""', "\\", "{x}", "日本", "a/b/../c"])
def test_no_name_of_a_grader_can_be_code_or_leave_the_folder(tmp_path, name):
    evil = {**EVAL, "testing_criteria": [{**EVAL["testing_criteria"][0], "name": name}]}
    assert imported(tmp_path, evil, RUN).code == 0
    assert verdict(evil["testing_criteria"][0], "Markets", ITEMS[0]) is True
    assert {file.parent for file in (tmp_path / "made").rglob("*.py")} == {tmp_path / "made"}


def test_graders_of_one_name_get_names_of_their_own(tmp_path):
    same = {**EVAL, "testing_criteria": [EVAL["testing_criteria"][0]] * 3}
    imported(tmp_path, same, RUN)
    assert [one.name for one in declared(tmp_path).declaration.evaluators] == ["Match", "Match 2", "Match 3"]


@pytest.mark.parametrize(
    "grader", [{}, {"type": "string_check"}, {"type": "label_model", "labels": 5}, {"type": "python", "source": "x"}]
)
def test_a_grader_that_is_not_as_it_should_be_is_left_out(grader):
    with pytest.raises(Untranslatable):
        evaluator({"name": "x", **grader})


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffe\uffff"))


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts.filter(bool), inner, max_size=3)))  # fmt: skip
def test_whatever_is_written_as_yaml_is_read_again(value):
    assert read_document(yaml.safe_dump(value, allow_unicode=True, width=110)).value == value
