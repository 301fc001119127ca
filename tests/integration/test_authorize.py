"""The authorizer: either header, any fault answered in the one way that API Gateway makes a 401 of."""

import re

import pytest

from assay import bootstrap
from assay.domain.errors import Unauthenticated
from assay.domain.keys import ApiKey
from assay.use_cases.manage_keys import list_keys, revoke_key
from tests.integration.conftest import key
from tests.support.api_gateway import STAGE_ARN, Api
from tests.support.entry_points import invoked

EVENT = {"type": "REQUEST", "methodArn": f"{STAGE_ARN}/GET/v4/projects"}


def asked(**headers):
    """The authorizer's answer to a request with these headers."""
    return invoked("authorize", {**EVENT, "headers": headers})


def owner():
    """What the use cases of keys need."""
    return {name: port for name, port in bootstrap.operator("assay").items() if name in {"resources", "clock"}}


@pytest.mark.parametrize("name", ["X-API-KEY", "x-api-key", "X-Api-Key"])
def test_a_key_is_taken_from_its_own_header_however_it_is_spelt(organisation, name):
    assert asked(**{name: key(organisation)})["context"]["organisation"] == organisation


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER  "])
def test_a_key_is_taken_from_the_authorization_header(organisation, scheme):
    assert asked(Authorization=scheme + key(organisation))["context"]["organisation"] == organisation


def test_a_principal_may_call_the_whole_stage_and_no_other(organisation):
    answer = asked(**{"X-API-KEY": key(organisation, "read")})
    (statement,) = answer["policyDocument"]["Statement"]
    assert statement == {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": f"{STAGE_ARN}/*"}
    assert answer["context"] == {"organisation": organisation, "key_id": answer["principalId"], "scope": "read"}


def refused(**headers):
    """Says whether the authorizer fails with the one message that API Gateway answers with 401."""
    with pytest.raises(Unauthenticated, match=r"\AUnauthorized\Z"):
        asked(**headers)
    return True


def test_no_key_is_unauthorized(cloud):
    assert refused()
    assert refused(Authorization="Basic dXNlcjpwYXNz")
    assert refused(**{"X-API-KEY": ""})
    with pytest.raises(Unauthenticated, match=r"\AUnauthorized\Z"):
        invoked("authorize", {**EVENT, "headers": None})


def test_a_wrong_key_is_unauthorized(organisation):
    right = key(organisation)
    start, _, secret = right.rpartition("_")
    other = "A" if secret[0] != "A" else "B"
    longer = start.replace(".", ".x" * 600, 1)
    for wrong in (
        f"{start}_{other}{secret[1:]}",
        right[:-1],
        right + "x",
        right.upper(),
        f"{longer}_{secret}",
        "asy_",
        "é",
    ):
        assert refused(**{"X-API-KEY": wrong})


def test_a_key_of_a_name_that_no_key_can_have_is_unauthorized(organisation):
    secret = key(organisation).rpartition("_")[2]
    assert refused(**{"X-API-KEY": f"asy_{organisation}.{'x' * 5000}_{secret}"})


def test_a_key_under_another_organisations_name_is_unauthorized(organisation):
    right = key(organisation)
    assert refused(**{"X-API-KEY": right.replace(organisation, "org-other")})


def test_a_revoked_key_is_unauthorized_at_once(organisation):
    right = key(organisation)
    asked(**{"X-API-KEY": right})
    revoke_key(organisation, list_keys(organisation, resources=owner()["resources"])[0].id, **owner())
    assert refused(**{"X-API-KEY": right})


def test_an_expired_key_is_unauthorized(organisation):
    right = key(organisation)
    ports = owner()
    (kept,) = list_keys(organisation, resources=ports["resources"])
    now = ports["clock"].now()
    ports["resources"].replace(organisation, kept, kept.revised(now, expires_at=now))
    assert refused(**{"X-API-KEY": right})


def test_a_refusal_reaches_the_caller_as_401_in_the_gateways_words(cloud):
    answer = Api(cloud.functions, {"X-API-KEY": "asy_wrong"}).get("/projects")
    assert answer.status == 401
    assert answer.body == {"detail": "The API key is missing or not valid."}


def test_of_a_key_only_a_hash_is_kept(organisation, cloud):
    secret = key(organisation).rpartition("_")[2]
    table = cloud.stores.table
    everything = str(table.client.scan(TableName=table.name))
    assert secret not in everything
    (kept,) = list_keys(organisation, resources=owner()["resources"])
    assert isinstance(kept, ApiKey)
    assert re.fullmatch("[0-9a-f]{64}", kept.secret_sha256)
