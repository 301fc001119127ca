"""The command as it is typed: what goes wrong is one line and exit code 4."""

import re

import pytest
from botocore.exceptions import NoCredentialsError
from typer.testing import CliRunner

from assay.domain.errors import InvalidRequest
from assay_cli.errors import CommandFailed, PortTaken
from assay_cli.main import app, errors_as_lines


@pytest.mark.parametrize(
    "error", [PortTaken(4566), CommandFailed("one\ntwo"), NoCredentialsError(), InvalidRequest("not a name")]
)
def test_what_goes_wrong_outside_is_one_line_and_exit_code_4(error, capsys):
    with pytest.raises(Exception) as left, errors_as_lines():
        raise error
    assert left.value.exit_code == 4
    assert re.fullmatch(r"assay: .+\n", capsys.readouterr().err)


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
