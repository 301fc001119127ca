"""`cache` on a launch of either dialect, through the real functions: what was answered before is shown as such."""

from tests.integration.world import EVALUATOR
from tests.workflow.evals import Evals
from tests.workflow.machine import sums

JUDGE = {
    **EVALUATOR,
    "name": "Judge",
    "type": "llm",
    "code": None,
    "model_config": {"provider": "mock", "model": "judge-1", "prompt_template": "true"},
}


def test_a_humanloop_evaluation_finds_what_one_before_it_was_answered(machine):
    for hits in (0, 12):
        evaluation = machine.launch(sums(12), EVALUATOR, JUDGE, cache=True)
        machine.ended(evaluation)
        summary = machine.summary(evaluation)
        assert (summary.n_outputs, summary.n_cached, summary.scores[1].n_cached) == (12, hits, hits)
        marked = [row["log"]["metadata"] for row in machine.rows(evaluation)]
        assert marked == [{"cached": True} if hits else None] * 12


def test_an_eval_finds_what_one_before_it_was_answered_and_says_so_in_its_metrics(machine, cloud):
    evals = Evals(cloud, "evals-cached")
    for hit in (0, 1):
        summary = evals.run(4, cache=True)
        assert summary["metrics"]["cached"]["metric"] == hit
        assert summary["scores"]["ExactMatch"]["score"] == 1
    calls = [span for span in evals.spans(summary["experiment_id"]) if span["span_attributes"]["type"] == "llm"]
    assert [(call["metrics"]["cached"], call["metrics"]["estimated_cost"]) for call in calls] == [(1, 0)] * 4
    assert summary["metrics"]["estimated_cost"]["metric"] == 0


def test_unasked_nothing_is_kept_and_nothing_said_of_it(machine, cloud):
    evals = Evals(cloud, "evals-uncached")
    assert "cached" not in evals.run(2)["metrics"]
    evaluation = machine.launch(sums(3))
    machine.ended(evaluation)
    again = machine.launch(sums(3), cache=True)
    machine.ended(again)
    assert machine.summary(again).n_cached == 0
