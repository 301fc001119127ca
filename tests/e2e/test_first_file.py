"""The first file of `assay init` on the local cloud: run, shown, compared, exported, smoked."""

import json

import pytest

pytestmark = pytest.mark.local_cloud


@pytest.fixture(scope="module")
def first(cloud, tmp_path_factory):
    """The summary of the first file, run twice: the second time the prompt is spoilt."""
    folder = tmp_path_factory.mktemp("first")
    file = folder / "evaluation.yaml"
    cloud.assay("init", str(folder))
    cloud.assay("run", str(file))
    file.write_text(file.read_text().replace('"{{question}}"', '"{{question}} Say 3 words."'))
    return json.loads(cloud.assay("run", str(file), "--json"))


def test_a_spoilt_prompt_is_seen_beside_the_run_before_it(first):
    right = first["scores"]["right"]
    assert (first["status"], first["comparison_experiment_name"]) == ("completed", "evaluation")
    assert (right["score"], right["diff"], right["regressions"]) == (0, -0.75, 12)


def test_both_runs_are_shown_and_compared(cloud, first):
    assert "evaluation in first-steps" in cloud.assay("show", "evaluation")
    found = json.loads(cloud.assay("compare", "evaluation", first["experiment_id"], "--json"))
    assert found["scores"]["right"]["improvements"] == 12


def test_the_rows_are_exported(cloud, first, tmp_path):
    cloud.assay("export", first["experiment_id"], "--out", str(tmp_path / "rows.jsonl"))
    rows = [json.loads(line) for line in (tmp_path / "rows.jsonl").read_text().splitlines()]
    assert (len(rows), {row["scores"]["right"] for row in rows}) == (16, {0})


def test_smoke_finds_the_stack_sound(cloud, first):
    assert "The page opens" in cloud.assay("smoke")
