"""What the first request of a new process takes of processor time, beyond boto3, which Lambda's image brings along:
imports, models that are built, and the request itself. Each function is asked for the heaviest that it does.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import boto3

from assay.domain.erasure import Erasure
from tests.bench.cold_start import FirstRequest, cold_stack
from tests.bench.table import Line
from tests.integration.world import CONFIG, EVALUATOR, made
from tests.support.api_gateway import Admitted
from tests.support.functions import PROMPT, Functions
from tests.workflow.evals import ECHO, EXACT, Evals, sum_row
from tests.workflow.machine import Machine, sums
from tests.workflow.ways import JUDGE, PEOPLE, patched, posted_log, posted_result
from tests.workflow.ways_of_content import a_look_from_outside, an_import
from tests.workflow.ways_of_functions import a_provider, task

RUNS = 3
API_MS, WORKER_MS = 300, 600
WORKERS = {"generate_outputs", "score_outputs"}
"""Those that have a budget of their own; so has whoever calls a model as they do."""
OPENAI = {"provider_api_keys": {"openai": "sk"}}


def lines() -> Iterator[Line]:
    """The heaviest request of each function, each at its best: whatever else runs only adds."""
    with tempfile.TemporaryDirectory(prefix="assay-bytecode-") as bytecode:
        days = [day(Path(bytecode)) for _ in range(RUNS)]
    found: dict[tuple[str, bool], float] = {}
    for calls in zip(*days, strict=True):
        kind = (calls[0].folder, calls[0].over_http)
        found[kind] = max(found.get(kind, 0), min(one.milliseconds for one in calls))
    for (folder, over_http), milliseconds in sorted(found.items()):
        name = f"first request of {folder}" + (", to a model" if over_http else "")
        yield Line(name, milliseconds, WORKER_MS if over_http or folder in WORKERS else API_MS, "ms")


def day(bytecode: Path) -> list[FirstRequest]:
    """All calls of a day on which everything is done once, and every process is new."""
    with cold_stack(bytecode) as (cloud, functions), a_provider():
        machine = Machine(cloud, "acme")
        machine.api = Admitted(functions, machine.api.headers)
        an_evaluation(machine)
        one_that_is_posted(machine)
        an_eval(Evals(cloud, "umbrella"))
        calls(machine)
        the_rest(machine)
        return functions.taken


def an_evaluation(machine: Machine) -> None:
    """Models generate and judge, code judges; it is read while it has nothing and when it has all, and looked at."""
    judges = (EVALUATOR, {**JUDGE, "model_config": {**JUDGE["model_config"], "provider": "openai"}})
    evaluation = machine.launch(sums(3), *judges, config={**CONFIG, "provider": "openai"}, **OPENAI)
    task(machine, "prepare_evaluation", evaluation)
    task(machine, "score_outputs", evaluation, **task(machine, "generate_outputs", evaluation, lane=0))
    task(machine, "summarize_experiment", evaluation)
    assert [len(row["evaluation_results"]) for row in machine.rows(evaluation)] == [2, 2, 2]
    page = made(Evals.page(machine, machine.evaluation(evaluation)["url"]), 200)
    assert "Exact match" in page


def one_that_is_posted(machine: Machine) -> None:
    """A client generates and people judge, until a lane fails."""
    evaluation = machine.launch(sums(1), PEOPLE, config={**CONFIG, "provider": "openai"}, hl_generated=False)
    task(machine, "prepare_evaluation", evaluation)
    patched(machine, f"/evaluations/{evaluation}/status", {"status": "running"})
    log = posted_log(machine, evaluation, machine.rows(evaluation)[0], "x")
    made(posted_result(machine, evaluation, log, 1))
    task(machine, "fail_evaluation", evaluation, **{"pass": 1}, failure={"Error": "X", "Cause": ""})


def an_eval(evals: Evals) -> None:
    """An eval of the other dialect, and a look at its experiment."""
    launched = made(evals.post(evals.body(), Prefer="respond-async"), 202)
    made(evals.api.get(f"/experiment/{launched['experiment_id']}/summarize"), 200)


def calls(machine: Machine) -> None:
    """A config and a function are called, whose model is near and whose model is elsewhere."""
    boto3.client("secretsmanager").put_secret_value(
        SecretId="assay-provider-keys", SecretString='{"openai_api_key": "k"}'
    )
    functions = Functions(machine.organisation, machine.cloud.stores.resources)
    for provider, model in {"mock": "mock", "openai": "gpt-4o"}.items():
        asked = {"project_id": machine.project, "inputs": {"a": "1", "b": "2"}, "messages": []}
        made(
            machine.api.post("/chat", {**asked, "model_config": {**CONFIG, "provider": provider, "model": model}}), 200
        )
        functions.store(provider, 7, prompt_data={**PROMPT, "options": {"model": model}})
        v1 = Admitted(machine.api.functions, machine.api.headers, "/v1")
        made(v1.post(f"/function/{provider}/invoke", {"input": "1 2"}), 200)


def the_rest(machine: Machine) -> None:
    """An event launches an evaluation, a file of rows comes in, something is erased, somebody asks how the stack is."""
    eval_ = {"data": {"data": [sum_row(1)]}, "task": ECHO, "scores": [EXACT]}
    machine.trigger("eval", eval_, dialect="braintrust")
    machine.request("eval", 1)
    an_import(machine)
    erasure = Erasure(organisation="acme", kind="project", id="none")
    machine.cloud.functions.called("erase_content", erasure.model_dump())
    a_look_from_outside(machine)
