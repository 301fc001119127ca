"""What `make run` says at last: where to look."""

import subprocess
import sys
from pathlib import Path

from assay_cli import whereabouts

ARN = "arn:aws:states:us-east-1:000000000000:execution:assay-evaluation:ev_0123456789012345678901-1"


def test_how_to_look_at_an_execution_fits_a_narrow_terminal_and_is_a_command(tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    (tmp_path / ".assay").mkdir()
    (tmp_path / ".assay/env").write_text("export PYTHONPATH=.\n")
    (tmp_path / "boto3.py").write_text(
        "class client:\n"
        "    def __init__(self, name): self.name = name\n"
        "    def describe_execution(self, executionArn): return self.name, executionArn\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASSAY_STATE_DIR", str(tmp_path / ".assay"))
    first, *command = whereabouts.look(ARN).replace(sys.executable, "python").splitlines()
    assert all(len(line) <= 100 for line in (first, *command))
    said = "\n".join(command).replace("&& python", f"&& {sys.executable}")
    done = subprocess.run(["sh", "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout == f"('stepfunctions', '{ARN}')\n"


def test_a_path_below_is_said_as_it_is_typed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert whereabouts.near(tmp_path / ".venv/bin/assay") == ".venv/bin/assay"
    assert whereabouts.near(Path("/usr/bin/python3")) == "/usr/bin/python3"
