"""The vendors' own clients, each in an environment of its own: they could not be installed beside the project."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.e2e.local_cloud import ROOT

HUMANLOOP_PYTHON = Path(os.environ.get("ASSAY_HUMANLOOP_PYTHON", ROOT / ".venv-humanloop/bin/python"))
BRAINTRUST_PYTHON = Path(os.environ.get("ASSAY_BRAINTRUST_PYTHON", ROOT / ".venv-braintrust-api/bin/python"))
BRAINTRUST_NODE = Path(__file__).with_name("npm")
HUMANLOOP_NODE = Path(__file__).with_name("npm_humanloop")


@pytest.fixture(scope="session")
def braintrust_python() -> Path:
    """The interpreter that has `braintrust-api`; `make .venv-braintrust-api/installed` makes its environment."""
    assert BRAINTRUST_PYTHON.exists(), f"{BRAINTRUST_PYTHON} is missing: `make .venv-braintrust-api/installed`"
    return BRAINTRUST_PYTHON


@pytest.fixture(scope="session")
def braintrust_node() -> Path:
    """The folder that has `@braintrust/api`; `make tests/clients/npm/node_modules/installed` fills it."""
    installed = BRAINTRUST_NODE / "node_modules/installed"
    assert installed.exists(), f"{installed} is missing: `make tests/clients/npm/node_modules/installed`"
    return BRAINTRUST_NODE


@pytest.fixture(scope="session")
def humanloop_python() -> Path:
    """The interpreter that has `humanloop`; `make .venv-humanloop/installed` makes its environment."""
    assert HUMANLOOP_PYTHON.exists(), f"{HUMANLOOP_PYTHON} is missing: `make .venv-humanloop/installed`"
    return HUMANLOOP_PYTHON


def told(words, *, seconds):
    """The JSON in the last line of what a program writes, which must end well."""
    done = subprocess.run(words, capture_output=True, text=True, timeout=seconds, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="session")
def run_script(humanloop_python):
    """Runs a script of this folder with `humanloop`, and returns what it tells."""

    def run(script, what, cloud, *more):
        return told_of([humanloop_python, Path(__file__).with_name(script), what, *more], cloud)

    return run


@pytest.fixture(scope="session")
def run_older():
    """Runs a script of this folder with the `humanloop` of an earlier year, and returns what it tells."""

    def run(version, script, cloud, *what):
        python = ROOT / f".venv-humanloop-{version}/bin/python"
        assert python.exists(), f"{python} is missing: `make .venv-humanloop-{version}/installed`"
        return told_of([python, Path(__file__).with_name(script), *what], cloud)

    return run


@pytest.fixture(scope="session")
def run_humanloop_node(cloud):
    """What a script of the folder npm_humanloop tells."""

    def run(script):
        installed = HUMANLOOP_NODE / "node_modules/installed"
        assert installed.exists(), f"{installed} is missing: `make {installed.relative_to(ROOT)}`"
        return told_of(["node", HUMANLOOP_NODE / script], cloud)

    return run


def told_of(words, cloud):
    """What a program tells that knows the Humanloop dialect's address and key."""
    return told([*words, cloud.variables["HUMANLOOP_HOST"], cloud.variables["ASSAY_API_KEY"]], seconds=300)


@pytest.fixture(scope="session")
def has_period_pydantic(humanloop_python):
    """Whether `humanloop` has the pydantic of its time: with later ones `validate=True` fails on its own side (§6.8).

    Where it has not, since there is no wheel of it, what would be run strictly is run as users run it.
    """
    shown = subprocess.run(
        [humanloop_python, "-c", "import pydantic; print(pydantic.VERSION)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return shown.stdout.strip() == "2.4.2"


@pytest.fixture(scope="session")
def run_braintrust(braintrust_python):
    """Runs a flow of braintrust_evals.py, and returns what it tells."""

    def run(flow, cloud, *more):
        script = Path(__file__).with_name("braintrust_evals.py")
        return told(
            [braintrust_python, script, flow, cloud.variables["ASSAY_URL"], cloud.variables["ASSAY_API_KEY"], *more],
            seconds=300,
        )

    return run


@pytest.fixture(scope="session")
def run_npm(braintrust_node):
    """Runs a script of the folder npm, and returns what it tells."""

    def run(script, cloud):
        return told(
            ["node", braintrust_node / script, cloud.variables["ASSAY_URL"], cloud.variables["ASSAY_API_KEY"]],
            seconds=300,
        )

    return run
