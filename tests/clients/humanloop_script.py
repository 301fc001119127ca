"""Flow A of the Humanloop guides (contract §4.1) as a user of `humanloop` writes it; run by the SDK's own interpreter.

    python humanloop_script.py {flow | strict} SEEN HOST API_KEY
    python humanloop_script.py refusals HOST API_KEY

What the SDK hands back is told as one line of JSON, since this process has nothing of the project in it.
`strict` is the flow with `validate=True`: the SDK then parses every body strictly. SEEN is a file that is made once the
evaluation was seen running: the provider may wait for it.
"""

import json
import sys
import time
from pathlib import Path

from humanloop import ApiException, Humanloop

CODE_RIGHT = """
def holds(text, answer):
    return answer in text.rstrip(".").split()


def judge(log, testcase):
    return holds(log["output"], testcase["target"]["answer"])
"""
CODE_LENGTH = "def judge(log):\n    return len(log['output'])\n"
CODE_CHOOSY = """
def judge(log):
    number = int(log["inputs"]["a"])
    if number == 1:
        raise ValueError("no ones")
    return None if number == 2 else number / 4
"""
ROWS = [{"inputs": {"a": str(n), "b": "1"}, "target": {"answer": str(n + (2 if n == 3 else 1))}} for n in range(12)]
CONFIG = {
    "provider": "openai",
    "model": "gpt-x",
    "endpoint": "chat",
    "chat_template": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Add {{a}} and {{b}}."},
    ],
    "temperature": 0.5,
}
PAGE = 5
LONGEST = 90


class Sdk:
    """The SDK with one key; every call is made strictly or not."""

    def __init__(self, host, api_key, strict):
        self.client = Humanloop(api_key=api_key, host=host)
        self.options = {"validate": True} if strict else {}

    def __call__(self, tag, method, **arguments):
        return getattr(getattr(self.client, tag), method)(**arguments, **self.options)


def kind(thing):
    return type(thing).__name__


def evaluator(sdk, name, arguments_type, return_type, code):
    return sdk(
        "evaluators",
        "create",
        name=name,
        description=f"Made by a test: {name}.",
        arguments_type=arguments_type,
        return_type=return_type,
        type="python",
        code=code,
    )


def kinds(evaluation):
    """The types of everything nested in an evaluation."""
    return {
        "config": kind(evaluation.config),
        "dataset": kind(evaluation.dataset),
        "dataset_snapshot": kind(evaluation.dataset_snapshot),
        "evaluators": sorted({kind(each) for each in evaluation.evaluators}),
        "created_at": kind(evaluation.created_at),
        "message": kind(evaluation.config.chat_template[0]),
    }


def row_facts(row, names):
    """What a row and everything nested in it is; `names` are the evaluators' by their ids."""
    log, results = row.log, row.evaluation_results
    return {
        "kind": kind(row),
        "datapoint": kind(row.datapoint),
        "inputs": dict(row.datapoint.inputs),
        "log": kind(log),
        "output": log and log.output,
        "log_config": log and kind(log.config),
        "log_message": log and kind(log.output_message),
        "tokens": log and log.tokens,
        "source": bool(log) and log.source_datapoint_id == row.datapoint.id,
        "results": [kind(result) for result in results],
        "values": {names[result.evaluator_id]: result.value for result in results},
        "errors": {names[result.evaluator_id]: result.error for result in results},
    }


def pages(sdk, identifier):
    """Every page of the evaluation's rows."""
    found = []
    while not found or found[-1].page * found[-1].size < found[-1].total:
        page = sdk("evaluations", "list_datapoints", id=identifier, page=len(found) + 1, size=PAGE)
        found.append(page)
    return found


def follow(sdk, evaluation, running):
    """The evaluation once it is over, and the types seen in each state through which it went; `running` is told of that."""
    seen = {evaluation.status: kinds(evaluation)}
    deadline = time.monotonic() + LONGEST
    while evaluation.status in {"pending", "running"} and time.monotonic() < deadline:
        time.sleep(0.1)
        evaluation = sdk("evaluations", "get", id=evaluation.id)
        seen[evaluation.status] = kinds(evaluation)
        if evaluation.status == "running":
            running()
    return evaluation, seen


def registered(sdk, name):
    """Everything that an evaluation points at, as the SDK hands it back."""
    project = sdk("projects", "create", name=name)
    dataset = sdk("datasets", "create", project_id=project.id, name=name, description="Sums.")
    return {
        "project": project,
        "config": sdk("model_configs", "register", project_id=project.id, **CONFIG),
        "dataset": dataset,
        "datapoints": sdk("datasets", "create_datapoint", dataset_id=dataset.id, body=ROWS),
        "evaluators": {
            "right": evaluator(sdk, "right", "target_required", "boolean", CODE_RIGHT),
            "length": evaluator(sdk, "length", "target_free", "number", CODE_LENGTH),
            "choosy": evaluator(sdk, "choosy", "target_free", "number", CODE_CHOOSY),
        },
    }


