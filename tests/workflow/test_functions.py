"""Tasks and scorers of Braintrust's kind, through the real state machine and the real functions."""

from assay import bootstrap
from assay.domain.evaluation import Evaluation
from assay.domain.function import CodeRef, FunctionRef, GlobalRef, InlineRef, PromptFunction, read_prompt_data
from assay.domain.score import NamedScore
from assay.use_cases.resolve_function import resolve_scorers, resolve_task
from assay.use_cases.start_evaluation import latest_version
from tests.integration.world import made
from tests.support.build import an_evaluation
from tests.workflow.machine import Machine

ASKING = {
    "prompt": {"type": "chat", "messages": [{"role": "user", "content": "What is {{input.a}} times {{b}}?"}]},
    "options": {"model": "mock", "params": {"latency": 0}},
}
SEVERAL = (
    "def handler(output, expected):\n    return [{'name': n, 'score': output == expected} for n in ('one', 'two')]"
)
THROWING = "def handler(input):\n    return 1 / int(input['a'])"


def evaluated(machine: Machine, task: FunctionRef, *scorers: FunctionRef) -> Evaluation:
    """An evaluation of five rows, at its end."""
    stores, ports = machine.cloud.stores, bootstrap.ports()
    keeping = {"resources": stores.resources, "clock": ports.clock}
    config = resolve_task(machine.organisation, task, project_id=machine.project, **keeping)
    versions = resolve_scorers(machine.organisation, scorers, **keeping)
    dataset = made(machine.api.post(f"/projects/{machine.project}/datasets", {"name": "d", "description": ""}))["id"]
    rows = [{"inputs": {"a": str(n), "b": "2"}, "target": {"is": f"The answer is {2 * n}."}} for n in range(5)]
    made(machine.api.post(f"/datasets/{dataset}/datapoints", rows))
    evaluation = an_evaluation(
        id=ports.new_id("ev_"),
        project_id=machine.project,
        config_id=config.id,
        rounds=(tuple(version.id for version in versions),),
        dataset=latest_version(machine.organisation, dataset, resources=stores.resources, datasets=stores.datasets),
    )
    stores.resources.create(machine.organisation, config, *versions, evaluation)
    ports.executions.start(evaluation.latest_pass(machine.organisation))
    assert machine.ended(evaluation.id)["status"] == "SUCCEEDED"
    return stores.resources.get(machine.organisation, Evaluation, evaluation.id)


def test_a_prompt_is_scored_by_code_that_gives_several_scores_by_name_and_by_code_that_throws(machine):
    task = InlineRef(data=PromptFunction(type="prompt"), prompt=read_prompt_data(ASKING))
    several, throwing = (CodeRef(runtime="python", code=code) for code in (SEVERAL, THROWING))
    evaluation = evaluated(machine, task, several, GlobalRef(global_function="ExactMatch"), throwing)
    outputs = machine.cloud.stores.runs.outputs(machine.organisation, evaluation.id, 0)
    rows = machine.cloud.stores.runs.scores(machine.organisation, evaluation.id, 0, 0)
    assert [output.value for output in outputs] == [f"The answer is {2 * n}." for n in range(5)]
    assert rows[1].scores[0].named == (NamedScore(name="one", value=0), NamedScore(name="two", value=0))
    assert [row.scores[1].named[0].name for row in rows] == ["ExactMatch"] * 5
    assert [row.scores[2].status for row in rows] == ["failed", *["ok"] * 4]
    assert rows[0].scores[2].failure.message.startswith("ZeroDivisionError")
    assert machine.summary(evaluation.id).n_errors == 0


def test_a_code_task_whose_outputs_are_objects_is_readable_in_the_other_dialect_too(machine):
    task = CodeRef(runtime="python", code="def handler(a, b):\n    return {'product': int(a) * 2 // (int(a) - 3)}")
    evaluation = evaluated(machine, task, CodeRef(runtime="python", code=SEVERAL))
    rows = machine.rows(evaluation.id)
    assert rows[1]["log"]["output"] == '{"product": -1}'
    assert rows[3]["log"]["error"].startswith("ZeroDivisionError")
    assert [len(row["evaluation_results"]) for row in rows] == [1, 1, 1, 0, 1]
    assert machine.evaluation(evaluation.id)["status"] == "completed"
    assert machine.summary(evaluation.id).errors_by_kind == {"task": 1}
