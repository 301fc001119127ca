"""The authorizer: either header, any fault answered in the one way that API Gateway makes a 401 of."""

import re
from datetime import timedelta

import pytest

from assay import bootstrap
from assay.domain.errors import Unauthenticated
from assay.domain.keys import ApiKey
from assay.use_cases.manage_keys import revoke_key, rotate_key
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


def kept_key(organisation):
    """The organisation's one key as it is kept."""
    (kept,) = owner()["resources"].listed(organisation, ApiKey, "keys")
    return kept


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
    revoke_key(organisation, kept_key(organisation).id, **owner())
    assert refused(**{"X-API-KEY": right})


def test_an_expired_key_is_unauthorized(organisation):
    right = key(organisation)
    ports = owner()
    kept = kept_key(organisation)
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
    kept = kept_key(organisation)
    assert isinstance(kept, ApiKey)
    assert re.fullmatch("[0-9a-f]{64}", kept.secret_sha256)


def test_a_key_that_is_confined_to_a_project_says_so(organisation, v1):
    project = v1.post("/project", {"name": "p"}).body["id"]
    answer = asked(**{"X-API-KEY": key(organisation, project_id=project)})
    assert answer["context"]["project_id"] == project


def rotated(organisation, right, grace):
    """What the holder of a rotated key presents."""
    made = {**owner(), "entropy": bootstrap.operator("assay")["entropy"]}
    return rotate_key(organisation, right.split("_")[1], grace, **made).text


def test_a_rotated_key_opens_with_its_new_secret_alone(organisation):
    right = key(organisation)
    new = rotated(organisation, right, timedelta())
    assert asked(**{"X-API-KEY": new})["context"]["organisation"] == organisation
    assert refused(**{"X-API-KEY": right})


def test_while_the_grace_of_a_rotation_lasts_both_secrets_open_until_the_key_is_revoked(organisation):
    right = key(organisation)
    new = rotated(organisation, right, timedelta(hours=1))
    for one in (right, new):
        assert asked(**{"X-API-KEY": one})
    revoke_key(organisation, kept_key(organisation).id, **owner())
    for one in (right, new):
        assert refused(**{"X-API-KEY": one})


def noted(cloud, organisation):
    """What is kept of the uses of an organisation's keys."""
    table = cloud.stores.table
    items = table.client.scan(TableName=table.name)["Items"]
    return [item["used"]["N"] for item in items if "used" in item and item["pk"]["S"].startswith(organisation)]


def test_a_keys_last_use_is_kept_with_one_write_however_many_processes_let_it_in(organisation, cloud):
    right, before = key(organisation), bootstrap.SystemClock().now()
    assert noted(cloud, organisation) == []
    for _ in range(3):
        bootstrap.ports.cache_clear()
        asked(**{"X-API-KEY": right})
        asked(**{"X-API-KEY": right})
    (used,) = noted(cloud, organisation)
    assert int(before.timestamp()) <= int(used) <= int(bootstrap.SystemClock().now().timestamp())
    cloud.stores.table.client.update_item(
        TableName=cloud.stores.table.name,
        Key=cloud.stores.table.key(organisation, kept_key(organisation).id, "used"),
        UpdateExpression="SET used = :then",
        ExpressionAttributeValues={":then": {"N": str(int(used) - 301)}},
    )
    asked(**{"X-API-KEY": right})
    assert noted(cloud, organisation) == [str(int(used) - 301)], "A process that has noted a use writes no other soon."
    bootstrap.ports.cache_clear()
    asked(**{"X-API-KEY": right})
    assert int(noted(cloud, organisation)[0]) >= int(used)


def test_a_refused_key_is_not_noted_as_used(organisation, cloud):
    assert refused(**{"X-API-KEY": key(organisation)[:-1] + "?"})
    assert noted(cloud, organisation) == []
