"""Every function is taken along all its ways: its statements allow what it asks of AWS, and nothing that it never asks."""

import json
from datetime import timedelta
from urllib.parse import urlsplit

import boto3
import pytest

from assay import bootstrap
from assay.domain.errors import NotFound
from assay.domain.evaluation import Evaluation
from assay.domain.evaluators.evaluator import Evaluator
from assay.domain.evaluators.scorer import CodeScorer
from assay.domain.experiment import Experiment
from assay.domain.task import CodeTask
from tests.integration.world import CONFIG, EVALUATOR, MEASURE, datapoint, evaluation_request, made
from tests.story.permissions import granted
from tests.story.tree import folders, resource_of
from tests.support.api_gateway import Api
from tests.support.aws import stack
from tests.support.build import TIMES, a_config, an_evaluator_version
from tests.support.entry_points import FarContext, Lambda
from tests.support.faults import DENIED as DENIED_CALL
from tests.support.faults import throttled
from tests.support.functions import PROMPT, Functions
from tests.support.functions import code as function_data
from tests.support.stub_provider import StubProvider
from tests.workflow.evals import Evals, sum_row
from tests.workflow.machine import Machine, sums
from tests.workflow.rights import Needs, rights

LARGE = "x" * 150_000
"""More than stands in an item."""
JUDGE = {
    **EVALUATOR,
    "name": "Judge",
    "type": "llm",
    "code": None,
    "model_config": {"provider": "mock", "model": "judge-1", "prompt_template": "{{log.output}}\ntrue"},
}
DENIED = {**JUDGE, "name": "Judge without a key", "model_config": {**JUDGE["model_config"], "provider": "openai"}}
PEOPLE = {**EVALUATOR, "name": "People", "type": "external", "code": None, "return_type": "number"}

CODES = {"python": "def handler(input): return 1", "node": "function handler(input) { return 1; }"}


@pytest.fixture(scope="module")
def needs():
    """What the functions needed on all their ways."""
    with stack(Lambda()) as cloud:
        noted = Needs(cloud.functions)
        noted.listen_to(boto3.DEFAULT_SESSION)
        machine = Machine(cloud, "acme")
        every_route(machine)
        a_run_in_pieces(machine)
        bad_ends(machine)
        changes_and_deletions(machine)
        code_under_test(machine)
        calls_of_functions(machine)
        evals(Evals(cloud, machine.organisation))
        logs(machine)
        logs_posted_to_an_evaluation(machine)
        results_posted_to_an_evaluation(machine)
        triggers(machine, noted)
        the_other_dialect(machine)
        a_pass_that_nobody_started(machine)
        return noted.noted


def task(machine, folder, evaluation, seconds=900, **state):
    """What a function answers as a task of the evaluation's pass or lane, with so much time."""
    place = {"organisation": machine.organisation, "evaluation_id": evaluation}
    return machine.cloud.functions.called(folder, {**place, **(state or {"pass": 1})}, FarContext(seconds))


def patched(machine, path, body):
    return made(machine.api.send("PATCH", path, json.dumps(body)), 200)


def every_route(machine):
    """Reads and writes whatever the API has, found or not."""
    api, project = machine.api, machine.project
    evaluation = machine.launch(sums(3))
    body = machine.evaluation(evaluation)
    dataset, config, evaluator = body["dataset"]["id"], body["config"]["id"], body["evaluators"][0]["id"]
    point = made(api.post(f"/datasets/{dataset}/datapoints", datapoint(1, 1)))[0]["id"]
    for path in (
        *("/projects", f"/projects/{project}", f"/model-configs/{config}", "/evaluators", f"/evaluators/{evaluator}"),
        *("/datasets", f"/projects/{project}/datasets", f"/datasets/{dataset}", f"/datasets/{dataset}/datapoints"),
        *(f"/datapoints/{point}", f"/evaluations?project_id={project}", f"/projects/{project}/evaluations"),
        *(f"/evaluations/{evaluation}", f"/evaluations/{evaluation}/datapoints", f"/logs?project_id={project}"),
    ):
        made(api.get(path), 200)
        api.get(path.replace("_", "_x"))
    launch = evaluation_request(config, dataset, evaluator)
    made(api.asking(Prefer="estimate").post(f"/projects/{project}/evaluations", launch), 200)
    for name in ("first", "first"):
        api.post(f"/projects/{project}/evaluations", evaluation_request(config, dataset, evaluator, name=name))


