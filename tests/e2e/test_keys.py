"""API keys, as `assay keys` makes, lists and revokes them."""

import re
from typing import NamedTuple

import httpx
import pytest

pytestmark = pytest.mark.local_cloud


def keys(cloud, *words):
    return cloud.assay("keys", *words, "--local", "--organisation", "keepers")


def identifier(key):
    """The id of a key, as the list shows it."""
    return re.fullmatch(r"asy_(keepers\.\w+)_\w{43}", key)[1]


def status(cloud, key, method="GET", **request):
    with cloud.client(key) as client:
        return client.request(method, "/projects", **request).status_code


class Life(NamedTuple):
    """What two keys went through: one was revoked, and one that may only read was rotated."""

    revoked: str
    statuses: list[int]
    old: str
    new: str


@pytest.fixture(scope="module")
def life(cloud):
    revoked, old = cloud.new_key("keepers"), cloud.new_key("keepers", "read")
    before = status(cloud, revoked)
    keys(cloud, "revoke", identifier(revoked))
    statuses = [before, status(cloud, revoked)]
    return Life(revoked, statuses, old, re.search(r"asy_\S+", keys(cloud, "rotate", identifier(old)))[0])


def test_a_key_opens_the_api_until_it_is_revoked_and_not_a_moment_longer(life):
    assert life.statuses == [200, 401]


def test_a_key_that_may_only_read_gets_403_for_more(cloud, life):
    assert status(cloud, life.new) == 200
    assert status(cloud, life.new, "POST", json={"name": "not for readers"}) == 403


def test_a_rotated_key_has_another_secret_and_the_old_one_opens_nothing_more(cloud, life):
    assert (status(cloud, life.old), status(cloud, life.new)) == (401, 200)


def test_a_list_of_keys_says_which_are_good_and_when_they_were_used_and_shows_no_secret(cloud, life):
    status(cloud, life.new)
    shown = keys(cloud, "list")
    lines = [next(line for line in shown.splitlines() if identifier(key) in line) for key in (life.new, life.revoked)]
    good, revoked = lines
    assert "read" in good
    assert "good" in good
    assert len(re.findall(r"\d\d:\d\d", good)) == 2, "It says when it was made and last used."
    assert "revoked" in revoked
    assert not any(key.rpartition("_")[2] in shown for key in (life.new, life.old, life.revoked))


def listed(cloud, headers):
    """The answer to a caller with these headers and no others of weight."""
    return httpx.get(f"{cloud.variables['HUMANLOOP_HOST']}/projects", headers=headers, trust_env=False, timeout=30)


@pytest.mark.parametrize("header", ["X-API-KEY: {}", "x-api-key: {}", "Authorization: Bearer {}"])
def test_a_key_opens_the_api_in_either_header(cloud, header):
    name, value = header.format(cloud.variables["ASSAY_API_KEY"]).split(": ")
    assert listed(cloud, {name: value}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-API-KEY": ""},
        {"X-API-KEY": "nonsense"},
        {"X-API-KEY": "asy_keepers.000000000000000000000_" + "0" * 43},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": "Basic bm9ib2R5Om5vdGhpbmc="},
    ],
)
def test_a_missing_or_wrong_key_gets_401_with_a_body_in_json(cloud, headers):
    answer = listed(cloud, headers)
    assert answer.status_code == 401
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.json() == {"detail": "The API key is missing or not valid."}
