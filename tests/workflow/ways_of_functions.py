"""The ways of evals, of functions that users wrote, and of what else Braintrust's clients keep."""

from contextlib import contextmanager
from urllib.parse import urlsplit

import boto3
import pytest

from assay import bootstrap
from assay.domain.evaluators.evaluator import Evaluator
from assay.domain.evaluators.scorer import CodeScorer
from assay.domain.experiment import Experiment
from assay.domain.task import CodeTask
from tests.integration.world import EVALUATOR, evaluation_request, made
from tests.support.api_gateway import Api
from tests.support.build import TIMES, a_config, an_evaluator_version
from tests.support.entry_points import FarContext
from tests.support.faults import DENIED as DENIED_CALL
from tests.support.faults import throttled
from tests.support.functions import PROMPT, Functions
from tests.support.functions import code as function_data
from tests.support.stub_provider import StubProvider
from tests.workflow.evals import sum_row
from tests.workflow.machine import sums

CODES = {"python": "def handler(input): return 1", "node": "function handler(input) { return 1; }"}


def task(machine, folder, evaluation, seconds=900, **state):
    """What a function answers as a task of the evaluation's pass or lane, with so much time."""
    place = {"organisation": machine.organisation, "evaluation_id": evaluation}
    return machine.cloud.functions.called(folder, {**place, **(state or {"pass": 1})}, FarContext(seconds))


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


@contextmanager
def a_provider():
    """A model provider that the stack calls for the time being."""
    with StubProvider() as stub, pytest.MonkeyPatch.context() as environment:
        environment.setenv("ASSAY_OPENAI_BASE_URL", stub.base_url)
        environment.setenv("ASSAY_ALLOWED_PROVIDER_HOSTS", urlsplit(stub.base_url).netloc)
        yield stub


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
    with a_provider() as stub:
        secrets.put_secret_value(SecretId="assay-provider-keys", SecretString='{"openai_api_key": "k"}')
        stub.script(throttled(retry_after=1), at=0)
        stub.script(DENIED_CALL, at=2)
        answers = [v1.post("/function/prompt/invoke", {"input": "1 2"}) for _ in range(2)]
    secrets.put_secret_value(SecretId="assay-provider-keys", SecretString="{}")
    assert [answer.status for answer in answers] == [200, 400]


def calls_of_configs(machine):
    """Configs of every kind called, whose provider wants a pause, then refuses the key; a log fills a waiting row."""
    api, large = machine.api, {"role": "user", "content": "x" * 150_000}
    for kind, asked in (("chat", {"messages": [large]}), ("completion", {})):
        template = {"chat_template": []} if asked else {"prompt_template": "{{a}}"}
        config = {"provider": "mock", "model": "mock-1", **template}
        body = {"project_id": machine.project, "inputs": {"a": "1"}, **asked}
        called = made(api.post(f"/{kind}", {**body, "model_config": config, "num_samples": 2}), 200)
        known = called["data"][0]["model_config_id"]
        made(api.post(f"/{kind}-model-config", {**body, "model_config_id": known}), 200)
        made(api.patch(f"/projects/{machine.project}/deploy-config", {"config_id": known}), 200)
        made(api.post(f"/{kind}-deployed", body), 200)
    made(api.post("/completion", {**body, "project": "another", "project_id": None, "model_config": config}), 200)
    denied = {**body, "model_config": {**config, "provider": "openai"}}
    with a_provider() as stub:
        stub.script(throttled(retry_after=1), at=0)
        stub.script(DENIED_CALL, at=2)
        sent = {"provider_api_keys": {"openai": "k"}}
        assert [api.post("/completion", {**denied, **sent}).status for _ in range(2)] == [200, 422]
    assert api.post("/completion", denied).status == 422
    a_row_that_is_filled(machine)


def a_row_that_is_filled(machine):
    """A client generates by way of a config's route, and by itself; the first row's log is small, then large."""
    evaluation = machine.launch(sums(2), EVALUATOR, hl_generated=False)
    made(machine.api.patch(f"/evaluations/{evaluation}/status", {"status": "running"}), 200)
    config = machine.evaluation(evaluation)["config"]["id"]
    point = machine.rows(evaluation)[0]["datapoint"]["id"]
    asked = {"model_config_id": config, "inputs": {"a": "1", "b": "2"}, "source_datapoint_id": point}
    for said in ("x", "x" * 150_000):
        made(machine.api.post("/chat-model-config", {**asked, "messages": [{"role": "user", "content": said}]}), 200)
        assert machine.rows(evaluation)[0]["log"]["output"] == said
        log = {"config_id": config, "project_id": machine.project, "source_datapoint_id": point}
        made(machine.api.post("/logs", {**log, "output": f"{said} of their own"}), 200)
        assert machine.rows(evaluation)[0]["log"]["output"] == f"{said} of their own"


def evals(client):
    """Evals launched, refused, run, broken off, waited for, summarised and shown."""
    api = Api(client.cloud.functions, {**client.api.headers, "Prefer": "respond-async"}, root="/v1")
    base = launched(client, api)
    through(client, base)
    dataset = {"dataset_id": client.dataset([sum_row(1), sum_row(2)])}
    made(api.asking(Prefer="estimate").post("/eval", client.body(1, data=dataset)), 200)
    bootstrap.ports.cache_clear()
    again = launched(client, api, data=dataset)
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
    pages = summary["experiment_url"]
    for url in (pages, f"{pages}&view=progress", f"{pages}&view=rows", f"{pages}&base={base}", summary["project_url"]):
        bootstrap.ports.cache_clear()
        made(client.page(url), 200)
    beside = launched(client, api, base_experiment_id=again)
    through(client, beside)
    client.insert(beside, [sum_row(1)], root="experiments")
    with_base = {"base_experiment_name": made(api.get(f"/experiment/{beside}"), 200)["name"]}
    through(client, launched(client, api, **with_base))
    broken = launched(client, api, **with_base)
    failed = {"pass": 1, "failure": {"Error": "X", "Cause": ""}}
    task(client, "fail_evaluation", evaluation_of(client, broken), **failed)
    lost = launched(client, api, **with_base)
    task(client, "prepare_evaluation", evaluation_of(client, lost))
    task(client, "fail_evaluation", evaluation_of(client, lost), **failed)
    keyed = api.asking(**{"Idempotency-Key": "cancelled"})
    cancelled = launched(client, keyed)
    v4 = Api(client.cloud.functions, api.headers)
    made(v4.patch(f"/evaluations/{evaluation_of(client, cancelled)}/status", {"status": "cancelled"}), 200)
    assert launched(client, keyed) == cancelled, "It is over, and not summed up yet."
    for each in (broken, lost, cancelled):
        made(client.page(made(api.get(f"/experiment/{each}/summarize"), 200)["experiment_url"]), 200)
    for folder in ("prepare_evaluation", "summarize_experiment"):
        task(client, folder, evaluation_of(client, cancelled), **{"pass": 2})
    assert api.get(f"/experiment/{cancelled}/wait").status == 422


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
