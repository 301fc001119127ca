"""What Humanloop's export tool saved: all of it goes in, once, and what cannot go in is named."""

import json
import shutil

import pytest

from assay.client import Refused
from assay_cli.commands.imports import take_over
from assay_cli.errors import Misused
from assay_cli.importing.humanloop.taking_over import TakingOver
from tests.cli.importing import JUDGE, imported
from tests.support.humanloop_export import CHAT, FIRST, PAIRS, judged, put_lines

EVERYTHING = {"dsv_1", "dsv_2", "evl_1", "evl_2", "prv_1", "prv_2", "run_1", "run_2"}


def evaluated(export, *judgments, **log):
    """The export with another evaluation, of one row, that was judged so."""
    line = {"run_id": "run_9", "log": {"id": "log_9", "output": "x", **log}, "evaluator_logs": list(judgments)}
    export.evaluation(export.folder / "files/pr_1", "evr_9", [{"id": "run_9"}], [line])


@pytest.mark.parametrize(
    ("broken", "missing"),
    [
        ("files/ds_1/file.json", {"dsv_1", "dsv_2"}),
        ("files/ds_1/versions/dsv_1", {"dsv_1"}),
        ("files/ds_1/datapoints/dsv_2/1.jsonl", {"dsv_2"}),
        ("files/evl_1/file.json", {"evl_1"}),
        ("files/pr_1/versions/prv_1", {"prv_1"}),
        ("files/pr_1/deployments.json", {"prv_1", "prv_2"}),
        ("files/pr_1/evaluations/evr_1/evaluation.json", {"run_1", "run_2"}),
        ("files/pr_1/evaluations/evr_1/runs/run_2", {"run_2"}),
        ("files/pr_1/evaluations/evr_1/stats.json", set()),
        ("files/pr_1/evaluations/evr_1/logs/1.jsonl", {"run_1", "run_2"}),
    ],
)
def test_a_broken_file_is_named_and_skipped_and_the_rest_goes_in(api, export, broken, missing):
    path = export.folder / broken
    path.write_text(f"{path.read_text()[:-20]}\n")
    came = imported(api, export)
    [line] = came.broken
    assert line.startswith(f"{path}:")
    assert {theirs for _, theirs, _, _ in came.told} == EVERYTHING - missing


def test_a_file_that_is_mended_goes_in_the_next_time(api, export):
    lines = export.folder / "files/ds_1/datapoints/dsv_2/1.jsonl"
    text = lines.read_text()
    lines.write_text(text[:-20])
    imported(api, export)
    lines.write_text(text)
    assert imported(api, export).broken == []
    assert [len(rows) for rows in api.datapoints.values()] == [2, 4]


def test_a_dataset_that_lacks_some_of_its_files_or_datapoints_is_no_version_of_it(api, export):
    folder = export.folder / "files/ds_1/datapoints/dsv_2"
    (folder / "1.jsonl").rename(folder / "2.jsonl")
    assert imported(api, export).broken == [f"{folder / '1.jsonl'}: it is missing"]
    (folder / "2.jsonl").rename(folder / "1.jsonl")
    version = export.folder / "files/ds_1/versions/dsv_2"
    saved = json.loads(version.read_text())
    version.write_text(json.dumps({**saved, "datapoints_count": 5}))
    assert imported(api, export).broken == [f"{folder}: it has 4 datapoints of 5"]
    version.write_text(json.dumps({**saved, "datapoints_count": 4}))
    assert imported(api, export).broken == []
    assert [len(rows) for rows in api.datapoints.values()] == [2, 4]


def test_an_import_that_was_broken_off_is_completed_without_doubles(api, export):
    imported(api, export)
    first, second = api.datapoints
    api.datapoints[second] = api.datapoints[second][:1]
    experiment = next(iter(api.rows))
    kept = api.rows[experiment]
    api.rows[experiment] = dict(list(kept.items())[:3])
    imported(api, export)
    assert api.datapoints[second] == [{"inputs": one["inputs"], "target": one["target"]} for one in PAIRS]
    assert (len(api.datapoints[first]), api.rows[experiment]) == (2, kept)


def test_datapoints_go_in_by_the_thousand_and_in_the_order_of_the_files(api, export):
    rows = [
        {"inputs": {"n": str(n)}, "messages": [{"role": "developer", "content": "x", "name": None}]}
        for n in range(2500)
    ]
    place = export.dataset("ds_2", "large", ("dsv_9", rows))
    shutil.rmtree(place / "datapoints/dsv_9")
    put_lines(place / "datapoints/dsv_9", rows, in_each=200)
    imported(api, export)
    found = list(api.datapoints.values())[-1]
    assert [one["inputs"]["n"] for one in found] == [str(n) for n in range(2500)]
    assert found[0]["messages"] == [{"role": "system", "content": "x"}]


