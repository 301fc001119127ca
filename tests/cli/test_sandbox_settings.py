"""What must hold user code on this machine, and what `assay up` says of it."""

import sys

import pytest

from assay_cli import sandbox_settings
from assay_cli.errors import CommandFailed, Misused
from assay_cli.sandbox_settings import levels, parameters
from assay_cli.stack import Stack

STACK = Stack("assay", {"RunPythonFunctionName": "python", "RunNodeFunctionName": "node"}, {})


@pytest.fixture(autouse=True)
def functions(monkeypatch):
    """Sandbox functions that answer what is here."""
    reached = {"python": "seccomp+rlimits", "node": "wasm"}
    monkeypatch.setattr(sandbox_settings, "invoke", lambda name, _: {"results": [], "level": reached[name]})
    return reached


def test_all_that_a_machine_has_is_tried_and_what_every_linux_has_is_required():
    least = "seccomp+rlimits" if sys.platform == "linux" else "rlimits"
    closed = {"SandboxEgress": "off", "SandboxHosts": "", "SandboxGateway": "false"}
    assert parameters({}) == {"SandboxMin": least, "SandboxExtras": "true", **closed}


def test_the_environment_may_ask_for_more_or_less():
    asked = {"ASSAY_SANDBOX_MIN": "landlock", "ASSAY_SANDBOX_EXTRAS": "false"}
    assert parameters(asked).items() >= {"SandboxMin": "landlock", "SandboxExtras": "false"}.items()


def test_the_environment_may_name_where_code_may_connect_to():
    asked = parameters({"ASSAY_SANDBOX_HOSTS": "api.example.com, *.example.org:8443,"})
    assert (asked["SandboxEgress"], asked["SandboxHosts"]) == ("proxy", "api.example.com,*.example.org:8443")


@pytest.mark.parametrize("listed", ["http://api.example.com", "a.com,127.0.0.1:99999", "a.com b.com"])
def test_what_is_no_host_is_refused_before_anything_is_started(listed):
    with pytest.raises(Misused, match=r"ASSAY_SANDBOX_HOSTS: '.*' is none of host, host:port"):
        parameters({"ASSAY_SANDBOX_HOSTS": listed})


def test_what_holds_user_code_is_told_for_each_language():
    assert levels(STACK, "rlimits") == {"Python": "seccomp+rlimits", "JavaScript": "wasm"}


def test_a_machine_that_holds_user_code_by_less_is_refused():
    with pytest.raises(CommandFailed, match=r"held here by seccomp\+rlimits, and ASSAY_SANDBOX_MIN asks for landlock"):
        levels(STACK, "landlock+rlimits")
