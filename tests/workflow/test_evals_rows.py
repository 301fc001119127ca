"""The rows of an experiment that an eval made, as clients fetch them (contracts/braintrust.md §5.6, §7.4)."""

import time
from itertools import count, pairwise

import pytest

from assay.domain.experiment import Experiment
from assay.domain.score import ScoredRow
from tests.integration.braintrust import fetched, good, pages, refused, rows
from tests.integration.world import made
from tests.support.build import a_score
from tests.workflow.evals import CLOSE, EXACT, Evals, kinds, sum_row
from tests.workflow.test_evals_waiting import hold

NUMBERS = count(1)


@pytest.fixture
def evals(cloud):
    cloud.functions.rules.clear()
    cloud.functions.calls.clear()
    return Evals(cloud, f"rows-{next(NUMBERS)}")


def path_of(summary):
    return f"/experiment/{summary['experiment_id']}"


@pytest.mark.parametrize("by", ["GET", "POST"])
def test_every_span_of_an_eval_is_fetched_page_by_page(evals, by):
    path = path_of(evals.run(7, scores=[EXACT, CLOSE], trial_count=2))
    found = pages(evals.api, path, 4, by)
    spans = [span for page in found for span in page]
    assert [len({span["root_span_id"] for span in page}) for page in found] == [4, 4, 4, 2]
    assert len({span["id"] for span in spans}) == len(spans) == 14 * 5
    traces = {}
    for span in spans:
        traces.setdefault(span["root_span_id"], []).append(span)
    for root, trace in traces.items():
        assert sorted(kinds(trace)) == ["eval", "llm", "score", "score", "task"]
        assert [span["span_id"] for span in trace if span["is_root"]] == [root]
        task = next(span["span_id"] for span in trace if span["span_attributes"]["type"] == "task")
        parents = {span["span_attributes"]["type"]: span["span_parents"] for span in trace}
        assert (parents["task"], parents["score"], parents["llm"]) == ([root], [root], [task])
        assert {span["experiment_id"] for span in trace} == {path.rpartition("/")[2]}


def test_pages_are_the_last_row_first_and_their_keys_order_them_in_long_runs_too(evals):
    path = path_of(evals.run(260))
    spans = [span for page in pages(evals.api, path, 100) for span in page]
    assert [span["input"]["a"] for span in spans if span["is_root"]] == [*reversed(range(260))]
    assert all(later > earlier for later, earlier in pairwise(span["_pagination_key"] for span in spans))


def test_rows_of_a_dataset_say_which_row_they_are(evals):
    dataset = evals.dataset([sum_row(n, id=f"row-{n}") for n in range(3)])
    stored = {row["id"]: row for row in fetched(evals.api, f"/dataset/{dataset}")["events"]}
    roots = [
        row for row in rows(evals.api, path_of(evals.run(data={"dataset_id": dataset}))).values() if row["is_root"]
    ]
    assert {root["origin"]["id"] for root in roots} == stored.keys()
    for root in roots:
        row = stored[root["origin"]["id"]]
        origin = {"object_type": "dataset", "object_id": dataset, "id": row["id"], "_xact_id": row["_xact_id"]}
        assert origin.items() <= root["origin"].items()
        assert root["input"] == row["input"]


def test_feedback_and_merges_change_a_span_of_the_run_where_it_stands(evals):
    path = path_of(evals.run(3))
    before = rows(evals.api, path)
    root = next(row for row in before.values() if row["is_root"])
    good(
        evals.api.post(
            f"{path}/feedback", {"feedback": [{"id": root["id"], "scores": {"human": 0.5}, "comment": "so"}]}
        )
    )
    good(evals.api.post(f"{path}/insert", {"events": [{"id": root["id"], "_is_merge": True, "metadata": {"k": 1}}]}))
    refused(evals.api.post(f"{path}/feedback", {"feedback": [{"id": "nothing", "comment": "so"}]}))
    after = rows(evals.api, path)
    assert after.keys() == before.keys()
    changed = after[root["id"]]
    assert (changed["scores"], changed["metadata"]) == ({"human": 0.5}, {"k": 1})
    assert (changed["input"], changed["output"], changed["root_span_id"]) == (
        root["input"], root["output"], root["root_span_id"],
    )  # fmt: skip
    assert {id_: row for id_, row in after.items() if id_ != root["id"]} == {
        id_: row for id_, row in before.items() if id_ != root["id"]
    }


def test_what_comes_late_to_a_run_that_was_stopped_is_not_shown(evals, cloud):
    gate = hold(cloud, "score_outputs")
    code = {"inline_context": {"runtime": "python", "version": "3.11"}, "code": "def handler(output):\n    return 1\n"}
    path = path_of(made(evals.post(evals.body(2, scores=[code]), Prefer="respond-async"), 202))
    stores, organisation = cloud.stores, evals.organisation
    evaluation = stores.resources.get(organisation, Experiment, path.rpartition("/")[2]).evaluation_id
    while not any(kind == "llm" for kind in kinds(rows(evals.api, path).values())):
        time.sleep(0.02)
    end = {"organisation": organisation, "evaluation_id": evaluation, "pass": 1}
    cloud.functions.called("fail_evaluation", {**end, "failure": {"Error": "Aborted", "Cause": ""}})
    before = rows(evals.api, path)
    assert sorted(kinds(before.values())) == sorted(["eval", "task", "llm"] * 2)
    (version,) = stores.runs.plan(organisation, evaluation).evaluators
    late = [ScoredRow(ordinal=n, scores=(a_score(1.0, evaluator=version.id),)) for n in range(2)]
    stores.runs.save_scores(organisation, evaluation, 0, 0, late)
    assert rows(evals.api, path) == before
    gate.set()


def test_a_score_beyond_1_is_its_scorers_error_on_every_row_and_no_score(evals):
    python = {"runtime": "python", "version": "3.11"}
    code = "def handler(output):\n    return 1.5"
    summary = evals.run(2, scores=[EXACT, {"inline_context": python, "code": code, "name": "much"}])
    assert summary["scores"]["ExactMatch"]["score"] == 1
    assert (summary["scores"].get("much") or {}).get("score") is None
    spans = rows(evals.api, path_of(summary)).values()
    much = [span for span in spans if span["span_attributes"]["name"] == "much"]
    assert [(bool(span["error"]), span["scores"]) for span in much] == [(True, None)] * 2
    for root in (span for span in spans if span["is_root"]):
        assert (root["error"], root["output"]) == (None, root["expected"])
        assert root["metadata"]["scorer_errors"].keys() == {"much"}


def test_scorers_that_want_embeddings_or_a_moderation_get_them_from_the_provider_of_their_model(evals):
    names = ("EmbeddingSimilarity", "Moderation")
    scores = [{"inline_function": {"type": "global", "name": name, "config": {"model": "mock"}}} for name in names]
    summary = evals.run(2, scores=scores)
    assert {name: entry["score"] for name, entry in summary["scores"].items()} == pytest.approx(dict.fromkeys(names, 1))
