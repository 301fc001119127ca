"""GET /health: for anybody, of nobody's affairs."""

import asyncio
import tomllib

import pytest

from assay.adapters.code_runner import SandboxDied
from assay.domain.sandbox import CodeResults
from assay.use_cases.report_health import Levels, report_health
from assay.version import VERSION
from tests.story.tree import ROOT
from tests.support.api_gateway import Api


class Sandboxes:
    """ports.CodeRunner: each runtime answers as it is told to, in turn; and counts how often it was asked."""

    def __init__(self, **answers):
        self.answers, self.asked = answers, []

    async def run(self, batch):
        self.asked.append(batch.runtime)
        answer = self.answers[batch.runtime].pop(0)
        if isinstance(answer, Exception):
            raise answer
        return CodeResults(results=(), level=answer)


def reported(levels):
    return asyncio.run(report_health(levels))


def test_the_deployed_functions_say_what_their_sandboxes_have_reached(cloud):
    answer = Api(cloud.functions, {}, "").get("/health")
    assert answer.status == 200
    assert set(answer.body) == {"status", "version", "sandbox"}
    assert (answer.body["status"], answer.body["version"]) == ("ok", VERSION)
    assert "seccomp" in answer.body["sandbox"]["python"]
    assert answer.body["sandbox"]["node"]


def test_a_sandbox_is_asked_once():
    sandboxes = Sandboxes(python=["seccomp"], node=["wasm"])
    levels = Levels(sandboxes)
    assert reported(levels) == reported(levels)
    assert sorted(sandboxes.asked) == ["node", "python"]


@pytest.mark.parametrize("silence", [SandboxDied("gone"), ""])
def test_a_sandbox_that_says_nothing_is_told_and_asked_again(silence):
    levels = Levels(Sandboxes(python=[silence, "seccomp"], node=["wasm"]))
    assert (reported(levels).status, levels.known) == ("degraded", {"node": "wasm"})
    assert reported(levels).sandbox == {"python": "seccomp", "node": "wasm"}


def test_the_version_is_that_of_the_package():
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == VERSION
