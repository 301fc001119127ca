"""Every call of `humanloop==0.7.35` but those that stream, in an order in which each finds what it is about; run by the
SDK's own interpreter, and told as one line of JSON: of each call the type of what it gives back, or the status with
which it is refused.

    python humanloop_every_call.py {strictly | asynchronously | lax} HOST API_KEY
"""

import asyncio
import json
import sys
import time
from contextlib import suppress

from humanloop import ApiException, Humanloop

CHAT = {"provider": "mock", "model": "mock", "endpoint": "chat"}
COMPLETE = {"provider": "mock", "model": "mock", "endpoint": "complete", "prompt_template": "{{a}} times {{b}}"}
TEMPLATE = [{"role": "user", "content": "{{a}} times {{b}}"}]
TOOL = {"name": "add", "description": "Adds.", "parameters": {"type": "object", "properties": {}}}
ROW = {"inputs": {"a": "2", "b": "3"}, "target": {"answer": "6"}}
QUESTION = {"inputs": {"a": "2", "b": "3"}, "messages": [{"role": "user", "content": "4 times 5"}]}
CODE = "def judge(log, testcase):\n    return testcase['target']['answer'] in log['output']\n"


def calls():
    """Each call as its place and arguments; what it gives back is sent in."""
    tag = str(time.time_ns())
    project = yield "projects.create", {"name": f"every {tag}"}
    own = {"project_id": project.id}
    yield "projects.get", {"id": project.id}
    yield "projects.list", {"filter": tag, "sort_by": "name", "order": "asc"}
    yield "projects.update", {"id": project.id, "name": f"all {tag}"}
    config = yield from configs(own)
    dataset, points = yield from datasets(own)
    evaluators_made = yield from evaluators(tag)
    yield from logs(own, config, points)
    yield from evaluations(own, config, dataset, points, evaluators_made)
    yield from models(own, config)
    yield from sessions(own)
    yield from last(own, dataset, evaluators_made)


def configs(own):
    """Configs, and where they are deployed."""
    made = yield "model_configs.register", {**own, **CHAT, "chat_template": TEMPLATE, "tools": [TOOL], "seed": 7}
    config = made.config.id
    yield "model_configs.get", {"id": config}
    yield "model_configs.export", {"id": config}
    text = yield "model_configs.serialize", {"body": COMPLETE}
    yield "model_configs.deserialize", {"config": text}
    yield "projects.list_configs", {"id": own["project_id"], "evaluation_aggregates": True}
    deployed = yield "projects.deploy_config", {**own, "config_id": config}
    yield "projects.list_deployed_configs", {"id": own["project_id"]}
    yield "projects.get_active_config", {"id": own["project_id"]}
    yield "projects.delete_deployed_config", {**own, "environment_id": deployed[0].environment_id}
    yield "projects.update", {"id": own["project_id"], "active_config_id": config}
    return config


def datasets(own):
    """Datasets and datapoints."""
    dataset = yield "datasets.create", {**own, "name": "d", "description": ""}
    points = yield "datasets.create_datapoint", {"dataset_id": dataset.id, "body": [ROW, {**ROW, **QUESTION}]}
    yield "datasets.create_datapoint", {"dataset_id": dataset.id, **ROW}
    yield "datasets.get", {"id": dataset.id}
    yield "datasets.list", {}
    yield "datasets.list_all_for_project", own
    yield "datasets.list_datapoints", {"dataset_id": dataset.id, "page": 0, "size": 2}
    yield "datasets.update", {"id": dataset.id, "name": "e", "description": "f"}
    yield "datapoints.get", {"id": points[0].id}
    yield "datapoints.update", {"id": points[0].id}
    yield "datapoints.delete", {}
    return dataset.id, [one.id for one in points]


def evaluators(tag):
    """One evaluator of each type."""
    wish = {"description": "", "arguments_type": "target_required", "return_type": "boolean"}
    code = yield "evaluators.create", {**wish, "name": "right", "type": "python", "code": CODE}
    model = {"provider": "mock", "model": "mock", "prompt_template": "Rate {{log.output}}"}
    number = {**wish, "return_type": "number"}
    judge = yield "evaluators.create", {**number, "name": f"judge {tag}", "type": "llm", "model_config": model}
    external = yield "evaluators.create", {**number, "name": "external", "type": "external"}
    yield "evaluators.create", {**wish, "name": "human", "type": "human", "return_type": "select"}
    yield "evaluators.get", {"id": judge.id}
    yield "evaluators.list", {}
    yield "evaluators.update", {"id": code.id, "description": "g", "code": CODE + "\n"}
    return code.id, judge.id, external.id


