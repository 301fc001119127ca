"""What the functions import: it is there, in the version that was tested, and no more of it than they need."""

import ast
import json
import subprocess
import sys
from importlib.metadata import packages_distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.story.tree import ROOT, folders

PROCESS = ROOT / "layers/core/assay/bootstrap/process.py"
DIALECTS = {f"assay.dialects.{name}.keeping" for name in ("humanloop", "braintrust")}
HTTP_CLIENTS = {"httpx", "httpx_aiohttp", "aiohttp"}
PRICES = {"genai_prices"}
AWS_CLIENTS = {"boto3"}
GIVEN_BY_LAMBDA = {"boto3", "botocore"}


def locked(path):
    """The versions that a lock pins, by package."""
    lines = (ROOT / path).read_text().replace("\\\n", " ").splitlines()
    pins = [Requirement(line.split(" --hash")[0]) for line in lines if line and not line.startswith(("#", " "))]
    return {canonicalize_name(pin.name): str(pin.specifier) for pin in pins}


def test_the_layer_has_the_versions_that_the_tests_run_with():
    layer, dev = locked("layers/dependencies/requirements.txt"), locked("requirements/dev.txt")
    assert layer.items() <= dev.items()


@pytest.mark.parametrize(
    "path",
    [
        *("layers/dependencies/requirements.txt", "layers/offered/requirements.txt"),
        *("requirements/dev.txt", "requirements/bench-braintrust.txt"),
    ],
)
def test_a_lock_pins_every_package_by_version_and_hash_and_names_no_index(path):
    text = (ROOT / path).read_text()
    assert all(version.startswith("==") for version in locked(path).values())
    assert all("--hash=sha256:" in block for block in text.replace("\\\n", " ").splitlines() if block.strip())
    assert "index-url" not in text
    assert "://" not in text


@pytest.mark.parametrize("folder", ["functions/run_node", "tests/oracles", "tests/browser"])
def test_a_lock_of_npm_pins_every_package_by_hash_and_names_no_address(folder):
    packages = json.loads((ROOT / folder / "package-lock.json").read_text())["packages"]
    asked = json.loads((ROOT / folder / "package.json").read_text())["dependencies"]
    assert asked == {name: packages[f"node_modules/{name}"]["version"] for name in asked}
    assert all(
        one["integrity"].startswith("sha512-") and "resolved" not in one for name, one in packages.items() if name
    )
    assert "omit-lockfile-registry-resolved=true" in (ROOT / folder / ".npmrc").read_text()


def test_whatever_is_asked_of_the_layer_is_in_it():
    asked = [line for line in (ROOT / "requirements/layer.in").read_text().splitlines() if line[:1].isalpha()]
    assert {canonicalize_name(Requirement(line).name) for line in asked} <= set(
        locked("layers/dependencies/requirements.txt")
    )


def test_whatever_our_code_imports_is_in_the_layer_or_given_by_lambda():
    distributions = packages_distributions()
    imported = {name for path in sources() for name in imports(path)} - sys.stdlib_module_names - {"assay"}
    needed = {canonicalize_name(distributions[name][0]) for name in imported}
    assert needed - GIVEN_BY_LAMBDA <= set(locked("layers/dependencies/requirements.txt"))


def sources():
    """The Python files that run on Lambda."""
    return [*(ROOT / "layers/core").rglob("*.py"), *(ROOT / "functions").rglob("*.py")]


def imports(path):
    """The top-level modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield str(node.module).partition(".")[0]


def loaded_by(folder, later=()):
    """The modules that a process has loaded once it has imported the function, and whatever it imports `later`."""
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); import app; app.handler; "
        "[__import__(name) for name in sys.argv[2:]]; print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", program, str(ROOT / "functions" / folder), *later],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


@pytest.mark.parametrize("folder", folders())
def test_a_function_finds_what_it_imports_and_leaves_what_is_heavy_until_it_is_needed(folder):
    assert not (HTTP_CLIENTS | PRICES) & loaded_by(folder)


def behind_ports():
    """The modules that the API's ports load when they are first asked for."""
    ports = next(node for node in ast.parse(PROCESS.read_text()).body if getattr(node, "name", None) == "Ports")
    return {node.module for node in ast.walk(ports) if isinstance(node, ast.ImportFrom)}


def test_nothing_behind_the_api_s_ports_nor_a_dialect_loads_an_http_client():
    assert "assay.adapters.s3.runs" in behind_ports()
    assert not HTTP_CLIENTS & loaded_by("manage_resources", {*behind_ports(), *DIALECTS})


def test_a_dialect_is_loaded_when_it_is_spoken_and_not_before():
    assert not DIALECTS & loaded_by("manage_resources")


def test_the_sandbox_loads_no_aws_client():
    assert not AWS_CLIENTS & loaded_by("run_python")
