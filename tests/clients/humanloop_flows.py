"""Flows A to F of the Humanloop guides (contract §4.1) as a user of `humanloop` writes them; run by the SDK's own
interpreter, and told as one line of JSON.

    python humanloop_flows.py {flows | strict | 0.7.15} HOST API_KEY

`strict` is with `validate=True`: the SDK then parses every body strictly. 0.7.15 says how much goes on at once.
"""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import SimpleNamespace

from humanloop import ApiException, Humanloop

CODE = """
def judge(log, testcase):
    print("hi")
    return testcase["target"]["answer"] in log["output"]
"""
JUDGE = {"provider": "mock", "model": "mock", "prompt_template": "Rate {{log.output}}"}
TEMPLATE = [{"role": "user", "content": "{{a}} times {{b}}"}]
ROWS = [{"inputs": {"a": str(n), "b": "2"}, "target": {"answer": str(2 * n)}} for n in range(6)]
PATIENCE = 90
STILL = 6


class Strict:
    """The SDK with every call made strictly."""

    def __init__(self, client):
        self.client = client

    def __getattr__(self, tag):
        methods = getattr(self.client, tag)
        return SimpleNamespace(**{name: partial(getattr(methods, name), validate=True) for name in CALLED[tag]})


CALLED = {
    "projects": ["create"],
    "model_configs": ["register"],
    "datasets": ["create", "create_datapoint"],
    "evaluators": ["create"],
    "evaluations": ["create", "get", "list_datapoints", "update_status", "log", "result", "add_evaluators"],
}


class World:
    """One project with everything that the flows need; evaluations in it are named by what they are made of."""

    def __init__(self, hl, **launch):
        self.hl, self.launch = hl, launch
        self.tag = str(time.time_ns())
        self.project = self.hl.projects.create(name=f"flows {self.tag}").id
        self.config = self.register()
        self.dataset, self.datapoints = self.upload(ROWS)
        self.right = self.evaluator("right", "python", "target_required", "boolean", code=CODE)
        self.external = self.evaluator("external", "external", "target_free", "number")
        self.judge = self.evaluator(f"judge {self.tag}", "llm", "target_free", "number", model_config=JUDGE)

    def register(self, **more):
        wish = {"provider": "mock", "model": "mock", "endpoint": "chat", "chat_template": TEMPLATE, **more}
        return self.hl.model_configs.register(project_id=self.project, **wish).config.id

    def upload(self, rows):
        dataset = self.hl.datasets.create(project_id=self.project, name="d", description="").id
        return dataset, [one.id for one in self.hl.datasets.create_datapoint(dataset_id=dataset, body=rows)]

    def evaluator(self, name, kind, arguments_type, return_type, **more):
        wish = {"type": kind, "arguments_type": arguments_type, "return_type": return_type, "description": "", **more}
        return self.hl.evaluators.create(name=name, **wish).id

    def evaluate(self, evaluators, **more):
        wish = {
            "config_id": self.config,
            "dataset_id": self.dataset,
            "evaluator_ids": evaluators,
            **self.launch,
            **more,
        }
        return self.hl.evaluations.create(project_id=self.project, **wish)

    def rows(self, evaluation, size=100):
        return self.hl.evaluations.list_datapoints(id=evaluation, size=size).records

    def aggregates(self, evaluation):
        found = self.hl.evaluations.get(evaluation, evaluator_aggregates=True)
        return [one.aggregate_value for one in found.evaluator_aggregates]

    def say(self, evaluation, status):
        return self.hl.evaluations.update_status(id=evaluation, status=status).status

    def until(self, condition):
        """What `condition` comes to once it is something."""
        end = time.monotonic() + PATIENCE
        while not (found := condition()):
            if time.monotonic() > end:
                raise SystemExit("It did not come to pass.")
            time.sleep(0.3)
        return found

    def status(self, evaluation):
        return self.hl.evaluations.get(evaluation).status


def refused(call):
    """The status with which the call is refused."""
    try:
        call()
    except ApiException as error:
        return error.status
    return None


def flow_a(world):
    """The server does everything."""
    made = world.evaluate([world.right])
    world.until(lambda: world.status(made.id) == "completed")
    rows = world.rows(made.id)
    told = {
        "refused_when_completed": refused(lambda: world.say(made.id, "running")),
        "outputs": [row.log.output for row in rows],
        "values": [row.evaluation_results[0].value for row in rows],
        "aggregate": world.aggregates(made.id)[0],
    }
    return made.id, told


