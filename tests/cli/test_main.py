"""The command as it is typed: what goes wrong is one line and an exit code."""

import re

import pytest
from botocore.exceptions import NoCredentialsError
from typer.testing import CliRunner

from assay.domain.errors import ConfigurationError, InvalidRequest, NotFound
from assay_cli.connection import api_in_question
from assay_cli.errors import CommandFailed, Misused, PortTaken
from assay_cli.main import app, errors_as_lines


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (PortTaken(4566), 4),
        (CommandFailed("one\ntwo"), 4),
        (NoCredentialsError(), 4),
        (ConfigurationError("no right"), 4),
        (InvalidRequest("not a name"), 2),
        (NotFound("project", "nope"), 2),
    ],
)
def test_what_goes_wrong_outside_is_one_line_and_an_exit_code_that_says_who_must_act(error, code, capsys):
    with pytest.raises(Exception) as left, errors_as_lines():
        raise error
    assert left.value.exit_code == code
    assert re.fullmatch(r"assay: .+\n", capsys.readouterr().err)


@pytest.mark.parametrize("alone", ["ASSAY_URL", "ASSAY_API_KEY"])
def test_a_key_is_never_sent_to_another_stack_than_its_own(alone, monkeypatch):
    for name in ("ASSAY_URL", "ASSAY_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(alone, "mine")
    with pytest.raises(Misused, match=rf"^{alone} is set, and .* is not: set both, or neither"):
        api_in_question()


def test_a_mistake_of_ours_is_not_hidden():
    with pytest.raises(ZeroDivisionError), errors_as_lines():
        raise ZeroDivisionError


@pytest.mark.parametrize(
    "command",
    ["up", "down", "env", "deploy", "demo", "resume", "keys", "provider", "organisation", "trigger", "schedule"],
)
def test_every_command_says_what_it_does(command):
    said = CliRunner().invoke(app, [command, "--help"])
    assert said.exit_code == 0
    assert "Usage" in said.output
