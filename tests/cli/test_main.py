"""The command as it is typed: what goes wrong is one line and an exit code."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest
from botocore.exceptions import NoCredentialsError
from typer.testing import CliRunner

from assay.domain.errors import ConfigurationError, InvalidRequest, NotFound
from assay_cli.connection import api_in_question
from assay_cli.errors import CommandFailed, Misused, PortTaken
from assay_cli.main import app, errors_as_lines
from tests.story.tree import ROOT


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


def test_it_begins_without_what_only_its_developers_have():
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]["dev"]
    names = {re.match(r"[\w-]+", one)[0].lower() for one in wanted}
    absent = [module for module, owners in packages_distributions().items() if names & {one.lower() for one in owners}]
    assert "samcli" in absent
    script = f"import sys; sys.modules.update(dict.fromkeys({absent})); import assay_cli.main, assay_cli.pull_request.__main__"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "command",
    ["up", "down", "env", "deploy", "demo", "resume", "keys", "provider", "organisation", "trigger", "schedule"],
)
def test_every_command_says_what_it_does(command):
    said = CliRunner().invoke(app, [command, "--help"])
    assert said.exit_code == 0
    assert "Usage" in said.output