def the_other_dialect(machine):
    """Writes and reads rows as Braintrust's clients do, and whatever else they keep."""
    api = Api(machine.api.functions, machine.api.headers, "/v1")
    project = made(api.post("/project", {"name": "rows"}), 200)["id"]
    prompt = made(api.post("/prompt", {"project_id": project, "name": "p", "slug": "p"}), 200)
    pin = f"/environment-object/prompt/{prompt['id']}/live"
    made(Api(api.functions, api.headers, "").put(pin, {"object_version": prompt["_xact_id"]}), 200)
    made(api.get(f"/prompt/{prompt['id']}?environment=live"), 200)
    made(api.patch(f"/prompt/{prompt['id']}", {"name": "q"}), 200)
    for noun in ("dataset", "experiment"):
        path = f"/{noun}/{made(api.post(f'/{noun}', {'project_id': project, 'name': 'n'}), 200)['id']}"
        made(api.post(f"{path}/insert", {"events": [{"id": "r", "input": 1}]}), 200)
        made(api.post(f"{path}/feedback", {"feedback": [{"id": "r", "comment": "so"}]}), 200)
        made(api.get(f"{path}/fetch"), 200)
        made(api.patch(path, {"name": "m"}), 200)
        made(api.delete(path), 200)


def a_run_in_pieces(machine):
    """An evaluation of 150 rows, read at every stage, its tasks delivered again, code short of time."""
    evaluation = machine.launch(sums(150), EVALUATOR, JUDGE)
    machine.rows(evaluation)
    for _ in range(2):
        assert task(machine, "prepare_evaluation", evaluation)["lane_count"] == 1
    machine.rows(evaluation)
    for _ in range(2):
        turn = task(machine, "generate_outputs", evaluation, lane=0)
    machine.rows(evaluation)
    for seconds in (80, 900, 900):
        task(machine, "score_outputs", evaluation, seconds, **turn)
        machine.evaluation(evaluation)
        machine.rows(evaluation)
    for _ in range(2):
        task(machine, "summarize_experiment", evaluation)
    machine.evaluation(evaluation)


def bad_ends(machine):
    """A provider with a secret key, a lane that failed, executions that were stopped or summed up too early."""
    failure = {"Error": "X", "Cause": ""}
    evaluation = machine.launch(sums(2), config={**CONFIG, "provider": "openai"})
    task(machine, "prepare_evaluation", evaluation)
    turn = task(machine, "generate_outputs", evaluation, lane=0)
    task(machine, "score_outputs", evaluation, **turn)
    task(machine, "fail_evaluation", evaluation, pass_number=1, lane=0, failure=failure)
    task(machine, "summarize_experiment", evaluation)
    for prepared in (True, False):
        stopped = machine.launch(sums(3))
        if prepared:
            task(machine, "prepare_evaluation", stopped)
            task(machine, "summarize_experiment", stopped)
            stopped = machine.launch(sums(3))
            task(machine, "prepare_evaluation", stopped)
        machine.tell({**machine.execution(stopped), "status": "ABORTED"})


def code_under_test(machine):
    """Tasks and scorers that are code, in either language."""
    resources = machine.cloud.stores.resources
    scorer = CodeScorer(runtime="node", code=CODES["node"])
    version = an_evaluator_version(id="evv_node", evaluator_id="evfn_node", type="scorer", code=None, scorer=scorer)
    evaluator = Evaluator(id="evfn_node", name="node", version_id="evv_node", **TIMES)
    resources.create(machine.organisation, version, evaluator)
    dataset = made(machine.api.post(f"/projects/{machine.project}/datasets", {"name": "code", "description": ""}))["id"]
    made(machine.api.post(f"/datasets/{dataset}/datapoints", sums(2)))
    for runtime, code in CODES.items():
        config = a_config(id=runtime, project_id=machine.project, task=CodeTask(runtime=runtime, code=code))
        resources.create(machine.organisation, config)
        request = evaluation_request(config.id, dataset, machine.judge(EVALUATOR), evaluator.id)
        evaluation = made(machine.api.post(f"/projects/{machine.project}/evaluations", request))["id"]
        task(machine, "prepare_evaluation", evaluation)
        task(machine, "score_outputs", evaluation, **task(machine, "generate_outputs", evaluation, lane=0))