def flow_b(world):
    """The client generates, the server judges."""
    made = world.evaluate([world.right], hl_generated=False)

    def post(n, output):
        log = {"project_id": world.project, "config_id": world.config, "output": output}
        world.hl.evaluations.log(evaluation_id=made.id, datapoint_id=world.datapoints[n], log=log)

    early = refused(lambda: post(0, "too early"))
    world.say(made.id, "running")
    for n in range(len(ROWS)):
        post(n, str(2 * n) if n % 2 else "no")
    rows = world.until(lambda: judged(world, made.id))
    told = {
        "created": made.status,
        "refused_while_pending": early,
        "values": [row.evaluation_results[0].value for row in rows],
        "aggregate": world.aggregates(made.id)[0],
        "status": world.status(made.id),
        "completed": world.say(made.id, "completed"),
    }
    return {**told, "refused_when_completed": refused(lambda: post(0, "too late"))}


def judged(world, evaluation):
    """The rows, once every one has a result."""
    rows = world.rows(evaluation)
    return rows if all(row.evaluation_results for row in rows) else None


def flow_c(world):
    """The server generates, server and client judge."""
    made = world.evaluate([world.right, world.external])
    world.until(lambda: world.aggregates(made.id)[0] is not None)
    for n, row in enumerate(world.rows(made.id)):
        world.hl.evaluations.result(
            evaluation_id=made.id, log_id=row.log.id, evaluator_id=world.external, result=float(n)
        )
    told = {"status": world.status(made.id), "aggregates": world.aggregates(made.id)}
    return {**told, "completed": world.say(made.id, "completed")}


def flow_d(world):
    """The client does both."""
    made = world.evaluate([world.external], hl_generated=False)
    world.say(made.id, "running")
    log = world.hl.evaluations.log(evaluation_id=made.id, datapoint_id=world.datapoints[0], log={"output": "x"})
    result = world.hl.evaluations.result(evaluation_id=made.id, log_id=log.id, evaluator_id=world.external, result=2.5)
    completed = world.say(made.id, "completed")
    return {"value": result.value, "completed": completed, "aggregate": world.aggregates(made.id)[0]}


def flow_e(world, evaluation):
    """A judge is added to a finished evaluation."""
    before = [row.log.id for row in world.rows(evaluation)]
    extended = world.hl.evaluations.add_evaluators(id=evaluation, evaluator_ids=[world.judge])
    world.until(lambda: world.status(evaluation) == "completed")
    rows = world.rows(evaluation)
    return {
        "same_logs": before == [row.log.id for row in rows],
        "evaluators": len(extended.evaluators),
        "values": [[result.value for result in row.evaluation_results] for row in rows],
    }


def flow_f(world, evaluation):
    """What code printed and what the judge wrote."""
    code, judge = (result.evaluator_log for result in world.rows(evaluation)[1].evaluation_results)
    return {"types": [type(code).__name__, type(judge).__name__], "stdout": code.stdout, "judge": judge.output}


def cancel(world):
    """An evaluation that the client cannot complete is cancelled in the middle; left alone, it would take 20 s."""
    world.dataset, _ = world.upload([{"inputs": {"a": str(n), "b": "2"}} for n in range(400)])
    world.config = world.register(other={"latency": 1})
    made = world.evaluate([world.right])
    world.until(lambda: world.status(made.id) == "running")
    early = refused(lambda: world.say(made.id, "completed"))
    world.until(lambda: generated(world, made.id))
    world.say(made.id, "cancelled")
    told = {"generated": settled(world, made.id), "status": world.status(made.id)}
    return {**told, "refused_while_running": early}


def settled(world, evaluation):
    """How many rows are generated in the end: none has come for longer than it takes until those there are are seen."""
    seen, since = generated(world, evaluation), time.monotonic()
    while time.monotonic() - since < STILL:
        time.sleep(0.5)
        if (now := generated(world, evaluation)) != seen:
            seen, since = now, time.monotonic()
    return seen


def generated(world, evaluation):
    """How many rows have an output."""
    return sum(1 for row in world.rows(evaluation, size=400) if row.log and row.log.output)


def flows(world):
    """All that is not cancelled."""
    evaluation, a = flow_a(world)
    told = {"A": a, "B": flow_b(world), "C": flow_c(world), "D": flow_d(world), "E": flow_e(world, evaluation)}
    has_evaluators_logs = "max_concurrency" not in world.launch  # 0.7.15 has none
    return {**told, "F": flow_f(world, evaluation)} if has_evaluators_logs else told


def main(what, host, api_key):
    launch = {"max_concurrency": 2} if what == "0.7.15" else {}

    def alone(flow):
        """A flow with a client and a project of its own."""
        hl = Humanloop(api_key=api_key, host=host)
        return flow(World(Strict(hl) if what == "strict" else hl, **launch))

    with ThreadPoolExecutor() as threads:  # to cancel takes waiting
        told, cancelled = threads.map(alone, (flows, cancel))
    print(json.dumps({**told, "cancel": cancelled}))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
