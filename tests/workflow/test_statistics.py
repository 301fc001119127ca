"""The numbers are the same wherever they are read: in both dialects, in the bucket, in what is announced."""

import json

import pytest

from assay.adapters.events import described
from assay.domain.evaluation import Evaluation
from assay.domain.experiment import Experiment
from assay.domain.statistics.describe import ScoreStatistics
from tests.integration.world import made
from tests.support.api_gateway import Api
from tests.workflow.evals import CLOSE, EXACT, Evals, sum_row

ROWS = [{**sum_row(n), **({"expected": "?"} if n % 3 == 0 else {})} for n in range(24)]


@pytest.fixture
def evals(cloud):
    cloud.functions.rules.clear()
    cloud.functions.calls.clear()
    return Evals(cloud, "statistics")


def test_both_dialects_the_bucket_and_the_event_show_the_same_numbers(evals):
    evals.run(24, experiment_name="base")
    answer = evals.run(ROWS, scores=[EXACT, CLOSE], trial_count=2)
    identifier = answer["experiment_id"]
    stores = evals.cloud.stores
    experiment = stores.resources.get(evals.organisation, Experiment, identifier)
    evaluation = stores.resources.get(evals.organisation, Evaluation, experiment.evaluation_id)
    humanloop = Api(evals.cloud.functions, evals.api.headers, root="/v4")

    asked = made(evals.api.get(f"/experiment/{identifier}/summarize?summarize_scores=true"), 200)
    read = made(humanloop.get(f"/evaluations/{evaluation.id}?evaluator_aggregates=true"), 200)
    kept = json.loads(stores.runs.bucket.get(f"{evals.organisation}/evaluations/{evaluation.id}/summary.json"))
    streamed = evals.post(evals.body(ROWS, stream=True, scores=[EXACT, CLOSE], trial_count=2))

    assert answer["statistics"] == asked["statistics"]
    assert list(answer["statistics"].values()) == kept["statistics"] == read["statistics"]
    assert own(summary_frame(streamed.body)["statistics"]) == own(answer["statistics"])
    exact = ScoreStatistics.model_validate(answer["statistics"]["ExactMatch"])
    assert (exact.n_items, exact.n_trials, exact.mean) == (24, 48, answer["scores"]["ExactMatch"]["score"])
    assert exact.comparison.diff == pytest.approx(answer["scores"]["ExactMatch"]["diff"])
    assert exact.comparison.losses == answer["scores"]["ExactMatch"]["regressions"] == 8
    told = described(evals.organisation, evaluation, stores.runs.summary(evals.organisation, evaluation.id))
    assert told["statistics"]["ExactMatch"]["ci"] == [exact.ci.low, exact.ci.high]


def own(statistics):
    """What a run says of itself, whatever its base."""
    return {name: {**one, "comparison": None} for name, one in statistics.items()}


def summary_frame(text):
    """The summary of a stream."""
    frames = dict(frame.split("\ndata: ") for frame in text.strip().split("\n\n") if "\ndata: {" in frame)
    return json.loads(frames["event: summary"])


def test_a_direction_and_clusters_are_told_by_clients_and_followed(evals):
    dataset = evals.dataset([{**sum_row(n), "metadata": {"document": n // 2}} for n in range(24)])
    made(evals.api.patch(f"/dataset/{dataset}", {"metadata": {"cluster_by": "document"}}), 200)
    lower = [{**EXACT, "higher_is_better": False}, {**CLOSE, "higher_is_better": None}]
    made(evals.post({**evals.body(scores=lower), "data": {"dataset_id": dataset}}), 200)
    answer = made(evals.post({**evals.body(scores=lower), "data": {"dataset_id": dataset}}), 200)
    exact, close = (ScoreStatistics.model_validate(one) for one in answer["statistics"].values())
    assert (exact.higher_is_better, close.higher_is_better) == (False, None)
    assert (exact.n_items, exact.clusters) == (24, 12)
    assert (close.comparison.wins, close.comparison.losses, close.comparison.ties) == (None, None, 24)
