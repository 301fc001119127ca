"""What a user of `humanloop==0.7.0` writes (contract §7): the server generates, and server and client judge. Run by the
SDK's own interpreter, and told as one line of JSON.

    python humanloop_0_7_0.py HOST API_KEY
"""

import json
import sys
import time

from humanloop import Humanloop

CODE = "def judge(log, testcase):\n    return testcase['target']['answer'] in log['output']\n"
ROWS = [{"inputs": {"a": str(n), "b": "2"}, "target": {"answer": str(2 * n)}} for n in range(4)]
PATIENCE = 90

host, api_key = sys.argv[1:]
hl = Humanloop(api_key=api_key, host=host)
tag = str(time.time_ns())

project = hl.projects.create(name=f"0.7.0 {tag}")
registered = hl.model_configs.register(
    project_id=project.id,
    provider="mock",
    model="mock",
    endpoint="chat",
    chat_template=[{"role": "user", "content": "{{a}} times {{b}}"}],
)
dataset = hl.datasets.create(project_id=project.id, name="d", description="")
hl.datasets.create_datapoint(dataset_id=dataset.id, body=ROWS)
kinds = {"arguments_type": "target_required", "return_type": "boolean", "type": "python", "code": CODE}
right = hl.evaluators.create(name=f"right {tag}", description="", **kinds)
posted = {"arguments_type": "target_free", "return_type": "number", "type": "external"}
external = hl.evaluators.create(name=f"external {tag}", description="", **posted)
evaluation = hl.evaluations.create(
    project_id=project.id, config_id=registered.config.id, dataset_id=dataset.id, evaluator_ids=[right.id, external.id]
)


def aggregates():
    """The evaluators' numbers so far."""
    return [
        one.aggregate_value for one in hl.evaluations.get(evaluation.id, evaluator_aggregates=True).evaluator_aggregates
    ]


deadline = time.monotonic() + PATIENCE
while (early := aggregates())[0] is None and time.monotonic() < deadline:
    time.sleep(0.3)
rows = hl.evaluations.list_datapoints(evaluation.id, size=10).records
for n, row in enumerate(rows):
    hl.evaluations.log_result(
        log_id=row.log.id, evaluator_id=external.id, evaluation_run_external_id=evaluation.id, result=float(n)
    )
completed = hl.evaluations.update_status(id=evaluation.id, status="completed")
told = {
    "early": early,
    "types": [type(one).__name__ for one in (evaluation, rows[0].log, completed)],
    "outputs": [row.log.output for row in rows],
    "aggregates": aggregates(),
    "status": completed.status,
    "listed": [one.id == evaluation.id for one in hl.evaluations.list_all_for_project(project.id)],
}
print(json.dumps(told))  # noqa: T201
