"""What a function's imports take of processor time, beyond boto3, which Lambda's image brings along."""

import subprocess
import sys
from collections.abc import Iterator, Sequence

from tests.bench.table import Line
from tests.story.tree import ROOT, folders

RUNS = 3
API_MS, WORKER_MS = 300, 600
WORKERS = {"generate_outputs", "score_outputs"}
"""Those that have a budget of their own."""
LATER = {
    "generate_outputs": ("assay.adapters.providers.open_providers", "assay.adapters.s3.runs"),
    "score_outputs": ("assay.adapters.code_runner", "assay.adapters.s3.runs"),
    "manage_resources": ("assay.dialects.braintrust.resources", "assay.adapters.row_log.events"),
    "get_evaluation": ("assay.adapters.s3.runs",),
    "launch_eval": ("assay.adapters.stepfunctions", "assay.adapters.row_log.events"),
    "trigger_eval": ("assay.dialects.braintrust.translate_evals",),
    "create_evaluation": ("assay.adapters.stepfunctions", "assay.adapters.row_log.datasets"),
}
"""What they import only once they are at work: of two dialects the heavier one."""
EVERY = ("assay.adapters.dynamodb.resources",)
PYTHON = {"run_node"}
"""Functions that are not in Python."""
SANDBOXES = {"run_python"}
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
            later = () if folder in SANDBOXES else (*EVERY, *LATER.get(folder, ()))
            milliseconds = min(imported(folder, later) for _ in range(RUNS))
            yield Line(f"imports of {folder}", milliseconds, WORKER_MS if folder in WORKERS else API_MS, "ms")


def imported(folder: str, later: Sequence[str]) -> float:
    """The milliseconds of processor time in a process of its own."""
    command = [sys.executable, "-c", PROGRAM, str(ROOT / "functions" / folder), *later]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return float(done.stdout)
