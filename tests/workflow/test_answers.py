"""What providers answer, in the rows of evaluations: calls for tools, the same again, and with `cache` what was kept."""

import json

from tests.integration.world import CONFIG, EVALUATOR, datapoint
from tests.support.faults import Fault
from tests.workflow.evals import Evals
from tests.workflow.machine import sums

JUDGE = {
    **EVALUATOR,
    "name": "Judge",
    "type": "llm",
    "return_type": "number",
    "code": None,
    "model_config": {"provider": "mock", "model": "judge-1", "prompt_template": "Rate {{log.output}}"},
}

TOOL = {
    "name": "add",
    "description": "Adds.",
    "parameters": {"type": "object", "properties": {"a": {"type": "number"}}},
}
CALL = {"id": "call_1", "type": "function", "function": {"name": "add", "arguments": '{"a": 2}'}}
CALLED = {
    "choices": [
        {"message": {"role": "assistant", "content": None, "tool_calls": [CALL]}, "finish_reason": "tool_calls"}
    ],
    "usage": {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12},
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


def test_a_call_for_tools_is_in_the_rows_log_and_judged_without_an_error(machine, provider):
    provider.script(Fault(body=json.dumps(CALLED).encode()), times=1)
    config = {**CONFIG, "provider": "openai", "model": "gpt-x", "tools": [TOOL]}
    evaluation = machine.launch([datapoint(2, 3)], config=config)
    assert machine.ended(evaluation)["status"] == "SUCCEEDED"
    asked = provider.requests[-1]
    assert asked["tools"] == [{"type": "function", "function": TOOL}]
    [row] = machine.rows(evaluation)
    assert row["log"]["finish_reason"] == "tool_call"
    assert row["log"]["output_message"]["tool_calls"] == [CALL]
    assert row["log"]["error"] is None
    assert [result["value"] for result in row["evaluation_results"]] == [False]


def test_with_a_seed_and_no_temperature_the_same_is_asked_and_the_same_comes_out_again(machine, provider):
    config = {**CONFIG, "provider": "openai", "model": "gpt-x", "seed": 7, "temperature": 0}
    outputs = []
    for _ in range(2):
        evaluation = machine.launch([datapoint(n, 3) for n in range(2)], config=config)
        assert machine.ended(evaluation)["status"] == "SUCCEEDED"
        outputs.append([row["log"]["output"] for row in machine.rows(evaluation)])
    assert outputs[0] == outputs[1] == ["The answer is 3.", "The answer is 4."]
    asked = sorted(map(json.dumps, provider.requests[-4:]))
    assert asked[::2] == asked[1::2]
    assert {(one["seed"], one["temperature"]) for one in provider.requests[-4:]} == {(7, 0)}
