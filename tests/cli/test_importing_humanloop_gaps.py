"""What of an export comes late, lacks a part, or is refused; and its production logs."""

import json
import shutil

from tests.cli.importing import imported
from tests.support.humanloop_export import FIRST, put_lines


def test_of_a_dataset_with_a_datapoint_that_is_refused_nothing_stays(api, export):
    rows = [{"inputs": {"n": str(n)}} for n in range(1200)]
    place = export.dataset("ds_2", "large", ("dsv_9", [*rows, {"inputs": {"refused": "x"}}]))
    for _ in range(2):
        came = imported(api, export)
        assert came.broken == [
            "dataset large dsv_9: POST /v4/datasets/evts_2/datapoints was answered with 422: It is refused."
        ]
        assert [len(found) for found in api.datapoints.values()] == [2, 4]
    shutil.rmtree(place / "datapoints/dsv_9")
    put_lines(place / "datapoints/dsv_9", [*rows, {"inputs": {"n": "x"}}])
    assert imported(api, export).broken == []
    assert [len(found) for found in api.datapoints.values()] == [2, 4, 1201]


def test_what_is_missing_from_an_export_is_named(api, export):
    files = export.folder / "files"
    (files / "pr_0/versions").mkdir(parents=True)
    shutil.rmtree(files / "pr_1/versions")
    evaluation = files / "pr_1/evaluations/evr_1"
    stats = {"run_stats": [{"run_id": "run_1", "num_logs": 4}, {"run_id": "run_2", "num_logs": 1004}]}
    (evaluation / "stats.json").write_text(json.dumps(stats))
    (evaluation / "runs/run_1").unlink()
    came = imported(api, export)
    assert came.broken == [
        f"{files / 'pr_0/file.json'}: it is missing",
        f"{files / 'pr_1/versions'}: there is nothing in it",
        f"{evaluation / 'runs/run_1'}: it is missing",
        f"{evaluation / 'logs'}: it has 4 rows of 1004 of run_2",
    ]
    assert "run_2" in {theirs for _, theirs, _, _ in came.told}


def test_an_active_version_that_is_mended_becomes_active_unless_another_was_chosen(api, export):
    made = [{**FIRST, "version_id": f"prv_{n}", "temperature": n} for n in range(3)]
    place = export.prompt("pr_2", "late", *made, active="prv_1")
    path = place / "versions/prv_1"
    text = path.read_text()
    path.write_text("{")
    came = imported(api, export)
    assert "prompt late: its active version prv_1 is not in; another is active" in came.left_out
    path.write_text(text)
    project, chosen = api.projects["late"], dict(api.active)
    for once_more, wanted in ((chosen, 1), ({**chosen, project: configs_of(api, "late")[2]}, 2)):
        api.configs = {key: one for key, one in api.configs.items() if one.get("temperature") != 1}
        api.active = once_more
        imported(api, export)
        [active] = [one for one in api.configs.values() if one["id"] == api.active[project]]
        assert active["temperature"] == wanted


def configs_of(api, project):
    """The ids of a project's configs, by their temperatures."""
    return {one["temperature"]: one["id"] for one in api.configs.values() if one["project"] == project}


def log_of(n, version="prv_1", **fields):
    """A log of production."""
    times = {"start_time": "2025-01-01T00:00:00", "end_time": "2025-01-01T00:00:02"}
    said = {"output": f"{n}", "inputs": {"n": f"{n}"}, "source": "app", "metadata": {"n": n}}
    return {"id": f"log_{n}", "prompt": {"version_id": version}, **times, **said, **fields}


def test_production_logs_of_a_prompt_are_logs_of_its_project_once(api, export):
    place = export.folder / "files/pr_1"
    put_lines(place / "logs", [log_of(n) for n in range(700)], in_each=300)
    first = imported(api, export)
    assert (first.broken, len(api.logs)) == ([], 700)
    assert api.logs[1] == {
        "id": "data_1", "project_id": api.projects["sums/adder"], "config_id": configs_of(api, "sums/adder")[0.5],
        "reference_id": "log_1", "created_at": "2025-01-01T00:00:00+00:00", "duration": 2.0, "output": "1",
        "inputs": {"n": "1"}, "source": "app", "metadata": {"n": 1},
    }  # fmt: skip
    writes = api.writes
    assert imported(api, export) == first
    assert api.writes == writes
    del api.logs[10:20]
    imported(api, export)
    assert sorted(one["reference_id"] for one in api.logs) == sorted(f"log_{n}" for n in range(700))


def test_a_log_that_is_refused_or_of_a_version_that_is_not_in_is_named_and_the_rest_goes_in(api, export):
    lines = [log_of(n, **({"output": "refused"} if n == 7 else {})) for n in range(20)]
    put_lines(export.folder / "files/pr_1/logs", [*lines, log_of(20, version="prv_9"), log_of(21, prompt=None)])
    came = imported(api, export)
    assert came.broken == ["prompt sums/adder: log log_7: POST /v4/logs was answered with 422: It is refused."]
    assert "2 logs of sums/adder: of versions that are not in" in came.left_out
    assert [one["reference_id"] for one in api.logs] == [f"log_{n}" for n in range(20) if n != 7]