def test_what_the_api_refuses_is_named_and_the_rest_goes_in(api, export):
    export.prompt("pr_2", "other", {**FIRST, "provider": "deepseek"}, {**FIRST, "version_id": "prv_3"}, active="prv_3")
    export.evaluator("evl_3", "no code", **{**JUDGE, "evaluator_type": "python"}, code="def judge(:")
    came = imported(api, export)
    assert [line.partition(":")[0] for line in came.broken] == ["evaluator no code", "prompt other prv_1"]
    assert "It does not parse." in came.broken[0]
    assert {theirs for _, theirs, _, _ in came.told} == EVERYTHING | {"prv_3"}


def test_a_refusal_of_the_key_ends_the_import(api, export):
    api.v4_post_model_configs = lambda _: (403, {"detail": "No."})
    with pytest.raises(Refused, match="403: No"):
        imported(api, export)


def test_what_has_no_word_in_v4_is_named_and_the_rest_goes_in(api, export):
    export.prompt(
        "pr_2", "jinja", {**FIRST, "template_language": "jinja"}, {**FIRST, "version_id": "prv_3"}, active="prv_3"
    )
    export.evaluator("evl_3", "messages", **JUDGE, prompt={"model": "m", "template": CHAT})
    export.evaluator("evl_4", "tools", **JUDGE, prompt={"model": "m", "template": "x", "tools": [{"name": "t"}]})
    put_lines(export.file("tl_1", type="tool", path="a tool", version_id="tv_1") / "logs", [{"id": "log_1"}])
    shutil.rmtree(export.folder / "files/pr_1/evaluations/evr_1/logs")
    came = imported(api, export)
    assert came.broken == []
    assert [line.partition(":")[0] for line in came.left_out] == [
        "evaluator messages",
        "evaluator tools",
        "flow a flow",
        "evaluation eval evr_1 run_1",
        "evaluation eval evr_1 run_2",
        "prompt jinja prv_1",
        "tool a tool",
        "logs of a tool",
    ]
    assert "EXPORT_LOGS" in came.left_out[3]


def test_less_is_better_where_the_export_says_so(api, export):
    imported(api, export)
    assert [one["higher_is_better"] for one in api.evaluators] == [True, False]


@pytest.mark.parametrize("template", ["Good? {{log.output}}", [{"role": "user", "content": "Good? {{log.output}}"}]])
def test_a_judge_of_one_text_is_an_evaluator_of_v4(api, export, template):
    export.evaluator(
        "evl_3",
        "judge",
        **JUDGE,
        prompt={"model": "m", "provider": "anthropic", "template": template, "temperature": 0},
    )
    imported(api, export)
    config = api.evaluators[-1]["model_config"]
    assert config == {
        "model": "m",
        "provider": "anthropic",
        "temperature": 0,
        "endpoint": "complete",
        "prompt_template": "Good? {{log.output}}",
    }


def test_tools_that_a_prompt_points_at_stand_in_it(api, export):
    pointed = {
        "id": "tl_1",
        "version_id": "tv_1",
        "name": "add",
        "description": "Adds.",
        "parameters": {"type": "object"},
    }
    made = {
        **FIRST,
        "version_id": "prv_9",
        "linked_tools": [pointed],
        "tools": [{"name": "own"}],
        "reasoning_effort": "low",
    }
    export.prompt("pr_2", "tools", made, active="prv_9")
    imported(api, export)
    [found] = [one for one in api.configs.values() if one["project"] == "tools"]
    assert found["tools"] == [
        {"name": "own"},
        {"name": "add", "description": "Adds.", "parameters": {"type": "object"}},
    ]
    assert found["other"] == {"reasoning_effort": "low"}


def test_long_names_and_descriptions_are_cut_and_things_are_found_again(api, export):
    rows = [{"inputs": {"a": "b"}}]
    place = export.dataset("ds_2", "d" * 300, ("dsv_8", rows), ("dsv_9", rows))
    export.versions(place, {"version_id": "dsv_9", "version_description": "x" * 300})
    imported(api, export)
    writes = api.writes
    imported(api, export)
    assert (len(api.datasets), api.writes) == (4, writes)