def calls_of_functions(machine):
    """Functions called outside evaluations: code, and a model whose provider wants a pause, then refuses the key."""
    functions = Functions(machine.organisation, machine.cloud.stores.resources)
    v1 = Api(machine.cloud.functions, machine.api.headers, "/v1")
    for runtime, code in CODES.items():
        functions.store(f"{runtime}-code", 7, function_data=function_data(code, runtime))
        v1.post(f"/function/{runtime}-code/invoke", {"input": 1})
    functions.store("prompt", 7, prompt_data={**PROMPT, "options": {"model": "gpt-x"}})
    assert v1.post("/function/prompt/invoke", {}).status == 400
    secrets = boto3.client("secretsmanager")
    with StubProvider() as stub, pytest.MonkeyPatch.context() as environment:
        environment.setenv("ASSAY_OPENAI_BASE_URL", stub.base_url)
        environment.setenv("ASSAY_ALLOWED_PROVIDER_HOSTS", urlsplit(stub.base_url).netloc)
        secrets.put_secret_value(SecretId="assay-provider-keys", SecretString='{"openai_api_key": "k"}')
        stub.script(throttled(retry_after=1), at=0)
        stub.script(DENIED_CALL, at=2)
        answers = [v1.post("/function/prompt/invoke", {"input": "1 2"}) for _ in range(2)]
    secrets.put_secret_value(SecretId="assay-provider-keys", SecretString="{}")
    assert [answer.status for answer in answers] == [200, 400]


def changes_and_deletions(machine):
    """A resource of every kind is renamed and deleted."""
    api = machine.api
    project = made(api.post("/projects", {"name": "products"}))["id"]
    dataset = made(api.post(f"/projects/{project}/datasets", {"name": "products", "description": ""}))["id"]
    evaluator = made(api.post("/evaluators", {**MEASURE, "name": "To be deleted"}))["id"]
    for path in (f"/evaluators/{evaluator}", f"/datasets/{dataset}", f"/projects/{project}"):
        patched(machine, path, {"name": "another"})
        assert api.send("DELETE", path).status in {200, 204}
        assert api.get(path).status == 404


def evals(client):
    """Evals launched, refused, run, broken off, waited for, summarised and shown."""
    api = Api(client.cloud.functions, {**client.api.headers, "Prefer": "respond-async"}, root="/v1")
    base = launched(client, api)
    through(client, base)
    again = launched(client, api, data={"dataset_id": client.dataset([sum_row(1), sum_row(2)])})
    assert api.post("/eval", client.body(1, base_experiment_name="nothing")).status == 400
    bootstrap.ports.cache_clear()
    made(api.get(f"/experiment/{again}/summarize?summarize_scores=true"), 200)
    through(client, again)
    summary = made(api.get(f"/experiment/{again}/wait"), 200)
    bootstrap.ports.cache_clear()
    span = made(api.get(f"/experiment/{again}/fetch?limit=1"), 200)["events"][0]["id"]
    made(api.post(f"/experiment/{again}/feedback", {"feedback": [{"id": span, "comment": "so"}]}), 200)
    client.insert(again, [sum_row(1)], root="experiments")
    made(api.get(f"/experiment/{again}/summarize?summarize_scores=true&comparison_experiment_id={again}"), 200)
    for url in (summary["experiment_url"], summary["project_url"]):
        bootstrap.ports.cache_clear()
        made(client.page(url), 200)
    beside = launched(client, api)
    through(client, beside)
    client.insert(beside, [sum_row(1)], root="experiments")
    broken = launched(client, api)
    failed = {"pass": 1, "failure": {"Error": "X", "Cause": ""}}
    task(client, "fail_evaluation", evaluation_of(client, broken), **failed)
    lost = launched(client, api)
    task(client, "prepare_evaluation", evaluation_of(client, lost))
    task(client, "fail_evaluation", evaluation_of(client, lost), **failed)
    cancelled = launched(client, api)
    v4 = Api(client.cloud.functions, api.headers)
    made(v4.patch(f"/evaluations/{evaluation_of(client, cancelled)}/status", {"status": "cancelled"}), 200)
    assert api.get(f"/experiment/{cancelled}/wait").status == 500
    for each in (broken, lost, cancelled):
        made(client.page(made(api.get(f"/experiment/{each}/summarize"), 200)["experiment_url"]), 200)


def launched(client, api, **more):
    """An eval whose experiment wants a name that is taken."""
    return made(api.post("/eval", client.body(2, experiment_name="base", **more)), 202)["experiment_id"]


