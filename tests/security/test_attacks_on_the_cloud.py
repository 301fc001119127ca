"""Attackers among innocent rows of true evals on the local cloud, without namespaces and Landlock (quality.md §2, 17 and 18)."""

import json
import os
from pathlib import Path

import httpx
import pytest

from tests.e2e.kept import pages
from tests.e2e.launching import said, until
from tests.security.hostile_rows import MARK, NODE, PYTHON, SIDE_EFFECTS, node, python, rows, unexpected

pytestmark = pytest.mark.local_cloud

SECONDS_TO_END = 20
"""For every process of user code; what got away from its batch would stay for 600."""
VERSIONS = {"python": "3.11", "node": "20"}
ANSWER = {
    "inline_prompt": {
        "prompt": {"type": "chat", "messages": [{"role": "user", "content": "{{input}}"}]},
        "options": {"model": "mock"},
    }
}
SNOOPER = f"""
import builtins, os, sys
def handler(input):
    left = [place for place in ('.', '/tmp', '/dev/shm') if {MARK!r} in os.listdir(place)]
    left += [name for name in (*sys.modules, *os.environ, *dir(builtins)) if {MARK!r} in name.replace('_', '-')]
    for process in filter(str.isdecimal, os.listdir('/proc')):
        try: left += [process] * ({MARK!r}.encode() in open(f'/proc/{{process}}/environ', 'rb').read())
        except OSError: pass
    return {{"score": float(not left), "metadata": {{"left": left}}}}
"""


class Client:
    """One organisation's client of the second dialect."""

    def __init__(self, cloud, organisation):
        self.http = httpx.Client(
            base_url=f"{cloud.variables['ASSAY_URL']}/v1",
            headers={"Authorization": f"Bearer {cloud.new_key(organisation)}"},
            timeout=120,
            trust_env=False,
            follow_redirects=True,
        )
        self.project = said(self.http.post("/project", json={"name": "attacks"}))["id"]

    def run(self, inputs, **scorers):
        """The outcome of each row by each scorer, as (score, error); scorers are given as (runtime, code)."""
        scores = [
            {"inline_context": {"runtime": runtime, "version": VERSIONS[runtime]}, "code": code, "name": name}
            for name, (runtime, code) in scorers.items()
        ]
        data = {"data": [{"input": one} for one in inputs]}
        body = {"project_id": self.project, "data": data, "task": ANSWER, "scores": scores}
        summary = said(self.http.post("/eval", json=body))
        assert {name: entry["name"] for name, entry in summary["scores"].items()}
        page = said(self.http.get(f"/experiment/{summary['experiment_id']}/fetch", params={"limit": 1000}))
        return {name: outcomes(page["events"], name) for name in scorers}


def outcomes(spans, scorer):
    """What a scorer came to, by the input of the row."""
    inputs = {span["root_span_id"]: span["input"] for span in spans if span["is_root"]}
    judged = [span for span in spans if span["span_attributes"]["type"] == "score" and named(span) == scorer]
    return {inputs[span["root_span_id"]]: ((span["scores"] or {}).get(scorer), text(span["error"])) for span in judged}


def named(span):
    return span["span_attributes"]["name"]


def text(error):
    """An error as text; none is empty."""
    return error if isinstance(error, str) else json.dumps(error) if error else ""


@pytest.fixture(scope="module")
def attackers(cloud):
    return Client(cloud, "attackers")


@pytest.fixture(scope="module")
def the_next(cloud):
    """Whoever comes after them."""
    return Client(cloud, "the-next")


@pytest.fixture(autouse=True)
def alone(cloud):
    """Nothing of the tests before goes on."""
    until(lambda: not running(cloud))


def running(cloud):
    """The executions under way."""
    found = pages(cloud.aws("stepfunctions"), "list_executions", stateMachineArn=cloud.outputs["StateMachineArn"])
    return [one for page in found for one in page["executions"] if one["status"] == "RUNNING"]


