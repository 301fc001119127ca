"""What a function's imports take of processor time, beyond boto3, which Lambda's image brings along."""

import subprocess
import sys
from collections.abc import Iterator

from tests.bench.table import Line
from tests.story.tree import ROOT, folders

RUNS = 3
API_MS, WORKER_MS = 300, 600
WORKERS = {"generate_outputs": "assay.adapters.providers.open_providers", "score_outputs": "assay.adapters.code_runner"}
"""Those that have a budget of their own, with what they import only once they are at work."""
PYTHON = {"run_node"}
"""Functions that are not in Python."""
PROGRAM = """
import sys, time
import boto3
boto3.client("s3", region_name="us-east-1")
sys.path.insert(0, sys.argv[1])
begun = time.process_time()
import app
for name in sys.argv[2:]:
    __import__(name)
print(1000 * (time.process_time() - begun))
"""


def lines() -> Iterator[Line]:
    """The best of each function: whatever else runs only adds."""
    for folder in folders():
        if folder not in PYTHON:
            later = [WORKERS[folder]] if folder in WORKERS else []
            milliseconds = min(imported(folder, later) for _ in range(RUNS))
            yield Line(f"imports of {folder}", milliseconds, WORKER_MS if later else API_MS, "ms")


def imported(folder: str, later: list[str]) -> float:
    """The milliseconds of processor time in a process of its own."""
    command = [sys.executable, "-c", PROGRAM, str(ROOT / "functions" / folder), *later]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return float(done.stdout)