def evaluation_of(client, experiment):
    """What runs for the experiment."""
    return client.cloud.stores.resources.get(client.organisation, Experiment, experiment).evaluation_id


def through(client, experiment):
    """Takes the experiment's one lane through the functions of its states."""
    evaluation = evaluation_of(client, experiment)
    task(client, "prepare_evaluation", evaluation)
    task(client, "score_outputs", evaluation, **task(client, "generate_outputs", evaluation, lane=0))
    task(client, "summarize_experiment", evaluation)


def logs(machine):
    """Logs small and large, posted, searched, read, made into datapoints; those of evaluations too, there or not."""
    api, project = machine.api, machine.project
    config = made(api.post("/model-configs", {**CONFIG, "project_id": project}), 200)["config"]["id"]
    log = {"project_id": project, "config_id": config, "inputs": {"a": "1"}}
    ids = [one["id"] for one in made(api.post("/logs", [{**log, "output": output} for output in ("x", LARGE)]), 200)]
    made(api.get(f"/logs?project_id={project}&search=nowhere"), 200)
    made(api.send("POST", f"/projects/{project}/export"), 200)
    evaluation = machine.launch(sums(2))
    theirs = f"data_{evaluation.partition('_')[2]}_0"
    assert api.get(f"/logs/{theirs}").status == 404
    task(machine, "prepare_evaluation", evaluation)
    assert api.get(f"/logs/{theirs}").status == 404
    task(machine, "score_outputs", evaluation, **task(machine, "generate_outputs", evaluation, lane=0))
    dataset = made(api.post(f"/projects/{project}/datasets", {"name": "from logs", "description": ""}))["id"]
    for each in (*ids, theirs):
        made(api.get(f"/logs/{each}"), 200)
    made(api.post(f"/datasets/{dataset}/datapoints", {"log_ids": [*ids, theirs]}))
    made(api.get(f"/projects/{project}/configs?evaluation_aggregates=true"), 200)


def posted_log(machine, evaluation, row, output):
    body = {"datapoint_id": row["datapoint"]["id"], "log": {"output": output}}
    return made(machine.api.post(f"/evaluations/{evaluation}/log", body))["id"]


def posted_result(machine, evaluation, log, value):
    body = {"log_id": log, "evaluator_id": machine.judge(PEOPLE), "result": value}
    return machine.api.post(f"/evaluations/{evaluation}/result", body)


def a_pass(machine, evaluation, number):
    """Takes a later pass of an evaluation through its tasks, but not its end."""
    task(machine, "prepare_evaluation", evaluation, **{"pass": number})
    turn = task(machine, "generate_outputs", evaluation, lane=0)
    task(machine, "score_outputs", evaluation, **turn)


def logs_posted_to_an_evaluation(machine):
    """A client generates: its logs are judged by code and models, and judged again; evaluators come in between."""
    evaluation = machine.launch(sums(3), EVALUATOR, JUDGE, DENIED, PEOPLE, hl_generated=False)
    rows = machine.rows(evaluation)
    for name in ("prepare_evaluation", "summarize_experiment"):
        task(machine, name, evaluation)
    patched(machine, f"/evaluations/{evaluation}/status", {"status": "running"})
    for row, output in zip((*rows, *rows), ("x", "y", LARGE, "z", LARGE, "x"), strict=True):
        log = posted_log(machine, evaluation, row, output)
    made(posted_result(machine, evaluation, log, 1))
    judged = [[result["value"] for result in row["evaluation_results"]] for row in machine.rows(evaluation)]
    assert all(True in values for values in judged)
    made(machine.api.get(f"/logs/{log}"), 200)
    for each in (MEASURE, {**MEASURE, "name": "Length again"}):
        patched(machine, f"/evaluations/{evaluation}/evaluators", {"evaluator_ids": [machine.judge(each)]})
        if each is MEASURE:
            a_pass(machine, evaluation, 2)
    task(machine, "summarize_experiment", evaluation, **{"pass": 2})
    a_pass(machine, evaluation, 3)
    failure = {"Error": "X", "Cause": ""}
    task(machine, "fail_evaluation", evaluation, **{"pass": 3}, failure=failure)
    machine.evaluation(evaluation)
    machine.rows(evaluation)


