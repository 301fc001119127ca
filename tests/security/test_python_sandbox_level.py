"""What holds Python that users wrote on this machine: it is reported, and where it is too little nothing is run."""

import os
import sys

import pytest

from assay import quarantine
from assay.adapters.sandbox.python import PythonSandbox
from assay.domain.sandbox import CodeBatch
from tests.security.sandboxes import Remaining, result, value

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="these are Linux's")


@pytest.fixture(scope="module")
def extra():
    """A sandbox that tries what only some hosts have, too."""
    return PythonSandbox(extra=True)


def holds(sandbox, *parts):
    """Whether the kernel grants all of these."""
    return set(parts) <= set(sandbox.level.split("+"))


def test_a_batch_without_rows_asks_for_the_level_and_every_answer_has_it(sandbox):
    nothing = sandbox.run(CodeBatch(code="", function="", rows=()), Remaining())
    assert (nothing.results, nothing.level) == ((), "seccomp+rlimits")
    batch = CodeBatch(code="def score(row): return row", function="score", rows=((1,),))
    assert sandbox.run(batch, Remaining()).level == "seccomp+rlimits"


def test_where_what_is_required_does_not_hold_no_line_of_the_code_runs():
    demanding = PythonSandbox(seccomp=False, required=frozenset({"seccomp", "rlimits"}))
    answer = result(demanding, "print('it ran')\ndef score(row): return row")
    assert answer.error == (
        "No code was run: what holds it here is rlimits, and the stack parameter SandboxMin asks for rlimits+seccomp."
    )
    assert (answer.value, answer.stdout) == (None, "")
    assert demanding.level == "rlimits", "It can still be asked how far it came."


def test_the_functions_sandbox_requires_what_the_stack_says(monkeypatch):
    monkeypatch.setenv("ASSAY_SANDBOX_EXTRAS", "false")
    for asked, refused in (("rlimits", False), ("landlock+rlimits", True)):
        monkeypatch.setenv("ASSAY_SANDBOX_MIN", asked)
        answer = result(quarantine.sandbox.__wrapped__(), "def score(row): return row", 1)
        assert ("SandboxMin" in (answer.error or "")) == refused


@LINUX
def test_under_landlock_a_row_reads_what_an_interpreter_needs_and_nothing_else(extra, tmp_path):
    if not holds(extra, "landlock"):
        pytest.skip("this kernel has no Landlock")
    secret = tmp_path / "credentials"
    secret.write_text("aws_secret_access_key")
    source = """
import decimal, os, sqlite3, zoneinfo
def score(path):
    zoneinfo.ZoneInfo("Asia/Tokyo")
    found = []
    for place in (path, os.path.dirname(path), "/etc/passwd", "/root", "/home", "/"):
        try: found.append(os.listdir(place) if os.path.isdir(place) else open(place).read())
        except OSError: pass
    return found
"""
    assert value(extra, source, str(secret)) == []
    assert value(PythonSandbox(), source, str(secret)) != [], "Without it, it would read them."


@LINUX
def test_under_landlock_a_row_signals_nobody_outside_even_without_the_filter():
    bare = PythonSandbox(seccomp=False, extra=True)
    if not holds(bare, "landlock"):
        pytest.skip("this kernel has no Landlock")
    source = "import os\ndef score(row):\n  try: os.kill(row, 0)\n  except PermissionError: return 'refused'"
    assert value(bare, source, os.getpid()) == "refused"


@LINUX
def test_in_namespaces_of_its_own_a_row_sees_no_network_device_that_is_up(extra):
    if not holds(extra, "namespaces"):
        pytest.skip("this machine lets nobody make namespaces")
    source = "def score(row): return [line.split(':')[0].strip() for line in open('/proc/net/dev')][2:]"
    assert value(extra, source) in (["lo"], [])
