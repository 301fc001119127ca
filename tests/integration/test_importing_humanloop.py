"""`assay import humanloop` into a stack: everything is there, once, and works."""

from typing import NamedTuple

import pytest

from tests.cli.running import assay
from tests.integration.conftest import NUMBERS, key
from tests.support.api_gateway import Api
from tests.support.humanloop_export import CODE, PAIRS, one_of_everything, put_lines
from tests.support.loopback import listening

LOG = {
    "id": "log_a", "prompt": {"version_id": "prv_1"}, "inputs": {"question": "1 plus 1?"}, "output": "2",
    "messages": [{"role": "developer", "content": "Be brief.", "name": None}], "prompt_tokens": 5, "output_tokens": 7,
    "start_time": "2025-01-01T00:00:00", "end_time": "2025-01-01T00:00:01.5", "source": None, "metadata": None,
}  # fmt: skip
CALLED = {
    "role": "assistant", "content": None,
    "tool_calls": [{"id": "c", "type": "function", "function": {"name": "add", "arguments": "{}"}}],
}  # fmt: skip


class Imports(NamedTuple):
    """What was said of two imports of one export, what was kept after each, and the callers of both dialects."""

    said: list
    kept: list
    v4: Api
    v1: Api
    broken: tuple


def stored(cloud):
    """Everything that the stack keeps, but when its keys were used."""
    items = cloud.stores.table.client.scan(TableName="assay")["Items"]
    objects = cloud.stores.bucket.client.list_objects_v2(Bucket="assay").get("Contents", [])
    return [one for one in items if one["sk"]["S"] != "used"], [(one["Key"], one["ETag"]) for one in objects]


@pytest.fixture(scope="module")
def imports(cloud, tmp_path_factory):
    """The export is imported twice, and once more with a file that is broken."""
    export = one_of_everything(tmp_path_factory.mktemp("exports") / "20250605-120000")
    put_lines(export.folder / "files/pr_1/logs", [LOG, {**LOG, "id": "log_b", "output_message": CALLED}])
    kept, said = [], []
    with listening(cloud.functions) as loopback:
        environment = {"ASSAY_URL": loopback.url, "ASSAY_API_KEY": key(f"import-{next(NUMBERS)}")}
        for _ in range(2):
            said.append(assay("import", "humanloop", export.folder, **environment))
            kept.append(stored(cloud))
        head = export.folder / "files/pr_1/file.json"
        head.write_text("{")
        broken = (head, assay("import", "humanloop", export.folder, **environment))
    headers = {"Authorization": f"Bearer {environment['ASSAY_API_KEY']}"}
    return Imports(said, kept, Api(cloud.functions, headers), Api(cloud.functions, headers, "/v1"), broken)


def test_everything_is_told_line_by_line_and_what_has_no_counterpart_is_named(imports):
    first = imports.said[0]
    assert (first.code, first.err) == (0, "left out: flow a flow: there is no counterpart\n")
    told = [tuple(line.split("\t")) for line in first.out.splitlines()]
    assert [(kind, theirs, name) for kind, theirs, _, name in told] == [
        ("dataset", "dsv_1", "sums/small dsv_1"),
        ("dataset", "dsv_2", "sums/small"),
        ("evaluator", "evl_1", "checks/right"),
        ("evaluator", "evl_2", "checks/speed"),
        ("prompt", "prv_1", "sums/adder"),
        ("prompt", "prv_2", "sums/adder"),
        ("log", "log_a", "sums/adder"),
        ("log", "log_b", "sums/adder"),
        ("evaluation", "run_1", "eval evr_1 run_1"),
        ("evaluation", "run_2", "eval evr_1 run_2"),
    ]


def test_a_second_import_changes_nothing(imports):
    assert imports.said[1] == imports.said[0]
    assert imports.kept[1] == imports.kept[0]


def test_a_broken_file_is_named_and_the_command_ends_with_2(imports):
    file, said = imports.broken
    assert said.code == 2
    assert f"left out: {file}: " in said.err
    assert {line.split("\t")[0] for line in said.out.splitlines()} == {"dataset", "evaluator"}


def test_each_version_of_a_dataset_has_its_datapoints_in_their_order(imports):
    found = {}
    for one in imports.v4.get("/datasets").body:
        rows = imports.v4.get(f"/datasets/{one['id']}/datapoints").body["records"]
        found[one["name"]] = [(row["inputs"], row["target"]) for row in rows]
    pairs = [(one["inputs"], one["target"]) for one in PAIRS]
    assert found == {"sums/small dsv_1": pairs[:2], "sums/small": pairs}


def test_each_version_of_a_prompt_is_a_config_and_the_deployed_one_is_active(imports):
    [project] = imports.v4.get("/projects?filter=sums/adder").body["records"]
    configs = [one["config"] for one in imports.v4.get(f"/projects/{project['id']}/configs").body]
    assert sorted((one["temperature"], one["max_tokens"]) for one in configs) == [(0.5, -1), (0.9, -1)]
    assert [one["content"] for one in configs[0]["chat_template"]] == ["Be brief.", "{{question}}"]
    assert project["active_config"]["config"]["temperature"] == 0.5


def test_production_logs_are_logs_of_the_prompts_project_by_their_references(imports):
    [project] = imports.v4.get("/projects?filter=sums/adder").body["records"]
    found = imports.v4.get(f"/logs?project_id={project['id']}").body["records"]
    assert {one["reference_id"] for one in found} == {"log_a", "log_b"}
    plain = next(one for one in found if one["reference_id"] == "log_a")
    assert (plain["output"], plain["duration"], plain["tokens"]) == ("2", 1.5, 12)
    assert plain["created_at"].startswith("2025-01-01T00:00:00")
    assert plain["config"]["temperature"] == 0.5


def test_evaluators_judge_what_they_judged(imports):
    right, speed = imports.v4.get("/evaluators").body
    names = ("name", "type", "arguments_type", "return_type")
    assert [right[name] for name in names] == ["checks/right", "python", "target_required", "boolean"]
    assert right["code"] == CODE
    assert [speed[name] for name in names] == ["checks/speed", "external", "target_free", "number"]


def test_past_runs_are_experiments_that_are_compared_with_their_control(imports):
    found = {one["name"]: one for one in imports.v1.get("/experiment").body["objects"]}
    ours, base = found["eval evr_1 run_2"], found["eval evr_1 run_1"]
    assert ours["base_exp_id"] == base["id"]
    assert base["metadata"]["humanloop"] == {
        "evaluation": "evr_1", "run": "run_1", "status": "completed", "version": "prv_1"
    }  # fmt: skip
    summary = imports.v1.get(f"/experiment/{ours['id']}/summarize?summarize_scores=true").body
    assert [summary["scores"]["checks/right"][name] for name in ("score", "improvements")] == [1, 1]
    assert [summary["metrics"][name]["metric"] for name in ("checks/speed", "duration")] == [3.75, 2]
