"""The file of a trigger's or a schedule's launch: what is wrong with it is said before anything waits for it."""

import json

import pytest

from assay_cli import launch_file
from assay_cli.errors import Misused

WHOLE = {"config_id": "config_1", "dataset_id": "evts_1", "evaluator_ids": ["evfn_1"]}
EVAL = {"data": {"dataset_id": "d"}, "task": {"function_id": "f"}, "scores": [{"global_function": "Levenshtein"}]}


def read(tmp_path, body, dialect="humanloop", *, is_all=False):
    path = tmp_path / "launch.json"
    path.write_text(body if isinstance(body, str) else json.dumps(body))
    return launch_file.read(dialect, "pr_1", path, is_all=is_all)


@pytest.mark.parametrize(("dialect", "body"), [("humanloop", WHOLE), ("braintrust", EVAL)])
def test_a_whole_launch_is_taken_by_triggers_and_schedules(tmp_path, dialect, body):
    for is_all in (False, True):
        assert read(tmp_path, body, dialect, is_all=is_all).body == body


def test_what_events_will_add_may_be_missing_in_a_trigger_and_not_in_a_schedule(tmp_path):
    assert read(tmp_path, {"dataset_id": "evts_1"}).body == {"dataset_id": "evts_1"}
    assert launch_file.read("humanloop", "pr_1", None).body == {}
    with pytest.raises(Misused, match=r"is no launch: .*config_id: It is missing\."):
        read(tmp_path, {"dataset_id": "evts_1"}, is_all=True)
    with pytest.raises(Misused, match="A schedule needs a launch"):
        launch_file.read("humanloop", "pr_1", None, is_all=True)


@pytest.mark.parametrize(
    ("dialect", "body", "said"),
    [
        ("humanloop", '{"config_id": 3', "It is no JSON: EOF"),
        ("humanloop", "[]", "It must be an object."),
        ("humanloop", {"config_idd": "x"}, r"config_idd is not a field \(is config_id meant\?\)."),
        ("humanloop", {"max_cost": -1}, "max_cost: It must be"),
        ("humanloop", {**WHOLE, "name": "n"}, "A trigger's launch has no name"),
        ("braintrust", {**EVAL, "scores": [{"global_function": 3}]}, "scores.0"),
        ("braintrust", {**EVAL, "project_id": "pr_2"}, "The trigger's project is pr_1."),
    ],
)
def test_what_no_event_could_mend_is_refused_in_words_of_ours(tmp_path, dialect, body, said):
    with pytest.raises(Misused, match=f"launch.json is no launch: .*{said}") as refused:
        read(tmp_path, body, dialect)
    assert "pydantic" not in str(refused.value)


def test_a_file_that_is_not_there_is_the_callers_mistake(tmp_path):
    with pytest.raises(Misused, match=r"nowhere.json cannot be read: No such file or directory\."):
        launch_file.read("humanloop", "pr_1", tmp_path / "nowhere.json")