def registered_facts(made):
    """What it is."""
    dataset, config = made["dataset"], made["config"]
    return {
        "project": kind(made["project"]),
        "registered": [kind(config), kind(config.config), config.config.type],
        "dataset": [kind(dataset), dataset.datapoint_count],
        "datapoints": [each.inputs["a"] for each in made["datapoints"]],
        "evaluators": [[kind(each), each.return_type, each.arguments_type] for each in made["evaluators"].values()],
    }


def launched(sdk, made):
    """The evaluation as it is when it is created."""
    return sdk(
        "evaluations",
        "create",
        project_id=made["project"].id,
        config_id=made["config"].config.id,
        dataset_id=made["dataset"].id,
        evaluator_ids=[each.id for each in made["evaluators"].values()],
    )


def outcome_facts(sdk, made, identifier):
    """What the evaluation came to: its aggregates and rows, by the names of the evaluators."""
    names = {each.id: name for name, each in made["evaluators"].items()}
    over = sdk("evaluations", "get", id=identifier, evaluator_aggregates=True)
    rows = pages(sdk, identifier)
    listed = sdk("evaluations", "list", project_id=made["project"].id).records
    return {
        "status": over.status,
        "aggregates": {names[each.evaluator_id]: each.aggregate_value for each in over.evaluator_aggregates},
        "aggregate_kinds": sorted({kind(each) for each in over.evaluator_aggregates}),
        "pages": [[page.page, page.size, page.total, len(page.records)] for page in rows],
        "rows": [row_facts(row, names) for page in rows for row in page.records],
        "listed": [[kind(each), each.id == identifier, len(each.evaluator_aggregates)] for each in listed],
    }


def flow(what, seen, host, api_key):
    sdk = Sdk(host, api_key, what == "strict")
    made = registered(sdk, f"flow {time.time_ns()}")
    created = launched(sdk, made)
    early = [row_facts(row, {}) for page in pages(sdk, created.id) for row in page.records]
    plain, states = follow(sdk, created, Path(seen).touch)
    return {
        **registered_facts(made),
        "created": [kind(created), created.status, created.dataset_snapshot.datapoint_count],
        "version": created.dataset_version_id,
        "states": states,
        "early": early,
        "plain_aggregates": plain.evaluator_aggregates,
        **outcome_facts(sdk, made, created.id),
    }


def refusal(call):
    """What the SDK raises."""
    try:
        call()
    except ApiException as error:
        return {"status": error.status, "reason": error.reason, "body": error.body}
    return None


def refusals(host, api_key):
    hl, stranger = Humanloop(api_key=api_key, host=host), Humanloop(api_key="nobody", host=host)
    project = hl.projects.create(name=f"refusals {time.time_ns()}")
    config = hl.model_configs.register(project_id=project.id, model="m", prompt_template="x").config
    dataset = hl.datasets.create(project_id=project.id, name="d", description="")
    known = {"project_id": project.id, "config_id": config.id, "dataset_id": dataset.id, "evaluator_ids": []}
    unknown = {"project_id": "pr_0", "config_id": "config_0", "dataset_id": "evts_0", "evaluator_ids": ["evfn_0"]}
    made = {"name": "e", "description": "", "arguments_type": "target_free", "type": "python"}
    calls = {
        "wrong key": stranger.projects.list,
        "wrong key to create": lambda: stranger.evaluations.create(**known),
        "unknown evaluation": lambda: hl.evaluations.get(id="ev_0"),
        "unknown evaluation's rows": lambda: hl.evaluations.list_datapoints(id="ev_0"),
        "unknown evaluatee": lambda: hl.evaluations.get(id=hl.evaluations.create(**known).id, evaluatee_id="evv_0"),
        "same project again": lambda: hl.projects.create(name=project.name),
        "code that does not parse": lambda: hl.evaluators.create(**made, return_type="number", code="def judge(:"),
        "a page below zero": lambda: hl.evaluations.list(project_id=project.id, page=-1),
        **{
            f"unknown {part}": lambda part=part: hl.evaluations.create(**(known | {part: unknown[part]}))
            for part in known
        },
    }
    return {name: refusal(call) for name, call in calls.items()}


def main(what, *where):
    told = refusals(*where) if what == "refusals" else flow(what, *where)
    print(json.dumps(told))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
