"""POST /v1/eval from request to summary, through the real state machine and the real functions."""

import pytest

from assay.domain.experiment import Experiment
from assay.domain.transaction_id import pretty
from tests.integration.world import made
from tests.support.api_gateway import Api
from tests.workflow.evals import CLOSE, EXACT, Evals, kinds, sum_row

REQUIRED = {"project_name", "experiment_name", "project_url", "experiment_url", "scores", "metrics"}


@pytest.fixture
def evals(cloud, request):
    cloud.functions.rules.clear()
    cloud.functions.calls.clear()
    return Evals(cloud, f"evals-{abs(hash(request.node.name))}")


def test_an_eval_answers_with_its_summary(evals):
    summary = evals.run(5, experiment_name="nightly", scores=[EXACT, CLOSE])
    assert "score_outputs" not in evals.cloud.functions.calls, "what only computes is scored where it is generated"
    assert summary.keys() >= REQUIRED
    assert (summary["project_name"], summary["experiment_name"]) == ("sums", "nightly")
    assert summary["comparison_experiment_name"] is None
    assert summary["scores"]["ExactMatch"] == {"name": "ExactMatch", "score": 1, "improvements": 0, "regressions": 0}
    assert list(summary["scores"]) == ["ExactMatch", "Levenshtein"]
    assert summary["metrics"]["llm_calls"]["metric"] == 1
    assert summary["metrics"]["errors"] == {
        "name": "errors", "metric": 0, "unit": "", "improvements": 0, "regressions": 0,
    }  # fmt: skip


def test_no_entry_of_a_summary_has_a_key_of_its_own(evals):
    evals.run(2)
    summary = evals.run(2)
    for entry in summary["scores"].values():
        assert entry.keys() == {"name", "score", "diff", "improvements", "regressions"}
    for entry in summary["metrics"].values():
        assert entry.keys() == {"name", "metric", "unit", "diff", "improvements", "regressions"}


def test_the_second_eval_is_compared_with_the_first(evals):
    wrong = [sum_row(0), {**sum_row(1), "expected": "?"}]
    evals.run(wrong, experiment_name="base")
    summary = evals.run([sum_row(0), sum_row(1)])
    assert summary["comparison_experiment_name"] == "base"
    score = summary["scores"]["ExactMatch"]
    assert (score["score"], score["diff"], score["improvements"], score["regressions"]) == (1, 0.5, 1, 0)


@pytest.mark.parametrize("by", ["base_experiment_id", "base_experiment_name"])
def test_a_base_may_be_asked_for(evals, by):
    first = evals.run(2, experiment_name="first")
    evals.run(2, experiment_name="second")
    wanted = first["experiment_id"] if by == "base_experiment_id" else "first"
    assert evals.run(2, **{by: wanted})["comparison_experiment_name"] == "first"


def test_a_name_that_is_taken_gets_an_ending(evals):
    evals.run(1, experiment_name="nightly")
    again = evals.run(1, experiment_name="nightly")
    assert again["experiment_name"].startswith("nightly-")
    assert len(again["experiment_name"]) == len("nightly-") + 8
    assert [one["name"] for one in evals.experiments()] == [again["experiment_name"], "nightly"]


def test_trials_are_rows_of_one_key(evals):
    evals.run(4, trial_count=3)
    summary = evals.run(4, trial_count=3)
    roots = [span for span in evals.spans(summary["experiment_id"]) if not span["span_parents"]]
    assert len(roots) == 12
    assert len({span["id"] for span in roots}) == 12


def test_a_row_may_have_its_own_number_of_trials(evals):
    summary = evals.run([sum_row(1), sum_row(2, trial_count=3)], trial_count=2)
    roots = [span for span in evals.spans(summary["experiment_id"]) if not span["span_parents"]]
    assert sorted(span["input"]["a"] for span in roots) == [1, 1, 2, 2, 2]


def test_the_rows_are_roots_tasks_calls_and_scorers_of_one_trace_each(evals):
    summary = evals.run([sum_row(3, metadata={"k": "v"}, tags=["t"])], scores=[EXACT, CLOSE])
    spans = evals.spans(summary["experiment_id"])
    assert sorted(kinds(spans)) == ["eval", "llm", "score", "score", "task"]
    root = next(span for span in spans if span["span_attributes"]["type"] == "eval")
    assert root["span_id"] == root["root_span_id"]
    assert (root["input"], root["output"], root["expected"]) == (
        {"a": 3, "b": 2},
        "The answer is 6.",
        "The answer is 6.",
    )
    assert (root["metadata"], root["tags"]) == ({"k": "v"}, ["t"])


def test_scorers_may_be_left_out(evals):
    summary = evals.run(2, scores=[])
    assert (summary["scores"], summary["metrics"]["duration"]["unit"]) == ({}, "s")


def test_an_eval_of_no_rows_has_no_scores(evals):
    summary = evals.run([])
    assert (summary["scores"], summary["metrics"]) == ({}, {})
    assert len(evals.experiments()) == 1


