"""What a user of `humanloop==0.5.18` writes (contract §7): answers are bodies of JSON, evaluators have no type, and all
that there is of evaluations is creating, reading and listing. Run by the SDK's own interpreter, and told as one line
of JSON.

    python humanloop_0_5_18.py HOST API_KEY
"""

import json
import sys
import time

from humanloop import Humanloop

CODE = "def judge(log, testcase):\n    return testcase['target']['answer'] in log['output']\n"
ROWS = [{"inputs": {"a": str(n), "b": "2"}, "target": {"answer": str(n + 2)}} for n in range(4)]
PATIENCE = 90

host, api_key = sys.argv[1:]
hl = Humanloop(api_key=api_key, host=host, openai_api_key="sk-of-the-client")
tag = str(time.time_ns())

project = hl.projects.create(name=f"0.5.18 {tag}").body
registered = hl.model_configs.register(
    project_id=project["id"],
    model="gpt-x",
    endpoint="chat",
    chat_template=[{"role": "user", "content": "Add {{a}} and {{b}}."}],
).body
dataset = hl.datasets.create(project_id=project["id"], name="d", description="").body
points = hl.datasets.create_datapoint(dataset_id=dataset["id"], body=ROWS).body
evaluator = hl.evaluators.create(
    name=f"right {tag}", description="", code=CODE, arguments_type="target_required", return_type="boolean"
).body
evaluation = hl.evaluations.create(
    project_id=project["id"],
    config_id=registered["config"]["id"],
    dataset_id=dataset["id"],
    evaluator_ids=[evaluator["id"]],
).body

deadline = time.monotonic() + PATIENCE
while (found := hl.evaluations.get(evaluation["id"], evaluator_aggregates=True).body)["status"] != "completed":
    if time.monotonic() > deadline:
        break
    time.sleep(0.3)
page = hl.evaluations.list_datapoints(evaluation["id"], size=10).body
told = {
    "status": found["status"],
    "aggregates": [one["aggregate_value"] for one in found["evaluator_aggregates"]],
    "values": [row["evaluation_results"][0]["value"] for row in page["records"]],
    "sources": [row["log"]["source_datapoint_id"] for row in page["records"]] == [one["id"] for one in points],
    "listed": [one["id"] == evaluation["id"] for one in hl.evaluations.list_all_for_project(project["id"]).body],
}
print(json.dumps(told))  # noqa: T201
