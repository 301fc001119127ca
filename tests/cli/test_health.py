"""What `assay up` says of the sandboxes."""

import httpx
import pytest

from assay_cli import health
from assay_cli.errors import StepFailed


def said(monkeypatch, answer):
    def get(url, **_):
        assert url == "http://stub/health"
        return httpx.Response(200, json=answer, request=httpx.Request("GET", url))

    monkeypatch.setattr(health.httpx, "get", get)
    return health.sandboxes("http://stub")


def test_the_level_of_each_sandbox_is_said(monkeypatch):
    line = said(monkeypatch, {"sandbox": {"python": "seccomp+rlimits", "node": None}})
    assert line == "User code is held by: python seccomp+rlimits; node does not answer."


def test_a_stack_that_does_not_answer_is_said_to_be_out_of_reach():
    with pytest.raises(StepFailed, match="does not answer"):
        health.sandboxes("http://127.0.0.1:9")
