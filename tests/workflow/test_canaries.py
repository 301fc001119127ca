"""Secrets as canaries: after runs that succeed, fail in every stage and are cancelled, whatever was kept or said is searched.

The same over the deployed stack, with its executions' histories: tests/e2e/test_secrets.py.
"""

import contextlib
import io
import json
import logging
import traceback

import boto3
import pytest

from tests.integration.world import CONFIG, EVALUATOR, datapoint, made
from tests.story.tree import folders
from tests.support.aws import forget_clients, stack
from tests.support.entry_points import Lambda, described, handler
from tests.support.faults import REFUSED, Fault
from tests.support.stub_provider import StubProvider
from tests.workflow.machine import Machine
from tests.workflow.ways_of_functions import task

OPERATOR, IN_REQUEST = "sk-canary-operator-6b1f", "sk-canary-request-90aa"
PROMPT, INPUT, TARGET, OUTPUT = "canary-prompt-17c3", "canary-input-5d20", "canary-target-e81b", "canary-output-2f94"
KEYS, WORDS = (OPERATOR, IN_REQUEST), (PROMPT, INPUT, TARGET, OUTPUT)

CODE = "def judge(log, testcase):\n    print(log['output'])\n    raise ValueError(log['output'] + testcase['target']['answer'])"
FAILING = {**EVALUATOR, "name": "Failing", "arguments_type": "target_required", "code": CODE}
MODEL = {"provider": "openai", "model": "gpt-x", "endpoint": "chat"}
JUDGE = {
    **EVALUATOR,
    "name": "Judge",
    "type": "llm",
    "code": None,
    "model_config": {"provider": "openai", "model": "gpt-x", "prompt_template": "{{log.output}}\ntrue"},
}
ASKED = {**CONFIG, **MODEL, "chat_template": [{"role": "user", "content": f"{PROMPT} {{{{a}}}} {{{{b}}}}"}]}
SAYS_ALL = {key: json.dumps({"error": {"message": f"{key} may not ask {PROMPT} {INPUT}."}}).encode() for key in KEYS}
STAGES = ("prepare_evaluation", "generate_outputs", "score_outputs", "summarize_experiment")
WRITES = ("s3.PutObject", "dynamodb.PutItem", "dynamodb.UpdateItem", "dynamodb.TransactWriteItems")


class Broken(Exception):
    """The store is gone in the middle of it."""


class Heard:
    """All that the stack says while it works: to Step Functions, to its log, to the bus."""

    def __init__(self):
        self.told, self.announced, self.logged, self.unwritable = [], [], io.StringIO(), False
        boto3.DEFAULT_SESSION.events.register("before-parameter-build.events.PutEvents", self.announce)
        for write in WRITES:
            boto3.DEFAULT_SESSION.events.register(f"before-call.{write}", self.write)

    def announce(self, params, **_):
        self.announced.append(json.dumps(params, default=str))

    def write(self, **_):
        """Lets no store take anything, while that is wanted."""
        if self.unwritable:
            raise Broken

    def listen(self):
        """Hears of whatever the functions' loggers say from now on."""
        for folder in folders():
            handler(folder)
        for logger in (logging.getLogger(name) for name in logging.root.manager.loggerDict):
            for stream in [one for one in logger.handlers if isinstance(one, logging.StreamHandler)]:
                stream.stream = self.logged

    def ask(self, machine, folder, evaluation, **state):
        """What a function answers as a task of the state machine: that, and what it is asked, stand in the history."""
        try:
            with contextlib.redirect_stdout(self.logged):
                answer = task(machine, folder, evaluation, **state)
        except Exception as error:  # noqa: BLE001 - it is what Lambda would tell of it that counts
            answer = described(error)
            traceback.print_exc(file=self.logged)  # as Lambda's runtime does
        self.told.append(json.dumps([evaluation, state, answer]))
        return answer


@pytest.fixture(scope="module")
def searched():
    """A stack after all runs: the machine, its evaluations, and every text by where it was found."""
    with StubProvider(answer=lambda _: OUTPUT) as stub, stack(Lambda()) as cloud, pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASSAY_OPENAI_BASE_URL", stub.base_url)
        patch.setenv("ASSAY_ALLOWED_PROVIDER_HOSTS", f"127.0.0.1:{stub.port}")
        secret = json.dumps({"openai_api_key": OPERATOR})
        boto3.client("secretsmanager").put_secret_value(SecretId="assay-provider-keys", SecretString=secret)
        heard, machine = Heard(), Machine(cloud, "acme")
        heard.listen()
        forget_clients()  # those that there are were made before anybody listened
        evaluations = {name: way(machine, heard, stub) for name, way in WAYS.items()}
        yield machine, evaluations, {**kept(cloud), **said(heard)}, {*stub.keys}


def launched(machine, **more):
    """An evaluation with a key of its own, judged by code that fails and by a model."""
    row = {**datapoint(1, 1), "inputs": {"a": INPUT, "b": "1"}, "target": {"answer": TARGET}}
    return machine.launch([row, row], FAILING, JUDGE, config=ASKED, provider_api_keys={"openai": IN_REQUEST}, **more)