def test_an_eval_runs_on_a_dataset_by_its_id_or_by_its_names_as_it_is_or_as_it_was(evals):
    dataset = evals.dataset([sum_row(1, id="one")], name="my sums")
    first = evals.insert(dataset, [sum_row(2, id="two")])
    last = evals.insert(dataset, [sum_row(3, id="three")])
    names = {"project_name": "sums", "dataset_name": "my sums"}
    for data, rows, version in (
        ({"dataset_id": dataset}, 3, last),
        (names, 3, last),
        ({"dataset_id": dataset, "dataset_version": first}, 2, first),
        ({**names, "dataset_version": pretty(int(first))}, 2, first),
    ):
        summary = evals.run(data=data)
        experiment = next(one for one in evals.experiments() if one["id"] == summary["experiment_id"])
        assert (experiment["dataset_id"], experiment["dataset_version"]) == (dataset, version)
        roots = [span for span in evals.spans(summary["experiment_id"]) if not span["span_parents"]]
        assert len(roots) == rows
        assert {root["origin"]["object_id"] for root in roots} == {dataset}
        assert {root["origin"]["id"] for root in roots} == {"one", "two", "three"} - ({"three"} if rows == 2 else set())


def test_an_eval_runs_on_a_dataset_as_it_stands_in_an_environment(evals):
    dataset = evals.dataset([sum_row(1, id="one")], name="my sums")
    first = evals.insert(dataset, [sum_row(2, id="two")])
    evals.insert(dataset, [sum_row(3, id="three")])
    root = Api(evals.cloud.functions, evals.api.headers, root="")
    made(root.put(f"/environment-object/dataset/{dataset}/live", {"object_version": first}), 200)
    for data in ({"dataset_id": dataset}, {"project_name": "sums", "dataset_name": "my sums"}):
        summary = evals.run(data={**data, "dataset_environment": "live"})
        experiment = next(one for one in evals.experiments() if one["id"] == summary["experiment_id"])
        assert (experiment["dataset_id"], experiment["dataset_version"]) == (dataset, first)
        roots = [span for span in evals.spans(summary["experiment_id"]) if not span["span_parents"]]
        assert {root["origin"]["id"] for root in roots} == {"one", "two"}
    answer = evals.post(evals.body(data={"dataset_id": dataset, "dataset_environment": "nowhere"}))
    assert answer.status == 400
    assert "nowhere" in answer.body


def test_what_was_launched_can_be_summarised_again(evals):
    first = evals.run(2, experiment_name="first")
    second = evals.run(2, experiment_name="second")
    place = f"/experiment/{second['experiment_id']}/summarize"
    again = evals.api.get(f"{place}?summarize_scores=true").body
    assert {name: again[name] for name in ("scores", "metrics", "comparison_experiment_name")} == {
        name: second[name] for name in ("scores", "metrics", "comparison_experiment_name")
    }
    bare = evals.api.get(place).body
    assert bare.get("scores") is None
    other = evals.api.get(f"{place}?summarize_scores=true&comparison_experiment_id={first['experiment_id']}").body
    assert other["comparison_experiment_name"] == "first"


def test_the_links_open_without_a_key(evals):
    summary = evals.run(2, experiment_name="<b>bold</b>")
    page = evals.page(summary["experiment_url"])
    assert page.status == 200
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "&lt;b&gt;bold&lt;/b&gt;" in page.body
    assert "<b>" not in page.body
    assert "ExactMatch" in page.body
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    project = evals.page(summary["project_url"])
    assert "&lt;b&gt;bold&lt;/b&gt;" in project.body


def test_a_link_that_was_changed_opens_nothing(evals):
    summary = evals.run(1)
    head, _, token = summary["experiment_url"].partition("token=")
    assert evals.page(f"{head}token=x{token}").status == 404
    assert evals.page(head.rstrip("?")).status == 404


def test_a_link_that_was_revoked_opens_nothing_and_the_next_one_does(evals):
    summary = evals.run(1)
    for kind in ("experiment", "project"):
        place = f"/{kind}/{summary[f'{kind}_id']}/revoke_links"
        made(evals.api.post(place, {}), 200)
        assert evals.page(summary["experiment_url"]).status == 404
    assert evals.page(summary["project_url"]).status == 404
    again = evals.api.get(f"/experiment/{summary['experiment_id']}/summarize").body
    assert evals.page(again["experiment_url"]).status == 200


def test_a_public_experiment_opens_without_a_token_and_its_project_does_not(evals):
    summary = evals.run(1, is_public=True)
    place = summary["experiment_url"].partition("?")[0]
    assert evals.page(place).status == 200
    assert len(evals.page(f"{place}?view=rows").body["rows"]) == 1
    assert evals.page(summary["project_url"].partition("?")[0]).status == 404


def test_an_experiment_that_clients_wrote_has_a_page_of_its_rows(evals):
    made_by_hand = made(evals.api.post("/experiment", {"project_id": evals.project, "name": "by hand"}), 200)
    row = {"input": "2 + 2", "output": "5", "expected": "4", "scores": {"right": 0}, "tags": ["sums"]}
    made(evals.api.post(f"/experiment/{made_by_hand['id']}/insert", {"events": [row]}), 200)
    url = evals.api.get(f"/experiment/{made_by_hand['id']}/summarize").body["experiment_url"]
    page = evals.page(url)
    assert page.status == 200
    assert '"inputs":"2 + 2"' in page.body
    assert "right" in page.body


def test_the_page_is_kept_as_a_file_that_stands_by_itself(evals):
    summary = evals.run(2, experiment_name="kept")
    stores = evals.cloud.stores
    found = stores.resources.get(evals.organisation, Experiment, summary["experiment_id"])
    bucket, key = stores.bucket, f"{evals.organisation}/evaluations/{found.evaluation_id}/report.html"
    answer = bucket.client.get_object(Bucket=bucket.name, Key=key)
    assert answer["ContentType"] == "text/html; charset=utf-8"
    text = answer["Body"].read().decode()
    assert "kept" in text
    assert 'http-equiv="Content-Security-Policy"' in text
    assert "connect-src" not in text