def logs(own, config, points):
    """Logs, and what people say of them."""
    wish = {**own, "config_id": config, "inputs": ROW["inputs"], "output": "6", "duration": 0.5}
    one = yield "logs.log", {**wish, "reference_id": "r", "source_datapoint_id": points[0], "session_reference_id": "s"}
    yield "logs.log", {"body": [wish, {**wish, "error": "no"}]}
    yield "logs.get", {"id": one.id}
    yield "logs.list", {**own, "search": "6"}
    yield "logs.update", {"id": one.id, "output": "7"}
    yield "logs.update_by_ref", {"reference_id": "r", "duration": 0.7}
    yield "feedback_api.feedback", {"type": "rating", "value": "good", "data_id": one.id, "user": "u"}
    yield "projects.export", {"id": own["project_id"]}
    yield "logs.delete", {"id": [one.id]}


def evaluations(own, config, dataset, points, evaluators_made):
    """An evaluation that is generated and judged by the client; others are in the flows."""
    code, _, external = evaluators_made
    wish = {**own, "config_id": config, "dataset_id": dataset, "evaluator_ids": [external], "hl_generated": False}
    made = yield "evaluations.create", {**wish, "name": "once"}
    ids = {"evaluation_id": made.id}
    yield "evaluations.update_status", {"id": made.id, "status": "running"}
    posted = yield "evaluations.log", {**ids, "datapoint_id": points[0], "log": {"output": "6"}}
    yield "evaluations.result", {**ids, "log_id": posted.id, "evaluator_id": external, "result": 0.5}
    yield "evaluations.add_evaluators", {"id": made.id, "evaluator_ids": [code]}
    yield "evaluations.get", {"id": made.id, "evaluator_aggregates": True}
    yield "evaluations.list", {**own, "id": [made.id], "size": 1, "page": 0}
    yield "evaluations.list_all_for_project", {**own, "evaluator_aggregates": True}
    yield "evaluations.list_datapoints", {"id": made.id, "page": 1, "size": 2}


def sessions(own):
    """Sessions."""
    made = yield "sessions.create", {}
    yield "sessions.get", {"id": made.id}
    yield "sessions.list", own


def models(own, config):
    """Models, by configs that are given, named or deployed."""
    inputs = {**own, "inputs": {"a": "6", "b": "7"}}
    yield "chats.create", {**own, **QUESTION, "model_config": {**CHAT, "chat_template": TEMPLATE}, "num_samples": 2}
    yield "chats.create_model_config", {**own, **QUESTION, "model_config_id": config}
    yield "chats.create_deployed", {**own, **QUESTION}
    yield (
        "completions.create",
        {**inputs, "model_config": {key: COMPLETE[key] for key in COMPLETE if key != "endpoint"}},
    )
    completion = yield "model_configs.register", {**own, **COMPLETE}
    yield "completions.create_model_config", {**inputs, "model_config_id": completion.config.id}
    yield "projects.deploy_config", {**own, "config_id": completion.config.id}
    yield "completions.create_deployed", inputs


def last(own, dataset, evaluators_made):
    """All is taken away again."""
    yield "projects.deactivate_config", {"id": own["project_id"]}
    yield "projects.create_feedback_type", {"id": own["project_id"], "type": "rating", "_class": "select"}
    yield "projects.update_feedback_types", {"id": own["project_id"]}
    for evaluator in evaluators_made:
        yield "evaluators.delete", {"id": evaluator}
    yield "datasets.delete", {"id": dataset}
    yield "projects.delete", {"id": own["project_id"]}


def found(hl, place, prefix=""):
    """The method at a place."""
    *tags, name = place.split(".")
    return getattr(getattr(hl, tags[0]) if tags else hl, prefix + name)


def what(answer):
    """The type of an answer; of each in a list."""
    return sorted({what(each) for each in answer}) if isinstance(answer, list) else type(answer).__name__


def synchronously(hl, **options):
    """Every call, one after another."""
    told, asking, answer = [], calls(), None
    with suppress(StopIteration):
        while True:
            place, arguments = asking.send(answer)
            try:
                answer = found(hl, place)(**arguments, **options)
                told.append([place, what(answer)])
            except ApiException as error:
                told.append([place, error.status])
    return told


async def asynchronously(hl):
    """The same by the methods that begin with `a`."""
    told, asking, answer = [], calls(), None
    with suppress(StopIteration):
        while True:
            place, arguments = asking.send(answer)
            try:
                answer = await found(hl, place, "a")(**arguments)
                told.append([place, what(answer)])
            except ApiException as error:
                told.append([place, error.status])
    return told


def main(how, host, api_key):
    hl = Humanloop(api_key=api_key, host=host)
    if how == "asynchronously":
        told = asyncio.run(asynchronously(hl))
    else:
        told = synchronously(hl, validate=True) if how == "strictly" else synchronously(hl)
    print(json.dumps(told))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