def results_posted_to_an_evaluation(machine):
    """A client judges what we generate, too early and in time; it completes one evaluation and cancels another."""
    api = machine.api
    evaluation = machine.launch(sums(3), PEOPLE)
    body, log = machine.evaluation(evaluation), f"data_{evaluation.partition('_')[2]}_0"
    patched(machine, f"/evaluations/{evaluation}/status", {"status": "running"})
    assert posted_result(machine, evaluation, log, 1).status == 404
    a_pass(machine, evaluation, 1)
    for value in (1, 2):
        made(posted_result(machine, evaluation, log, value))
    point = machine.rows(evaluation)[0]["datapoint"]["id"]
    elsewhere = {"project_id": machine.project, "config_id": body["config"]["id"], "source_datapoint_id": point}
    elsewhere = made(api.post("/logs", {**elsewhere, "output": LARGE}), 200)["id"]
    made(posted_result(machine, evaluation, elsewhere, 3))
    task(machine, "summarize_experiment", evaluation)
    patched(machine, f"/evaluations/{evaluation}/status", {"status": "completed"})
    task(machine, "summarize_experiment", evaluation, **{"pass": 2})
    machine.rows(evaluation)
    patched(machine, f"/evaluations/{machine.launch(sums(3))}/status", {"status": "cancelled"})


def triggers(machine, noted):
    """Events start evaluations, one by one, and one in place of another; one has its body in the bucket."""
    evaluation = machine.launch(sums(1))
    body = machine.evaluation(evaluation)
    launch = {"config_id": body["config"]["id"], "dataset_id": body["dataset"]["id"], "evaluator_ids": []}
    machine.cloud.stores.bucket.put("acme/launches/body.json", json.dumps(launch).encode())
    for policy in ("queue", "skip", "replace"):
        noted.running = ""  # a trigger is made by the operator, with rights of their own
        machine.trigger(policy, launch, policy=policy)
        first, second = (machine.request(policy, number)["evaluation_id"] for number in (1, 2))
        machine.request(policy, 1)
        assert (second is None) == (policy == "skip")
        task(machine, "prepare_evaluation", first)
        task(machine, "summarize_experiment", first)
        machine.cloud.functions.called("trigger_eval", machine.end_event(policy))
    machine.request("skip", 3, body_key="acme/launches/body.json")
    with pytest.raises(NotFound):
        machine.request("skip", 4, body_key="acme/launches/none.json")


def a_pass_that_nobody_started(machine):
    """It is started by whoever asks for the evaluation; rows show a large log that a client made elsewhere."""
    evaluation = machine.launch(sums(1), PEOPLE, hl_generated=False)
    patched(machine, f"/evaluations/{evaluation}/status", {"status": "running"})
    config = machine.evaluation(evaluation)["config"]["id"]
    point = machine.rows(evaluation)[0]["datapoint"]["id"]
    log = {"project_id": machine.project, "config_id": config, "source_datapoint_id": point, "output": LARGE}
    made(posted_result(machine, evaluation, made(machine.api.post("/logs", log), 200)["id"], 1))
    assert machine.rows(evaluation)[0]["log"]["output"] == LARGE
    resources = machine.cloud.stores.resources
    kept = resources.get(machine.organisation, Evaluation, evaluation)
    resources.replace(machine.organisation, kept, kept.revised(kept.updated_at - timedelta(hours=1)))
    machine.evaluation(evaluation)


@pytest.mark.parametrize("folder", folders())
def test_a_function_may_do_all_that_it_does(folder, needs):
    lacking = [need for need in needs.get(folder, ()) if not any(right.allows(need) for right in rights(folder))]
    assert not lacking


@pytest.mark.parametrize("folder", folders())
def test_a_function_may_do_nothing_that_it_never_does(folder, needs):
    idle = [right for right in rights(folder) if not any(right.allows(need) for need in needs.get(folder, ()))]
    assert not idle


@pytest.mark.parametrize("folder", folders())
def test_a_function_may_use_the_key_where_it_uses_a_store(folder, needs):
    actions = {action for statement in granted(resource_of(folder)) for action in statement.actions}
    stores = {need.action.partition(":")[0] for need in needs.get(folder, ())} & {"dynamodb", "s3", "secretsmanager"}
    assert ("kms:Decrypt" in actions) == bool(stores)
    if any(need.action == "s3:PutObject" for need in needs.get(folder, ())):
        assert "kms:GenerateDataKey" in actions


def test_every_function_with_rights_was_taken_along_its_ways(needs):
    assert set(needs) - {""} == {folder for folder in folders() if list(rights(folder))}
    assert "acme" in json.dumps([need.resource for each in needs.values() for need in each])
