"""`provider_api_keys` of a launch: used for it, enciphered meanwhile, and nowhere afterwards."""

import json
from datetime import timedelta

import boto3
import pytest
from botocore.exceptions import ClientError
from pydantic import SecretStr

from assay import bootstrap
from assay.adapters.request_keys import DynamoRequestKeyIntake, DynamoRequestKeys
from assay.domain.evaluation import Pass
from tests.integration.world import CONFIG, EVALUATOR, a_world, evaluation_request, made, run
from tests.support.fakes import FakeRequestKeys
from tests.support.stub_provider import StubProvider
from tests.support.virtual_time import START

SENT, OPERATORS = "sk-canary-sent-77aa10d4", "sk-canary-operators-10c2"
KEYS = {"openai": SecretStr(SENT)}
FIRST = Pass(organisation="acme", evaluation_id="ev_1", number=1)


class Kept:
    """The port and its intake over the same store, at a time that can be set."""

    def __init__(self, stores):
        self.now = START
        kms = lambda: boto3.client("kms")  # noqa: E731
        self.intake = DynamoRequestKeyIntake(stores.table, kms, "alias/assay-data", lambda: self.now)
        self.keys = DynamoRequestKeys(stores.table, kms, lambda: self.now)


class KeptInMemory:
    def __init__(self):
        self.intake = self.keys = FakeRequestKeys()


@pytest.fixture(params=["fake", "adapter"])
def kept(request, cloud):
    cloud.stores.forget_items()
    return KeptInMemory() if request.param == "fake" else Kept(cloud.stores)


def test_keys_are_read_by_their_evaluation_alone(kept):
    kept.intake.keep(FIRST, KEYS)
    assert kept.keys.read("acme", "ev_1") == KEYS
    assert kept.keys.read("acme", "ev_2") == kept.keys.read("other", "ev_1") == {}


def test_a_pass_forgets_what_came_for_it_and_not_what_came_for_a_later_one(kept):
    kept.keys.forget(FIRST)
    kept.intake.keep(FIRST.model_copy(update={"number": 2}), KEYS)
    kept.keys.forget(FIRST)
    assert kept.keys.read("acme", "ev_1") == KEYS
    kept.keys.forget(FIRST.model_copy(update={"number": 3}))
    assert kept.keys.read("acme", "ev_1") == {}


def test_after_a_day_keys_are_gone_whether_dynamodb_has_deleted_them_or_not(cloud):
    cloud.stores.forget_items()
    kept = Kept(cloud.stores)
    kept.intake.keep(FIRST, KEYS)
    (item,) = cloud.stores.table.client.scan(TableName="assay")["Items"]
    assert int(item["expires"]["N"]) == int((START + timedelta(hours=24)).timestamp())
    kept.now += timedelta(hours=24) - timedelta(seconds=1)
    assert kept.keys.read("acme", "ev_1") == KEYS
    kept.now += timedelta(seconds=1)
    assert kept.keys.read("acme", "ev_1") == {}


def test_what_is_kept_for_one_evaluation_cannot_be_deciphered_as_anothers(cloud):
    cloud.stores.forget_items()
    kept, table = Kept(cloud.stores), cloud.stores.table
    kept.intake.keep(FIRST, KEYS)
    (item,) = table.client.scan(TableName="assay")["Items"]
    assert SENT not in str(item)
    for place in (("acme", "ev_2"), ("other", "ev_1")):
        table.client.put_item(TableName="assay", Item={**item, **table.key(*place, "keys")})
        with pytest.raises(ClientError):
            kept.keys.read(*place)


@pytest.fixture
def provider(cloud, monkeypatch):
    """A model provider that the stack calls, with the operator's key where a request brings none."""
    boto3.client("secretsmanager").put_secret_value(
        SecretId="assay-provider-keys", SecretString=json.dumps({"openai_api_key": OPERATORS})
    )
    with StubProvider() as stub:
        monkeypatch.setenv("ASSAY_OPENAI_BASE_URL", stub.base_url)
        monkeypatch.setenv("ASSAY_ALLOWED_PROVIDER_HOSTS", f"127.0.0.1:{stub.port}")
        yield stub
    boto3.client("secretsmanager").put_secret_value(SecretId="assay-provider-keys", SecretString="{}")


def launched(api, world, **more):
    """An evaluation of a model of the provider's."""
    wish = {**CONFIG, "provider": "openai", "project_id": world.project}
    config = made(api.post("/model-configs", wish), 200)["config"]["id"]
    request = evaluation_request(config, world.dataset, world.evaluator, **more)
    return made(api.post(f"/projects/{world.project}/evaluations", request))["id"]


def everything(cloud):
    """All that the table and the bucket hold."""
    bucket, table = cloud.stores.bucket, cloud.stores.table
    return str(table.client.scan(TableName=table.name)) + str([bucket.get(key) for key in bucket.keys("")])


def test_a_launch_calls_the_provider_with_the_key_it_brings_and_leaves_nothing_of_it(
    api, cloud, organisation, provider
):
    evaluation = launched(api, a_world(api), provider_api_keys={"openai": SENT})
    assert bootstrap.request_keys().read(organisation, evaluation)
    run(cloud, organisation, evaluation)
    assert provider.keys == [SENT] * 3
    assert bootstrap.request_keys().read(organisation, evaluation) == {}
    assert SENT not in everything(cloud)
    assert "'sk': {'S': 'keys'}" not in everything(cloud)


def test_a_launch_without_keys_calls_it_with_the_operators(api, cloud, organisation, provider):
    run(cloud, organisation, launched(api, a_world(api), provider_api_keys={}))
    assert provider.keys == [OPERATORS] * 3


def test_an_estimate_keeps_no_keys(api, cloud, provider):
    world = a_world(api)
    request = evaluation_request(world.config, world.dataset, provider_api_keys={"openai": SENT})
    made(api.asking(Prefer="estimate").post(f"/projects/{world.project}/evaluations", request), 200)
    assert "'sk': {'S': 'keys'}" not in everything(cloud)


def test_a_judge_that_is_added_later_uses_keys_sent_again_else_the_operators_else_says_what_is_missing(
    api, cloud, organisation, provider
):
    world = a_world(api)
    evaluation = launched(api, world, provider_api_keys={"openai": SENT})
    run(cloud, organisation, evaluation)
    model = {"provider": "openai", "model": "judge-1", "prompt_template": "{{log.output}}"}
    judge = {**EVALUATOR, "type": "llm", "code": None, "model_config": model}
    for number, keys in enumerate([{"openai": "sk-again"}, {}]):
        added = made(api.post("/evaluators", {**judge, "name": f"Judge {number}"}))["id"]
        made(
            api.patch(f"/evaluations/{evaluation}/evaluators", {"evaluator_ids": [added], "provider_api_keys": keys}),
            200,
        )
        place = {"organisation": organisation, "evaluation_id": evaluation}
        run(cloud, organisation, evaluation, ("prepare_evaluation", "generate_outputs", "score_outputs"))
        cloud.functions.called("summarize_experiment", {**place, "pass": number + 2})
    assert set(provider.keys[:3]) == {SENT}
    assert set(provider.keys[3:]) == {"sk-again", OPERATORS}
    boto3.client("secretsmanager").put_secret_value(SecretId="assay-provider-keys", SecretString="{}")
    without = launched(api, world)
    run(cloud, organisation, without)
    rows = made(api.get(f"/evaluations/{without}/datapoints"), 200)["records"]
    assert "provider_api_keys" in rows[0]["log"]["error"]
