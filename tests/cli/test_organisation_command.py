"""`assay organisation limit` sets what it is told in place of earlier limits, shows what holds, and lifts it."""

import pytest

from assay_cli.commands import organisation
from tests.cli.running import assay
from tests.support.fake_resources import FakeResources
from tests.support.virtual_time import VirtualClock


class Named:
    """A stack."""

    def output(self, name):
        return name


@pytest.fixture
def limit(monkeypatch):
    """The command about an organisation of a table in memory."""
    held = {"resources": FakeResources(), "clock": VirtualClock()}
    monkeypatch.setattr(organisation, "stack_in_question", lambda *_: Named())
    monkeypatch.setattr(organisation, "operator", lambda _: held)
    return lambda *words: assay("organisation", "limit", "acme", *words)


def test_limits_are_set_shown_and_lifted(limit):
    assert limit().out == "acme: as the stack has it\n"
    assert limit("--tokens", 1_000_000, "--cost", 2.5).out == "acme: tokens 1000000, cost 2.5\n"
    assert limit().out == "acme: tokens 1000000, cost 2.5\n"
    assert limit("--trials", 3).out == "acme: trials 3\n"
    assert limit("--lift").out == "acme: as the stack has it\n"


@pytest.mark.parametrize("wrong", [("--trials", 0), ("--cost", 0), ("--cost", "nan"), ("--tokens", -1)])
def test_a_limit_is_more_than_nothing(limit, wrong):
    assert limit(*wrong).code == 2
    assert limit().out == "acme: as the stack has it\n"
