"""Logs are changed, deleted, given feedback, by way of the API (contracts/humanloop-v4.md §3.7)."""

import pytest

from tests.integration.test_humanloop_logs import LOG, post
from tests.integration.test_humanloop_updates import external, post_result, rows, set_status, start
from tests.integration.world import a_world, made, run, shaped


@pytest.fixture
def got(api):
    """A log as it is now."""
    return lambda identifier: shaped("log", made(api.get(f"/logs/{identifier}"), 200))


def test_a_log_is_changed_in_what_is_given_and_nothing_else(api, got):
    (identifier,) = post(api, {**LOG, "output": None, "duration": 1.0, "metadata": {"a": 1}})
    before = got(identifier)
    after = shaped("log", made(api.patch(f"/logs/{identifier}", {"output": " later\n", "what": "ever"}), 200))
    assert after == got(identifier)
    assert (after["output"], after["raw_output"], after["duration"]) == ("later", " later\n", 1.0)
    same = set(before) - {"output", "raw_output", "updated_at"}
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    failed = made(api.patch(f"/logs/{identifier}", {"error": "no", "duration": 2}), 200)
    assert (failed["observability_status"], failed["error"], failed["duration"]) == ("failed", "no", 2.0)
    cleared = made(api.patch(f"/logs/{identifier}", {"error": None}), 200)
    assert (cleared["observability_status"], cleared["error"], cleared["duration"]) == ("completed", None, 2.0)
    assert cleared["output"] == "later"
    assert made(api.patch(f"/logs/{identifier}", {"output": None, "duration": None}), 200)["raw_output"] is None
    for duration in ("long", -1):
        assert api.patch(f"/logs/{identifier}", {"duration": duration}).status == 422
    assert api.patch("/logs/data_nobody", {"output": "so"}).status == 404


def test_a_log_is_changed_by_the_newest_use_of_its_reference(api, got):
    reference = "mine " * 500
    first, second = post(api, *({**LOG, "reference_id": reference} for _ in range(2)))
    path = f"/logs?reference_id={reference.replace(' ', '%20')}"
    assert made(api.patch(path, {"output": "changed"}), 200)["id"] == second
    assert (got(first)["output"], got(second)["output"]) == ("So it is.", "changed")
    made(api.delete(f"/logs?id={second}"), 204)
    assert made(api.patch(path, {"output": "changed"}), 200)["id"] == first
    assert api.patch("/logs?reference_id=nobodys", {}).status == 404
    answer = api.patch("/logs", {"output": "x"})
    assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["query", "reference_id"])


def test_a_parent_is_named_by_its_reference(api, got):
    (parent,) = post(api, {**LOG, "reference_id": "mine"})
    child, orphan = post(
        api, {**LOG, "parent_reference_id": "mine"}, {**LOG, "parent_reference_id": "nobodys", "parent_id": None}
    )
    assert (got(child)["parent_id"], got(child)["parent_reference_id"]) == (parent, "mine")
    assert (got(orphan)["parent_id"], got(orphan)["parent_reference_id"]) == (None, "nobodys")


def test_what_is_not_to_be_saved_is_not_saved_later_either(api, got):
    (identifier,) = post(api, {**LOG, "save": False})
    made(api.patch(f"/logs/{identifier}", {"output": "secret", "error": "secret", "duration": 3}), 200)
    after = got(identifier)
    assert (after["output"], after["error"], after["duration"], after["save"]) == (None, None, 3.0, False)


def test_logs_are_deleted_all_or_none(api):
    first, second, third = post(api, LOG, LOG, LOG)
    assert api.delete(f"/logs?id={first}&id=data_nobody").status == 404
    made(api.delete(f"/logs?id={first}&id={second}&id={first}"), 204)
    refused = api.delete("/logs")
    assert (refused.status, refused.body["detail"][0]["loc"]) == (422, ["query", "id"])
    assert [api.get(f"/logs/{one}").status for one in (first, second, third)] == [404, 404, 200]
    (project,) = made(api.get("/projects"), 200)["records"]
    assert [one["id"] for one in made(api.get(f"/logs?project_id={project['id']}"), 200)["records"]] == [third]
    assert api.delete(f"/logs?id={first}").status == 404