def through(machine, heard, evaluation, broken=None):
    """Takes an evaluation through its stages; in one of them no store takes anything, and the pass has failed."""
    turn = {"lane": 0}
    for stage in STAGES:
        state = turn if stage in {"generate_outputs", "score_outputs"} else {"pass": 1}
        if stage == broken:
            heard.unwritable = True
            failure = heard.ask(machine, stage, evaluation, **state)
            heard.unwritable = False
            failure = {"Error": failure["errorType"], "Cause": json.dumps(failure)}
            heard.ask(machine, "fail_evaluation", evaluation, **{"pass": 1}, failure=failure)
            return
        answer = heard.ask(machine, stage, evaluation, **state)
        turn = answer if stage == "generate_outputs" else turn


def succeeding(machine, heard, _):
    evaluation = launched(machine)
    through(machine, heard, evaluation)
    return evaluation


def refusing(machine, heard, stub):
    """The provider refuses, and says in its refusal all that it was told."""
    stub.script(Fault(status=REFUSED.status, body=SAYS_ALL[IN_REQUEST]), times=2)
    return succeeding(machine, heard, stub)


def breaking(stage):
    def way(machine, heard, _):
        evaluation = launched(machine)
        through(machine, heard, evaluation, broken=stage)
        return evaluation

    return way


def cancelled(machine, heard, _):
    evaluation = launched(machine)
    heard.ask(machine, "prepare_evaluation", evaluation, **{"pass": 1})
    heard.ask(machine, "generate_outputs", evaluation, lane=0)
    made(machine.api.send("PATCH", f"/evaluations/{evaluation}/status", json.dumps({"status": "cancelled"})), 200)
    return evaluation


def by_the_operators_key(machine, heard, stub):
    """One row is answered, one refused with the key in the refusal."""
    stub.script(Fault(status=REFUSED.status, body=SAYS_ALL[OPERATOR]), times=1)
    evaluation = machine.launch([datapoint(1, 1), datapoint(2, 2)], JUDGE, config=ASKED)
    through(machine, heard, evaluation)
    return evaluation


def called(machine, heard, stub):
    """A config is called with a key of its own: answered, then refused with the key and the prompt in the refusal."""
    config = {**MODEL, "chat_template": ASKED["chat_template"]}
    body = {"project": "calls", "model_config": config, "messages": [], "inputs": {"a": INPUT, "b": "1"}}
    stub.script(Fault(status=REFUSED.status, body=SAYS_ALL[IN_REQUEST]), at=stub.calls + 1)
    keys = {"provider_api_keys": {"openai": IN_REQUEST}}
    with contextlib.redirect_stdout(heard.logged):
        answers = [machine.api.post("/chat", {**body, **keys}) for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 422]
    heard.told.append(json.dumps([answer.body["detail"]["type"] for answer in answers[1:]]))
    assert IN_REQUEST not in json.dumps([answer.body for answer in answers])
    return answers[0].body["data"][0]["id"]


WAYS = {
    "called": called,
    "succeeding": succeeding,
    "refusing": refusing,
    "cancelled": cancelled,
    "by the operator's key": by_the_operators_key,
    **{stage: breaking(stage) for stage in STAGES},
}


def kept(cloud):
    """What lies in the table and in the bucket."""
    table, bucket = cloud.stores.table, cloud.stores.bucket
    items = table.client.scan(TableName=table.name)["Items"]
    found = {f"item {item['pk']['S']} {item['sk']['S']}": json.dumps(item, default=text) for item in items}
    return found | {f"object {key}": text(bucket.get(key)) for key in bucket.keys("")}


def text(data):
    """Bytes as text, whatever they are."""
    return data.decode(errors="replace") if isinstance(data, bytes) else str(data)


def said(heard):
    return {"history": "\n".join(heard.told), "log": heard.logged.getvalue(), "events": "\n".join(heard.announced)}


def where(texts, secret):
    """The kinds of places whose text holds the secret."""
    return {place.split()[0] for place, found in texts.items() if secret in found}


def test_the_search_finds_what_is_there_and_every_stage_was_reached(searched):
    _, evaluations, texts, keys = searched
    assert where(texts, evaluations["succeeding"]) == {"item", "object", "history", "events", "log"}
    assert keys == {OPERATOR, IN_REQUEST}
    assert texts["history"].count('"errorType": "Broken"') >= len(STAGES)
    assert "ProviderLatency" in texts["log"]


@pytest.mark.parametrize("key", KEYS)
def test_a_providers_key_is_nowhere(searched, key):
    assert where(searched[2], key) == set()


def test_the_api_key_is_nowhere(searched):
    machine, _, texts, _ = searched
    key = machine.api.headers["X-API-KEY"]
    assert (where(texts, key), where(texts, key.rpartition("_")[2])) == (set(), set())


@pytest.mark.parametrize("word", WORDS)
def test_prompts_inputs_targets_and_outputs_are_in_the_stores_alone(searched, word):
    found = where(searched[2], word)
    assert found
    assert found <= {"item", "object"}