def sandbox_processes(cloud):
    """The processes in which the cloud runs code of users, by their command lines."""
    ours = [command for _, command in everywhere("cmdline") if f"{cloud.state}/" in command]
    return [command for command in ours if "sandbox/child.py" in command or "child.mjs" in command]


def everywhere(what):
    """A file of every process under /proc, as text."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            yield process.name, (process / what).read_bytes().decode(errors="replace")
        except OSError:
            continue


def remains(cloud):
    """Whatever there is of attackers: their processes, their files, their environment."""
    folders = (Path("/tmp"), Path("/dev/shm"), cloud.state)  # noqa: S108
    files = [name for folder in folders for name in names_in(folder) if name.startswith(MARK)]
    files += [name for name in names_in(cloud.state) if name.startswith("assay-sandbox-")]
    return files + [f"environment of {pid}" for pid, found in everywhere("environ") if MARK in found]


def names_in(folder):
    """The names of all files and folders below a folder, but for those of an earlier cloud that are being removed."""
    walked = [(place, (*folders, *files)) for place, folders, files in os.walk(folder)]
    return [name for place, names in walked if "/tmp-" not in place for name in names]  # noqa: S108 no file of ours


@pytest.mark.timeout(600)
def test_attackers_in_python_cost_their_own_rows_and_leave_nothing_for_the_next_organisation(
    cloud, attackers, the_next
):
    innocent = "def handler(input): return 1"
    found = attackers.run(
        rows(PYTHON),
        attacker=("python", python(PYTHON)),
        sideways=("python", SIDE_EFFECTS),
        innocent=("python", innocent),
    )
    assert unexpected(PYTHON, found["attacker"]) == {}
    assert {(score, error.split("\n")[0]) for score, error in found["sideways"].values()} == {
        (None, "SystemExit: at import")
    }
    assert set(found["innocent"].values()) == {(1, "")}
    assert {len(each) for each in found.values()} == {len(rows(PYTHON))}
    until(lambda: not sandbox_processes(cloud), SECONDS_TO_END)
    assert remains(cloud) == []
    warm = set(cloud.workers("RunPythonFunction"))
    snooped = the_next.run(["a", "b"], snooper=("python", SNOOPER))
    assert snooped["snooper"] == {"a": (1, ""), "b": (1, "")}
    assert warm & set(cloud.workers("RunPythonFunction")), "It was the same sandbox."


@pytest.mark.timeout(600)
def test_attackers_in_javascript_cost_their_own_rows_and_leave_nothing_for_the_next_organisation(
    cloud, attackers, the_next
):
    found = attackers.run(
        rows(NODE), attacker=("node", node(NODE)), innocent=("node", "function handler() { return 1; }")
    )
    assert unexpected(NODE, found["attacker"]) == {}
    assert set(found["innocent"].values()) == {(1, "")}
    assert {len(each) for each in found.values()} == {len(rows(NODE))}
    until(lambda: not sandbox_processes(cloud), SECONDS_TO_END)
    assert remains(cloud) == []
    snooper = (
        f"function handler() {{ return '{MARK}' in globalThis || 'marked' in {{}} || Math.max(1, 2) !== 2 ? 0 : 1; }}"
    )
    snooped = the_next.run(["a", "b"], snooper=("node", snooper))
    assert snooped["snooper"] == {"a": (1, ""), "b": (1, "")}


def test_the_extras_were_off_and_the_filter_was_on(cloud):
    client = cloud.aws("lambda")
    reached = {}
    for runtime, output in (("python", "RunPythonFunctionName"), ("node", "RunNodeFunctionName")):
        batch = {"runtime": runtime, "code": "", "function": "", "rows": [], "limits": {"wall": 2}}
        answer = client.invoke(FunctionName=cloud.outputs[output], Payload=json.dumps(batch).encode())
        reached[runtime] = json.loads(answer["Payload"].read())["level"]
    assert reached == {"python": "seccomp+rlimits", "node": "wasm"}
    assert os.uname().sysname == "Linux"
