"""The documentation does what it says: its files are written, its commands are run, its links lead somewhere."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from typer.main import get_command

from assay_cli.main import app
from tests.cli.test_importing import EVAL, OUTPUT_ITEMS
from tests.cli.test_importing import RUN as THEIRS
from tests.integration.test_estimates import prepared
from tests.story.tree import ROOT
from tests.support.api_gateway import Api
from tests.support.humanloop_export import one_of_everything
from tests.support.loopback import listening
from tests.workflow.evals import Evals

DOCS = sorted([*(ROOT / "docs").glob("*.md"), ROOT / "README.md"])
FENCE = re.compile(r"^```(\w+)?(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?://)([^)#]+)(?:#[^)]*)?\)")
FAULTY = re.compile(r"rows? ha(s|ve) no (score|output)")
SHELL = {"bash", "console", "sh"}

ELSEWHERE = {
    r"make (setup|run|test|build|model|bench|check|clean)\b.*": "make: `make run` and what comes of it is tests/e2e/test_demo.py",
    r"\. \.venv/bin/activate": "what `make setup` made",
    r"assay (up|down)": "a local cloud: tests/e2e, every test of which stands on `assay up`",
    r'eval "\$\(assay env\)"': "as `assay up`; tests/e2e/local_cloud.py reads what it prints",
    r"assay deploy .*": "an AWS account: tests/cli/test_deploy.py, and its options below",
    r"assay keys .*": "a stack's table: tests/e2e/test_keys.py, and its options below",
    r"assay (trigger|schedule) .*": "a stack's table and bus: tests/e2e/test_triggers.py, tests/integration/test_events.py",
    r"assay provider .*": "a stack's secret: tests/integration, and its options below",
    r"assay organisation .*": "a stack's table and bucket: its options below",
    r"assay smoke --model .*": "a provider's key; with the mock it is run here",
    r"export ASSAY_URL=.*": "placeholders of a stack in AWS",
    r"aws .*": "an AWS account",
    r"git pull": "a remote",
    r"curl -sf \"?https://api\.openai\.com/.*": "OpenAI's API, which is about to end",
}
"""Commands that are not run here, and why, or which test does."""


class Block(NamedTuple):
    """A fenced block of a document."""

    document: Path
    language: str
    name: str
    text: str


def blocks(document):
    """The fenced blocks of a document."""
    return [Block(document, *(part or "" for part in found)) for found in FENCE.findall(document.read_text())]


def commands(block):
    """The commands of a block, those over several lines as one."""
    joined = re.sub(r"\\\n\s*", " ", block.text)
    return [line for line in joined.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def reason(command):
    """Why a command is not run here; None where it is."""
    return next((why for pattern, why in ELSEWHERE.items() if re.fullmatch(pattern, command.strip())), None)


def run_here(block):
    """A block as a script, without what is run elsewhere."""
    return "\n".join(line for line in commands(block) if reason(line) is None)


def read(document):
    """A document; README waits in its examples, so that its run is long."""
    return pytest.param(document, marks=pytest.mark.long) if document.parent == ROOT else document


@pytest.fixture
def evals(cloud, document):
    """An organisation for each document, so that none finds what another has made."""
    cloud.functions.rules.clear()
    return Evals(cloud, f"reader-{document.parent.name}-{document.stem}".lower())


@pytest.fixture
def place(cloud, evals, tmp_path):
    """A folder, and the environment of somebody who has a stack."""
    with listening(cloud.functions) as loopback:
        key = evals.api.headers["Authorization"].removeprefix("Bearer ")
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        yield tmp_path, {**os.environ, "PATH": path, "ASSAY_URL": loopback.url, "ASSAY_API_KEY": key}


@pytest.mark.parametrize("document", list(map(read, DOCS)), ids=lambda document: str(document.relative_to(ROOT)))
def test_every_command_of_a_document_runs(document, place, evals):
    folder, environment = place
    environment |= variables(document, evals)
    for block in blocks(document):
        if block.name and block.language not in SHELL:
            file = folder / block.name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text)
        elif block.language in SHELL and (script := run_here(block)):
            prepare(document, folder)
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", script],
                cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False,
            )  # fmt: skip
            assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
            assert not FAULTY.search(done.stdout), f"What the reader copies gives errors:\n{script}\n{done.stdout}"


def variables(document, evals):
    """What a document takes to be said already: the launches of its examples."""
    if document.name != "estimates.md":
        return {}
    api = Api(evals.cloud.functions, evals.api.headers, root="/v4")
    project, launch = prepared(api, name=document.stem)
    return {"project": project, "launch": json.dumps(launch), "eval": json.dumps(evals.body(3))}


def prepare(document, folder):
    """What a document takes to be there already."""
    if document.name == "migrating.md":
        theirs = {**THEIRS, "data_source": {**THEIRS["data_source"], "model": "mock"}}
        ours = {**EVAL, "testing_criteria": [one for one in EVAL["testing_criteria"] if one["type"] != "label_model"]}
        for name, value in (("eval", ours), ("runs", {"object": "list", "data": [theirs]}), ("items", OUTPUT_ITEMS)):
            (folder / f"{name}.json").write_text(json.dumps(value))
        if not (folder / "exports").exists():
            one_of_everything(folder / "exports/20250605-120000")


def test_no_reason_is_left_over():
    every = [
        line.strip()
        for document in DOCS
        for block in blocks(document)
        if block.language in SHELL
        for line in commands(block)
    ]
    unused = [pattern for pattern in ELSEWHERE if not any(re.fullmatch(pattern, line) for line in every)]
    assert unused == []


def test_the_options_of_every_command_are_there():
    root = get_command(app)
    lines = [
        (document.name, line.split("|")[0].split(">")[0].split()[1:])
        for document in DOCS
        for block in blocks(document)
        for line in (commands(block) if block.language in SHELL else ())
        if line.strip().startswith("assay ")
    ]
    assert lines
    assert [(name, found) for name, words in lines if (found := unknown(root, words))] == []


def unknown(command, words):
    """The words that name no command, or begin with -- and are no option of the command that is named."""
    while words and hasattr(command, "commands"):
        if words[0] not in command.commands:
            return {words[0]}
        command, words = command.commands[words[0]], words[1:]
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    return {word for word in words if word.startswith("--")} - known - {"--help"}


@pytest.mark.parametrize("document", DOCS, ids=lambda document: document.name)
def test_every_link_leads_somewhere(document):
    broken = [target for target in LINK.findall(document.read_text()) if not (document.parent / target).exists()]
    assert broken == []


def test_every_document_is_listed():
    listed = set(LINK.findall((ROOT / "docs/README.md").read_text()))
    assert {document.name for document in (ROOT / "docs").glob("*.md")} - {"README.md"} == listed


def test_every_command_is_in_the_list_of_commands():
    said = (ROOT / "docs/commands.md").read_text()
    missing = [name for name in get_command(app).commands if f"`{name}`" not in said and f"assay {name}" not in said]
    assert missing == []
