"""The three guides to evaluations that Humanloop had published (contract §4.1), followed step by step with `humanloop`:
"set up evaluations", "self-hosted evaluations" and "externally generated logs". Two calls are as the SDK has them and
not as the guides had: an evaluator has a `type`, and results are posted by `result`. Told as one line of JSON.

    python humanloop_guides.py guides HOST API_KEY
"""

import inspect
import json
import sys
import time

from humanloop import Humanloop

PATIENCE = 90
QUESTIONS = [("2", "3"), ("4", "5"), ("6", "7")]


def names_the_product(log, testcase):
    expected = testcase["target"]["product"]
    return bool(re.search(rf"\b{expected}\b", log["output"]))  # noqa: F821 - imported where this runs


def set_up_evaluations(hl):
    """A project with a config, a dataset and an evaluator in code; the server does the rest."""
    project = hl.projects.create(name=f"guides {time.time_ns()}")
    registered = hl.model_configs.register(
        project_id=project.id,
        name="multiplier",
        provider="mock",
        model="mock",
        endpoint="chat",
        chat_template=[{"role": "system", "content": "You are a calculator."}],
        temperature=0,
    )
    dataset = hl.datasets.create(project_id=project.id, name="Products", description="Two numbers each.")
    datapoints = [
        {"messages": [{"role": "user", "content": f"{a} times {b}"}], "target": {"product": str(int(a) * int(b))}}
        for a, b in QUESTIONS
    ]
    hl.datasets.create_datapoint(dataset_id=dataset.id, body=datapoints)
    evaluator = hl.evaluators.create(
        name="Names the product",
        description="Whether the product stands in the answer.",
        type="python",
        arguments_type="target_required",
        return_type="boolean",
        code="\n".join(["import re", inspect.getsource(names_the_product)]),
    )
    made = {"project": project.id, "config": registered.config.id, "dataset": dataset.id, "evaluator": evaluator.id}
    evaluation = hl.evaluations.create(
        project_id=project.id, config_id=registered.config.id, dataset_id=dataset.id, evaluator_ids=[evaluator.id]
    )
    finished = ended(hl, evaluation.id)
    rows = hl.evaluations.list_datapoints(evaluation.id).records
    values = [row.evaluation_results[0].value for row in rows]
    return made, {"created": evaluation.status, "status": finished, "values": values}


def ended(hl, evaluation):
    """The status that is no longer pending or running."""
    deadline = time.monotonic() + PATIENCE
    while (status := hl.evaluations.get(evaluation).status) in {"pending", "running"}:
        if time.monotonic() > deadline:
            break
        time.sleep(0.3)
    return status


def self_hosted_evaluations(hl, made):
    """An evaluator of one's own, over logs that the server is asked for one by one."""
    datapoints = hl.datasets.list_datapoints(made["dataset"]).records
    evaluator = hl.evaluators.create(
        name="My own",
        description="It runs where the client runs.",
        type="external",
        arguments_type="target_required",
        return_type="boolean",
    )
    config = hl.model_configs.get(made["config"])
    evaluation = hl.evaluations.create(
        project_id=made["project"], config_id=config.id, evaluator_ids=[evaluator.id], dataset_id=made["dataset"]
    )
    values = []
    for datapoint in datapoints:
        log = hl.chat_model_config(
            project_id=made["project"],
            model_config_id=config.id,
            inputs=datapoint.inputs,
            messages=[{"role": one.role, "content": one.content} for one in datapoint.messages],
            source_datapoint_id=datapoint.id,
        ).data[0]
        right = datapoint.target["product"] in log.output
        result = hl.evaluations.result(
            evaluation_id=evaluation.id, log_id=log.id, evaluator_id=evaluator.id, result=right
        )
        values.append(result.value)
    status = hl.evaluations.update_status(id=evaluation.id, status="completed").status
    found = hl.evaluations.get(evaluation.id, evaluator_aggregates=True)
    return {"values": values, "status": status, "aggregate": found.evaluator_aggregates[0].aggregate_value}


def externally_generated_logs(hl, made):
    """Outputs from wherever the client has them, judged by the server's evaluator."""
    datapoints = hl.datasets.list_datapoints(made["dataset"]).records
    config = hl.model_configs.get(made["config"])
    evaluation = hl.evaluations.create(
        project_id=made["project"],
        config_id=config.id,
        evaluator_ids=[made["evaluator"]],
        dataset_id=made["dataset"],
        hl_generated=False,
    )
    hl.evaluations.update_status(id=evaluation.id, status="running")
    for datapoint in datapoints:
        messages = [*config.chat_template, *datapoint.messages]
        log = {
            "project_id": made["project"],
            "config_id": config.id,
            "messages": messages,
            "output": mine(messages[-1].content),
        }
        hl.evaluations.log(evaluation_id=evaluation.id, datapoint_id=datapoint.id, log=log)
    rows = judged(hl, evaluation.id)
    return {
        "created": evaluation.status,
        "messages": [[one.role for one in row.log.messages] for row in rows],
        "values": [row.evaluation_results[0].value for row in rows],
        "status": hl.evaluations.update_status(id=evaluation.id, status="completed").status,
    }


def mine(question):
    """What the client's own model says: it does not know its sixes."""
    a, b = question.split(" times ")
    return f"It is {int(a) * int(b) if a != '6' else 'a lot'}."


def judged(hl, evaluation):
    """The rows, once each of them has a result."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        rows = hl.evaluations.list_datapoints(evaluation).records
        if all(row.evaluation_results for row in rows):
            return rows
        time.sleep(0.3)
    raise SystemExit("Not every row was judged.")


def main(_, host, api_key):
    hl = Humanloop(api_key=api_key, host=host)
    made, first = set_up_evaluations(hl)
    told = {"set up": first, "self-hosted": self_hosted_evaluations(hl, made)}
    print(json.dumps({**told, "external logs": externally_generated_logs(hl, made)}))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
