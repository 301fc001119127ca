"""`assay organisation limit` sets what it is told in place of earlier limits, shows what holds, and lifts it."""

import pytest

from assay_cli.commands import organisation
from tests.cli.running import assay
from tests.support.virtual_time import VirtualClock
from tests.unit.test_allowance import with_keys


class Named:
    """A stack."""

    def output(self, name):
        return name


@pytest.fixture
def limit(monkeypatch):
    """The command about an organisation of a table in memory."""
    held = {"resources": with_keys("acme"), "clock": VirtualClock()}
    monkeypatch.setattr(organisation, "stack_in_question", lambda *_: Named())
    monkeypatch.setattr(organisation, "operator", lambda _: held)
    return lambda *words, name="acme": assay("organisation", "limit", name, *words)


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


@pytest.mark.parametrize("words", [(), ("--tokens", 5), ("--lift",)])
def test_an_organisation_that_is_not_there_is_said_to_be_none(limit, words):
    said = limit(*words, name="acmee")
    assert (said.code, said.out) == (2, "")
    assert "There is no organisation 'acmee': its first API key would make it." in said.err


@pytest.mark.parametrize("wrong", [("--token", 5), ("tokens", 5), ("--tokens", 5, "--price", 1)])
def test_a_limit_that_is_not_there_is_refused_and_none_is_set(limit, wrong):
    assert limit(*wrong).code == 2
    assert limit().out == "acme: as the stack has it\n"