def test_feedback_is_kept_with_its_log_and_shown(api, got):
    given = {"type": "rating", "value": "good", "user": "ann", "created_at": "2024-07-19T00:29:35"}
    (identifier,) = post(api, {**LOG, "feedback": given})
    (first,) = got(identifier)["feedback"]
    assert {
        **first,
        **given,
        "id": first["id"],
        "data_id": identifier,
        "created_at": "2024-07-19T00:29:35.000000",
    } == first
    assert first["id"].startswith("ann_")
    about = {"data_id": identifier}
    one = made(api.post("/feedback", {**about, "type": "comment", "value": "Well said."}), 200)
    many = [{"type": "issue", "value": value} for value in ("slow", "rude", "slow")]
    issues = made(api.post("/feedback", [{**about, **each} for each in many]), 200)
    made(api.post("/feedback", {**about, "type": "rating", "value": "bad", "user": "ann"}), 200)
    made(api.post("/feedback", {**about, "type": "score", "value": 0.5}), 200)
    shown = [(each["type"], each["value"]) for each in got(identifier)["feedback"]]
    assert shown == [("comment", "Well said."), ("issue", "rude"), ("issue", "slow"), ("rating", "bad"), ("score", 0.5)]
    assert (one["data_id"], len(issues), one in got(identifier)["feedback"]) == (identifier, 3, True)


def test_feedback_is_withdrawn(api, got):
    (identifier,) = post(api, LOG)
    about = {"data_id": identifier}
    said = [("issue", "slow"), ("issue", "rude"), ("rating", "good"), ("action", "copied"), ("action", "shared")]
    made(api.post("/feedback", [{**about, "type": name, "value": value} for name, value in said]), 200)
    for wish in ({"type": "issue", "value": "slow"}, {"type": "rating"}, {"type": "action"}, {"type": "rating"}):
        gone = made(api.post("/feedback", {**about, **wish, "unset": True}), 200)
        assert (gone["type"], gone["value"] is not None) == (wish["type"], True)
    assert [(each["type"], each["value"]) for each in got(identifier)["feedback"]] == [("issue", "rude")]


def test_feedback_that_cannot_be_is_refused_and_none_of_the_others_is_kept(api, got):
    (identifier,) = post(api, LOG)
    good = {"data_id": identifier, "type": "rating", "value": "good"}
    for wrong, status in (
        ({"data_id": "data_nobody"}, 404),
        ({"data_id": None}, 422),
        ({"value": None}, 422),
        ({"value": {"a": 1}}, 422),
        ({"type": "x" * 201}, 422),
        ({"type": ""}, 422),
    ):
        assert api.post("/feedback", {**good, **wrong}).status == status
        assert api.post("/feedback", [good, {**good, **wrong}]).status == status
    assert api.post("/feedback", [good] * 101).status == 422
    assert got(identifier)["feedback"] == []
    assert api.post("/feedback", {**good, "value": "x" * 20_000}).status == 422


def test_the_logs_of_an_evaluation_stay_as_they_were_judged(api, cloud, organisation):
    world = a_world(api)
    run(cloud, organisation, world.evaluation)
    before = rows(api, world.evaluation)
    log = before[0]["log"]["id"]
    own = before[0]["evaluation_results"][0]["evaluator_log"]["id"]
    for each in (log, own):
        said = {"data_id": each, "type": "rating", "value": "bad"}
        answers = [
            api.patch(f"/logs/{each}", {"output": "better"}),
            api.delete(f"/logs?id={each}"),
            api.post("/feedback", said),
        ]
        assert [answer.status for answer in answers] == [400, 400, 400]
        assert all("belongs to an evaluation" in answer.body["detail"] for answer in answers)
    assert api.patch(f"/logs/{log.rpartition('_')[0]}_99", {"output": "so"}).status == 404
    assert rows(api, world.evaluation) == before


def test_a_log_on_which_results_were_posted_shows_them_and_stays_as_it_was_judged(api, got):
    world = a_world(api)
    evaluator = external(api)
    evaluation = start(api, world, evaluator, hl_generated=False)
    log = {"project": "sums", "config_id": world.config, "output": "so", "source_datapoint_id": world.datapoint}
    judged, other = post(api, log, log)
    made(set_status(api, evaluation, "running"), 200)
    made(post_result(api, evaluation, judged, evaluator, result=1))
    again = made(post_result(api, evaluation, judged, evaluator, result=2))
    (shown,) = shaped("result", got(judged)["evaluation_results"])
    assert (shown["value"], shown["id"], shown["evaluation_id"]) == (2, again["id"], evaluation)
    listed = f"/logs?project_id={world.project}&evaluator-{evaluator}_filter"
    assert [one["id"] for one in made(api.get(f"{listed}=2"), 200)["records"]] == [judged]
    assert made(api.get(f"{listed}=1"), 200)["total"] == 0
    refused = api.patch(f"/logs/{judged}", {"output": "better"})
    assert (refused.status, "Results were posted" in refused.body["detail"]) == (400, True)
    made(api.patch(f"/logs/{other}", {"output": "better"}), 200)
    before = rows(api, evaluation)
    made(api.delete(f"/logs?id={judged}"), 204)
    after = rows(api, evaluation)
    assert (before[0]["log"]["output"], after[0]["log"]) == ("so", None)
    assert [row["evaluation_results"] for row in after] == [row["evaluation_results"] for row in before]
