"""The API of the other dialect: whether it knows a key, and waiting until it answers."""

import httpx
import pytest

from assay.client import Client, Refused
from assay_cli.api import Api, accepts, await_answer
from assay_cli.errors import StepFailed


def api(*answers):
    """An API that gives these answers one after another, and the last of them for ever."""
    left = list(answers)
    transport = httpx.MockTransport(lambda _: left.pop(0) if len(left) > 1 else left[0])
    return Api(Client("http://stub", "key", transport=transport, sleep=lambda _: None))


@pytest.mark.parametrize(("status", "known"), [(200, True), (401, False), (403, False)])
def test_whether_a_key_is_known(status, known):
    assert accepts(api(httpx.Response(status, json={}))) is known


def test_an_api_that_is_broken_says_nothing_of_a_key():
    with pytest.raises(Refused):
        accepts(api(httpx.Response(500)))


def test_an_api_that_is_not_there_yet_is_waited_for():
    waited_for = api(httpx.Response(404), httpx.Response(401), httpx.Response(200, json={}), httpx.Response(500))
    await_answer(waited_for, 30)
    with pytest.raises(Refused):
        accepts(waited_for)  # what comes after the first good answer was not asked for before


def test_an_api_that_never_answers_is_given_up():
    with pytest.raises(StepFailed, match="The API does not answer: GET /v4/projects was answered with 500"):
        await_answer(api(httpx.Response(500)), 0)
    with pytest.raises(StepFailed, match="refuses the key"):
        await_answer(api(httpx.Response(401)), 0)
