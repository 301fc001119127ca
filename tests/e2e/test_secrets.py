"""Secrets lie in Secrets Manager, or nowhere."""

import json

import pytest

from tests.e2e.kept import everything
from tests.e2e.launching import IS_RIGHT, launch, said, sums, until
from tests.e2e.shared_provider import PROVIDER_KEY, is_quiet
from tests.support.faults import DENIED, Fault

pytestmark = pytest.mark.local_cloud

KEY_IN_REQUEST = "sk-canary-of-a-request-77aa10d4"
KEY_REPEATED = "sk-canary-that-is-repeated-51be0c92"
PROMPT, OUTPUT = "canary-of-a-prompt-20cf", "canary-of-an-output-b7d3"

WORDED = {"chat_template": [{"role": "user", "content": f"{PROMPT}: add {{{{a}}}} and {{{{b}}}}."}]}
LOUD = {
    **IS_RIGHT,
    "name": "loud",
    "code": "def judge(log, testcase):\n    print(log['messages'])\n    raise ValueError(log['output'])\n",
}


@pytest.fixture
def messages(cloud):
    """Reads the events that the stack announces from now on."""
    queues, events, bus = cloud.aws("sqs"), cloud.aws("events"), cloud.outputs["EventBusName"]
    url = queues.create_queue(QueueName="what-is-announced")["QueueUrl"]
    attributes = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    events.put_rule(Name="everything", EventBusName=bus, EventPattern=json.dumps({"source": ["assay"]}))
    events.put_targets(Rule="everything", EventBusName=bus, Targets=[{"Id": "queue", "Arn": attributes["QueueArn"]}])
    yield lambda: [
        one["Body"] for one in queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", ())
    ]
    events.remove_targets(Rule="everything", EventBusName=bus, Ids=["queue"])
    events.delete_rule(Name="everything", EventBusName=bus)
    queues.delete_queue(QueueUrl=url)


def where(texts, secret):
    """The places whose text holds the secret."""
    return [place for place, text in texts.items() if secret in text]


def aftermath(client, cloud, provider):
    """The ids of evaluations that ended well, all refused, by the operator's key, cancelled and stopped."""
    keys = {"provider_api_keys": {"openai": KEY_IN_REQUEST}, "config": WORDED}
    provider.answer = lambda _: OUTPUT
    done = launch(client, sums(3), evaluators=[IS_RIGHT, LOUD], **keys)
    assert done.over()["status"] == "completed"
    assert set(provider.keys) == {KEY_IN_REQUEST}
    provider.script(DENIED, times=3)
    refused = launch(client, sums(3), **keys)
    assert refused.over()["status"] == "completed"
    by_operator = launch(client, sums(1), config=WORDED)
    assert by_operator.over()["status"] == "completed"
    assert set(provider.keys) == {KEY_IN_REQUEST, PROVIDER_KEY}
    provider.latency = 1
    cancelled, stopped = (launch(client, sums(300), max_concurrency=2, **keys) for _ in range(2))
    until(cancelled.answered)
    said(client.patch(f"/evaluations/{cancelled.id}/status", json={"status": "cancelled"}))
    until(stopped.answered)
    cloud.aws("stepfunctions").stop_execution(executionArn=cloud.execution(stopped.id))
    assert (cancelled.over()["status"], stopped.over()["status"]) == ("cancelled", "cancelled")
    until(lambda: is_quiet(provider))
    return [each.id for each in (done, refused, by_operator, cancelled, stopped)]


def test_keys_are_nowhere_and_prompts_and_outputs_in_the_stores_alone(api, cloud, provider, messages):
    key = cloud.new_key("secretive")
    with cloud.client(key) as client:
        evaluations = aftermath(client, cloud, provider)
    texts = everything(cloud) | {"events": heard_of(evaluations, messages)}
    assert kinds(texts, evaluations[0]) >= {"item", "object", "execution", "events"}, "the search finds what is there"
    assert all(kinds(texts, each) >= {"item", "object", "execution"} for each in evaluations)
    own = api.headers["X-API-KEY"]
    secrets = [PROVIDER_KEY, KEY_IN_REQUEST, key, key.rpartition("_")[2], own, own.rpartition("_")[2]]
    assert {secret: where(texts, secret) for secret in secrets} == {secret: [] for secret in secrets}
    assert {word: kinds(texts, word) - {"item", "object"} for word in (PROMPT, OUTPUT)} == {
        PROMPT: set(),
        OUTPUT: set(),
    }
    assert all(where(texts, word) for word in (PROMPT, OUTPUT))


def heard_of(evaluations, messages):
    """Every event that is announced until all the evaluations are spoken of; those of other tests may come before."""
    heard = []

    def of_all():
        heard.extend(messages())
        return all(any(identifier in body for body in heard) for identifier in evaluations)

    until(of_all)
    return " ".join(heard)


def kinds(texts, word):
    """The kinds of places whose text holds the word."""
    return {place.split()[0] for place in where(texts, word)}


@pytest.fixture
def another_key(cloud):
    """A provider key that the stack has for the time being, in place of its own."""
    secrets, place = cloud.aws("secretsmanager"), {"SecretId": cloud.outputs["ProviderKeysSecretArn"]}
    kept = secrets.get_secret_value(**place)["SecretString"]
    secrets.put_secret_value(**place, SecretString=json.dumps({"openai_api_key": KEY_REPEATED}))
    yield KEY_REPEATED
    secrets.put_secret_value(**place, SecretString=kept)


def test_a_provider_that_repeats_the_key_in_its_refusal_does_not_bring_it_among_the_rows(
    api, cloud, provider, another_key
):
    refusal = {"error": {"message": f"Incorrect API key provided: {another_key}."}}
    provider.script(Fault(status=401, body=json.dumps(refusal).encode()))
    evaluation = launch(api, sums(2))
    assert evaluation.over()["status"] == "completed"
    assert another_key not in json.dumps(evaluation.rows())
    assert where(everything(cloud), another_key) == []
