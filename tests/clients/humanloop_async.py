"""Flows A to F of the Humanloop guides (contract §4.1) with the asynchronous methods of `humanloop`, side by side; run by
the SDK's own interpreter, and told as one line of JSON.

    python humanloop_async.py {async | crowd} HOST API_KEY

A crowd is fifty logs, ten at once, and then fifty results, each of them twice.
"""

import asyncio
import json
import sys
import time

from humanloop import ApiException, Humanloop

CODE = "def judge(log, testcase):\n    return testcase['target']['answer'] in log['output']\n"
JUDGE = {"provider": "mock", "model": "mock", "prompt_template": "Rate {{log.output}}"}
TEMPLATE = [{"role": "user", "content": "{{a}} times {{b}}"}]
ROWS = [{"inputs": {"a": str(n), "b": "2"}, "target": {"answer": str(2 * n)}} for n in range(4)]
CROWD, AT_ONCE = 50, 10
PATIENCE = 90


class World:
    """One project with everything that the flows need."""

    def __init__(self, hl, rows=ROWS):
        self.hl, self.body = hl, rows

    async def make(self):
        tag, hl = str(time.time_ns()), self.hl
        self.project = (await hl.projects.acreate(name=f"async {tag}")).id
        wish = {"provider": "mock", "model": "mock", "endpoint": "chat", "chat_template": TEMPLATE}
        self.config = (await hl.model_configs.aregister(project_id=self.project, **wish)).config.id
        self.dataset = (await hl.datasets.acreate(project_id=self.project, name="d", description="")).id
        made = await hl.datasets.acreate_datapoint(dataset_id=self.dataset, body=self.body)
        self.datapoints = [one.id for one in made]
        self.right = await self.evaluator("right", "python", "target_required", "boolean", code=CODE)
        self.external = await self.evaluator("external", "external", "target_free", "number")
        self.judge = await self.evaluator(f"judge {tag}", "llm", "target_free", "number", model_config=JUDGE)

    async def evaluator(self, name, kind, arguments_type, return_type, **more):
        wish = {"type": kind, "arguments_type": arguments_type, "return_type": return_type, "description": "", **more}
        return (await self.hl.evaluators.acreate(name=name, **wish)).id

    async def evaluate(self, evaluators, **more):
        wish = {"config_id": self.config, "dataset_id": self.dataset, "evaluator_ids": evaluators, **more}
        return (await self.hl.evaluations.acreate(project_id=self.project, **wish)).id

    async def rows(self, evaluation):
        return (await self.hl.evaluations.alist_datapoints(id=evaluation, size=CROWD)).records

    async def aggregates(self, evaluation):
        found = await self.hl.evaluations.aget(evaluation, evaluator_aggregates=True)
        return [one.aggregate_value for one in found.evaluator_aggregates]

    async def say(self, evaluation, status):
        return (await self.hl.evaluations.aupdate_status(id=evaluation, status=status)).status

    async def post(self, evaluation, n, output):
        log = {"project_id": self.project, "config_id": self.config, "output": output}
        return await self.hl.evaluations.alog(evaluation_id=evaluation, datapoint_id=self.datapoints[n], log=log)

    async def result(self, evaluation, log, value):
        ids = {"evaluation_id": evaluation, "evaluator_id": self.external}
        return (await self.hl.evaluations.aresult(log_id=log, result=value, **ids)).value

    async def completed(self, evaluation):
        return (await self.hl.evaluations.aget(evaluation)).status == "completed"


async def until(condition):
    """What `condition` comes to once it is something."""
    end = time.monotonic() + PATIENCE
    while not (found := await condition()):
        if time.monotonic() > end:
            raise SystemExit("It did not come to pass.")
        await asyncio.sleep(0.3)
    return found