def test_booleans_and_shares_are_scores_other_numbers_measures_and_words_are_kept(api, export):
    said = [
        judged("right", "v1", True),
        judged("share", "v2", 0.25, output="A quarter."),
        judged("length", "v3", 12),
        judged("mood", "v4", "good"),
        judged("broken", "v5", None, error="It raised."),
    ]
    evaluated(export, *said)
    imported(api, export)
    row = list(api.rows.values())[-1]["log_9"]
    assert row["scores"] == {"right": 1, "share": 0.25}
    assert row["metrics"] == {"length": 12}
    assert row["metadata"]["judgments"]["share"] == {"judgment": 0.25, "output": "A quarter."}
    assert row["metadata"]["judgments"]["mood"] == {"judgment": "good"}
    assert row["metadata"]["scorer_errors"] == {"broken": "It raised."}


def test_runs_are_measured_by_their_control_whatever_their_order(api, export):
    imported(api, export)
    control, other = api.experiments.values()
    assert (control["name"], control.get("base_exp_id")) == ("eval evr_1 run_1", None)
    assert (other["name"], other["base_exp_id"]) == ("eval evr_1 run_2", control["id"])


def test_the_deployed_version_is_the_first_and_so_the_active_one(api, export):
    made = [{**FIRST, "version_id": f"prv_{n}", "temperature": n} for n in range(3)]
    export.prompt("pr_2", "deployed", *made, active="prv_1", deployed="prv_2")
    export.prompt("pr_3", "not deployed", *made, active="prv_1")
    imported(api, export)
    warmths = {
        name: [one["temperature"] for one in api.configs.values() if one["project"] == name] for name in api.projects
    }
    assert (warmths["deployed"], warmths["not deployed"]) == ([2, 0, 1], [1, 0, 2])


def test_a_version_that_is_deployed_elsewhere_than_to_the_default_environment_is_named(api, export):
    second = {**FIRST, "version_id": "prv_9", "temperature": 1}
    export.prompt("pr_2", "staged", FIRST, second, active="prv_1", deployed="prv_9", tag="other")
    came = imported(api, export)
    assert "prompt staged: prv_9 is deployed to production, and there is one environment here" in came.left_out
    assert [one["temperature"] for one in api.configs.values() if one["project"] == "staged"] == [0.5, 1]


def test_two_versions_of_an_evaluator_are_told_apart(api, export):
    evaluated(export, judged("right", "v1", True), judged("right", "v2", False))
    imported(api, export)
    assert list(api.rows.values())[-1]["log_9"]["scores"] == {"right v1": 1, "right v2": 0}


def test_a_row_without_a_datapoint_has_what_its_log_had(api, export):
    call = {"role": "assistant", "tool_calls": [{"id": "1"}]}
    evaluated(export, inputs={"a": "b"}, messages=[{"role": "user", "content": "hi"}], output=None, output_message=call)
    imported(api, export)
    row = list(api.rows.values())[-1]["log_9"]
    assert row["input"] == {"a": "b", "messages": [{"role": "user", "content": "hi"}]}
    assert row["output"] == call


@pytest.mark.parametrize(
    ("made", "named", "said"),
    [
        ((), "nowhere", "There is no folder {}. Name the folder"),
        (("bare",), "bare", "{} has no export of Humanloop's in it: no folder there has a file.json. Name the folder"),
    ],
)
def test_a_folder_that_is_no_export_is_refused_in_words_that_say_what_is_wanted(api, tmp_path, made, named, said):
    for folder in made:
        (tmp_path / folder).mkdir(parents=True)
    with pytest.raises(Misused) as refused:
        TakingOver(api.client, print).export(tmp_path / named)
    assert str(refused.value).startswith(said.format(tmp_path / named))


@pytest.mark.parametrize("names", [(), ("dir_1",)])
def test_an_import_of_which_nothing_goes_in_says_so(api, tmp_path, capsys, names):
    (tmp_path / "files").mkdir()
    for name in names:
        (tmp_path / "files" / name).mkdir()
        (tmp_path / "files" / name / "file.json").write_text("no JSON")
    with pytest.raises(Misused, match="could be taken over") as refused:
        take_over(api.client, tmp_path)
    assert str(refused.value) == f"Nothing in {tmp_path} could be taken over."
    left_out = capsys.readouterr().err.splitlines()
    assert [line.startswith(f"left out: {tmp_path}/files/dir_1/file.json") for line in left_out] == [True] * len(names)