async def flows_a_e_and_f(world):
    """The server does everything; then a judge is added, which wrote what it said."""
    made = await world.evaluate([world.right])
    await until(lambda: world.completed(made))
    before = await world.rows(made)
    await world.hl.evaluations.aadd_evaluators(id=made, evaluator_ids=[world.judge])
    await until(lambda: world.completed(made))
    rows = await world.rows(made)
    return {
        "outputs": [row.log.output for row in rows],
        "same_logs": [row.log.id for row in before] == [row.log.id for row in rows],
        "values": [[result.value for result in row.evaluation_results] for row in rows],
        "judge": rows[1].evaluation_results[1].evaluator_log.output,
    }


async def flow_b(world):
    """The client generates, the server judges."""
    made = await world.evaluate([world.right], hl_generated=False)
    await world.say(made, "running")
    await asyncio.gather(*(world.post(made, n, str(2 * n) if n % 2 else "no") for n in range(len(ROWS))))

    async def judged():
        rows = await world.rows(made)
        return rows if all(row.evaluation_results for row in rows) else None

    rows = await until(judged)
    values = [row.evaluation_results[0].value for row in rows]
    return {"values": values, "completed": await world.say(made, "completed")}


async def flow_c(world):
    """The server generates, server and client judge."""
    made = await world.evaluate([world.right, world.external])

    async def first():
        return (await world.aggregates(made))[0]

    await until(first)
    rows = await world.rows(made)
    await asyncio.gather(*(world.result(made, row.log.id, float(n)) for n, row in enumerate(rows)))
    return {"aggregates": await world.aggregates(made), "completed": await world.say(made, "completed")}


async def flow_d(world):
    """The client does both."""
    made = await world.evaluate([world.external], hl_generated=False)
    early = await refused(world.post(made, 0, "too early"))
    await world.say(made, "running")
    log = await world.post(made, 0, "x")
    value = await world.result(made, log.id, 2.5)
    return {"refused": early, "value": value, "completed": await world.say(made, "completed")}


async def refused(call):
    """The status and the body with which the call is refused."""
    try:
        await call
    except ApiException as error:
        return [error.status, sorted(error.body)]
    return None


async def refusals(world):
    """What is raised, by what was wrong."""
    hl = world.hl
    ids = {"project_id": world.project, "dataset_id": world.dataset, "evaluator_ids": []}
    return {
        "unknown": await refused(hl.evaluations.aget("ev_0")),
        "config": await refused(hl.evaluations.acreate(config_id="config_0", **ids)),
        "page": await refused(hl.evaluations.alist(project_id=world.project, page=-1)),
    }


async def side_by_side(calls):
    """What the calls come to, of which some are under way at once."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def in_turn(call):
        async with turn:
            return await call

    return await asyncio.gather(*map(in_turn, calls))


async def crowd(world):
    """Everybody posts, and once more."""
    made = await world.evaluate([world.external], hl_generated=False)
    await world.say(made, "running")
    for _ in range(2):
        logs = await side_by_side([world.post(made, n, f"output {n}") for n in range(CROWD)])
    for _ in range(2):
        await side_by_side([world.result(made, log.id, float(n)) for n, log in enumerate(logs)])
    rows = await world.rows(made)
    return {
        "logs": len({log.id for log in logs}),
        "outputs": [row.log.output for row in rows],
        "values": [[result.value for result in row.evaluation_results] for row in rows],
        "aggregates": await world.aggregates(made),
    }


async def main(what, host, api_key):
    hl = Humanloop(api_key=api_key, host=host)
    world = World(hl, ROWS[:1] * CROWD if what == "crowd" else ROWS)
    await world.make()
    flows = {"A, E, F": flows_a_e_and_f, "B": flow_b, "C": flow_c, "D": flow_d, "refusals": refusals}
    wanted = {"crowd": crowd} if what == "crowd" else flows
    told = await asyncio.gather(*(flow(world) for flow in wanted.values()))
    print(json.dumps(dict(zip(wanted, told, strict=True))))  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
