"""`assay run` from a YAML file to its table and its exit code, over the real API, state machine and functions."""

import json
import os
import signal
import subprocess
import threading

import pytest

from assay.adapters.clock import SystemClock
from assay.use_cases.manage_allowance import set_allowance
from assay_cli.running import watching
from tests.cli.declaring import JUDGE, YAML, written
from tests.cli.running import ASSAY, Said, Terminal, assay
from tests.support.api_gateway import Answer, Api
from tests.workflow.test_evals_waiting import hold

OURS = YAML.replace("- ExactMatch", "- ExactMatch\n  - code: judge.py")


def alone(*words):
    """The command in a process of its own, without a terminal."""
    done = subprocess.run([ASSAY, *map(str, words)], capture_output=True, text=True, timeout=60, check=False)
    return Said(done.returncode, done.stdout, done.stderr)


def answering(method, path, answer):
    """A rule that answers in place of the API."""
    return lambda asked, target: answer if (asked, target.partition("?")[0]) == (method, path) else None


def test_the_first_file_runs_as_it_is(loopback, tmp_path):
    assert assay("init", tmp_path).code == 0
    said = assay("run", tmp_path / "evaluation.yaml")
    assert said.code == 0, said
    assert "evaluation in first-steps, without a base" in said.out
    assert f"See it: {loopback.url.removesuffix('/prod')}/_aws/" in said.out


def test_what_is_written_already_is_not_overwritten(tmp_path):
    assert assay("init", tmp_path / "new").code == 0
    said = assay("init", tmp_path / "new")
    assert said.code == 2
    assert "evaluation.yaml" in said.err
    assert "would be overwritten" in said.err


def test_rows_are_sent_once_however_often_they_are_run(loopback, evals, tmp_path):
    file = written(tmp_path, OURS)
    first, second = assay("run", file), assay("run", file)
    assert "3 rows sent" in first.err
    assert "3 rows there already" in second.err
    assert [path for _, path in loopback.asked].count("/v1/dataset") == 2
    assert sum(path.endswith("/insert") for _, path in loopback.asked) == 1
    ours, theirs = evals.api.get(f"/experiment?project_id={project(evals)}").body["objects"]
    assert ours["dataset_id"] == theirs["dataset_id"]
    changed = assay("run", written(tmp_path, OURS, **{"sums.jsonl": '{"a": 1, "b": 2}\n'}))
    assert changed.code == 0
    assert sum(path.endswith("/insert") for _, path in loopback.asked) == 2
    assert ", beside evaluation-" in changed.out, "It is the same evaluation, though its rows were changed."


def test_another_evaluation_is_not_compared_with_those_before_it(loopback, tmp_path):
    assert assay("run", written(tmp_path)).code == 0
    assert "other in sums, without a base" in assay("run", written(tmp_path, f"name: other\n{YAML}")).out


def project(evals):
    """The id of the project that the declared evaluation names."""
    return evals.api.post("/project", {"name": "sums"}).body["id"]


def test_an_upload_that_broke_off_is_gone_on_with(loopback, tmp_path, monkeypatch):
    monkeypatch.setattr("assay.client.questions.MOST_ROWS", 2)
    inserts = []

    def fail_once(method, target):
        inserts.append(target) if target.endswith("/insert") else None
        return Answer(500, "broken", {}) if target.endswith("/insert") and len(inserts) == 2 else None

    loopback.rules.append(fail_once)
    file = written(tmp_path)
    assert assay("run", file).code == 4
    said = assay("run", file)
    assert (said.code, len(inserts)) == (0, 4)
    assert "3 rows sent" in said.err


def test_json_is_the_summary_and_nothing_else(loopback, tmp_path):
    said = alone("run", written(tmp_path, OURS), "--json")
    found = json.loads(said.out)
    assert (said.code, found["status"], found["scores"]["ExactMatch"]["score"]) == (0, "completed", 1)
    assert found["gate"]["remarks"] == ["ExactMatch, judge: There is no base to compare it with."]
    assert "\x1b" not in said.err + said.out


def test_clusters_and_directions_are_those_that_are_declared(loopback, tmp_path):
    rows = "".join(f"What is {n} times 2?,The answer is {n * 2}.,{n % 4}\n" for n in range(12))
    text = (
        "project: sums\ndata: {file: sums.csv, inputs: [q], target: t, metadata: [page], cluster_by: page}\n"
        "task: {model: mock, prompt: '{{q}}'}\n"
        "evaluators: [{code: judge.py, higher_is_better: false}, {global: ExactMatch, higher_is_better: null}]\n"
    )
    said = alone("run", written(tmp_path, text, **{"sums.csv": f"q,t,page\n{rows}"}), "--json")
    found = json.loads(said.out)["statistics"]
    assert [one["clusters"] for one in found.values()] == [4, 4]
    assert {name: one["higher_is_better"] for name, one in found.items()} == {"judge": False, "ExactMatch": None}


def test_without_a_terminal_there_are_plain_lines_and_no_colours(loopback, evals, cloud, tmp_path, monkeypatch):
    monkeypatch.setattr("assay_cli.running.standing.SECONDS_BETWEEN_LINES", 0)
    open_when_seen(hold(cloud, "summarize_experiment"), loopback, cloud)
    said = assay("run", written(tmp_path))
    assert said.code == 0
    assert "Evaluate: 3 of 3 rows\n" in said.err
    assert "\x1b" not in said.err + said.out


def open_when_seen(gate, loopback, cloud):
    """Lets the summary be made once somebody asked for it twice with all rows done: what was answered first is on the screen."""
    asked = []

    def rule(method, target):
        if method == "GET" and "/summarize" in target and "summarize_experiment" in cloud.functions.calls:
            asked.append(target)
        gate.set() if len(asked) > 1 else None

    loopback.rules.append(rule)


@pytest.mark.parametrize("no_color", [False, True])
def test_at_a_terminal_there_is_a_bar_and_colour_unless_that_is_not_wanted(loopback, cloud, tmp_path, no_color):
    gate = hold(cloud, "summarize_experiment")
    terminal = Terminal("run", written(tmp_path), **({"NO_COLOR": "1"} if no_color else {}))
    terminal.until(lambda text: "3/3" in text)
    gate.set()
    said = terminal.ended()
    assert said.code == 0
    assert "Evaluate" in said.out
    assert ("\x1b[3" in said.out) is not no_color or "\x1b[1;3" in said.out


def test_an_interrupted_run_goes_on_and_says_how_to_look_at_it(loopback, evals, cloud, tmp_path):
    gate = hold(cloud, "summarize_experiment")
    terminal = Terminal("run", written(tmp_path))
    terminal.until(lambda text: "3/3" in text)
    os.killpg(terminal.process.pid, signal.SIGINT)
    said = terminal.ended()
    assert said.code == 3
    identifier = evals.api.get(f"/experiment?project_id={project(evals)}").body["objects"][0]["id"]
    assert f"assay show {identifier} --follow" in " ".join(said.out.split())
    looked = assay("show", identifier)
    assert (looked.code, "evaluation is running, 3 of 3 rows." in looked.out) == (3, True)
    threading.Timer(0.5, gate.set).start()
    shown = assay("show", identifier, "--follow")
    assert (shown.code, "evaluation in sums" in shown.out) == (0, True)


@pytest.mark.parametrize(
    ("change", "code", "problem"),
    [
        (("project: sums", "projct: sums"), 2, "evaluation.yaml:1: "),
        (("data: sums.jsonl", "data: nowhere.jsonl"), 2, "nowhere.jsonl cannot be read"),
        (("- ExactMatch", "- NoSuchScorer"), 2, "There is no global scorer 'NoSuchScorer' here."),
        (("data: sums.jsonl", "data: {dataset: nothing}"), 2, "nothing"),
        (("data: sums.jsonl", "data: sums.jsonl\nbase: nothing"), 2, "nothing"),
    ],
)  # fmt: skip
def test_what_the_caller_did_wrong_ends_with_2(loopback, tmp_path, change, code, problem):
    said = assay("run", written(tmp_path, YAML.replace(*change)))
    assert said.code == code, said
    assert problem in said.err


def test_a_run_that_comes_to_no_good_end_ends_with_3(loopback, evals, cloud, tmp_path):
    def cancel(folder, event):
        if folder == "score_outputs":
            v4 = Api(cloud.functions, evals.api.headers)
            v4.patch(f"/evaluations/{event['evaluation_id']}/status", {"status": "cancelled"})

    cloud.functions.rules.append(cancel)
    said = assay("run", written(tmp_path, OURS), "--gate")
    assert said.code == 3, said
    assert "is cancelled." in said.err


def test_a_limit_that_ends_a_run_is_named_with_what_there_is_by_the_command_and_in_humanloops_dialect(
    loopback, evals, cloud, tmp_path
):
    set_allowance(evals.organisation, {"tokens": 1}, resources=cloud.stores.resources, clock=SystemClock())
    said = assay("run", written(tmp_path, OURS), "--gate")
    assert said.code == 3, said
    assert "is cancelled. Stopped at the organisation's limit: " in said.err
    assert "Stopped at the organisation's limit: " in said.out
    assert "ExactMatch" in said.out
    v4 = Api(cloud.functions, evals.api.headers)
    shown = v4.get(f"/evaluations/{evals.experiments()[0]['evaluation_id']}").body
    assert shown["status"] == "cancelled"
    assert shown["reason"].startswith("Stopped at the organisation's limit: ")


@pytest.mark.parametrize("status", [401, 403, 500, 503])
def test_an_api_that_fails_ends_with_4(loopback, tmp_path, status, monkeypatch):
    monkeypatch.setattr("assay.client.asking.PAUSE", 0)
    loopback.rules.append(answering("POST", "/v1/eval", Answer(status, "no", {})))
    said = assay("run", written(tmp_path))
    assert said.code == 4
    assert f"was answered with {status}" in said.err


def test_an_api_that_is_not_there_ends_with_4(tmp_path, monkeypatch):
    monkeypatch.setattr("assay.client.asking.PAUSE", 0)
    monkeypatch.setenv("ASSAY_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("ASSAY_API_KEY", "k")
    said = assay("run", written(tmp_path))
    assert said.code == 4
    assert re_lines(said.err) == 1
    assert "does not answer" in said.err
    assert "`assay up` starts the local cloud." in said.err


def re_lines(text):
    """How many lines a text has."""
    return len(text.strip().splitlines())


def test_an_api_that_is_away_for_a_while_is_waited_for(loopback, tmp_path, monkeypatch):
    monkeypatch.setattr("assay.client.asking.PAUSE", 0)
    away = []

    def rule(method, target):
        is_look = "/v1/experiment/" in target and "/summarize" in target
        if is_look and len(away) < 5:
            away.append(target)
            return Answer(503, "later", {})
        return None

    loopback.rules.append(rule)
    assert assay("run", written(tmp_path)).code == 0
    assert len(away) == 5


def test_an_estimate_launches_nothing(loopback, evals, tmp_path):
    said = assay("run", written(tmp_path), "--estimate")
    assert said.code == 0, said
    assert "3 rows, 3 model calls" in said.out
    assert [(method, path.partition("?")[0]) for method, path in loopback.asked] == [
        ("GET", "/v1/project"), ("POST", "/v1/eval"),
    ]  # fmt: skip
    assert evals.api.get(f"/experiment?project_id={project(evals)}").body["objects"] == []


def test_an_estimate_makes_no_project_and_keeps_no_rows_however_many_they_are(loopback, evals, tmp_path):
    rows = [json.dumps({"a": n, "b": 2, "note": "x" * 40_000}) for n in range(101)]
    file = written(tmp_path, YAML.replace("project: sums", "project: nowhere"), **{"sums.jsonl": "\n".join(rows)})
    said = assay("run", file, "--estimate")
    assert said.code == 0, said
    assert "101 rows, 101 model calls" in said.out
    assert evals.api.get("/project?project_name=nowhere").body["objects"] == []
    assert {method for method, path in loopback.asked if path != "/v1/eval"} == {"GET"}


def saved(file, text):
    """Writes the file at one stroke: nobody sees it half written."""
    (new := file.with_suffix(".new")).write_text(text)
    new.replace(file)


def test_watching_runs_it_again_when_a_file_changes(loopback, evals, tmp_path, monkeypatch):
    monkeypatch.setattr(watching, "SECONDS_BETWEEN_LOOKS", 0.05)
    file = written(tmp_path, OURS)
    terminal = Terminal("run", file, "--watch")
    terminal.until(lambda text: text.count("Waiting for a change") == 1)
    saved(tmp_path / "judge.py", f"{JUDGE}\n")
    terminal.until(lambda text: text.count("Waiting for a change") == 2)
    saved(file, "project: 7\n")
    terminal.until(lambda text: text.count("Waiting for a change") == 3)
    os.killpg(terminal.process.pid, signal.SIGINT)
    said = terminal.ended()
    assert said.code == 0
    assert "evaluation.yaml:1" in said.out
    assert len(evals.api.get(f"/experiment?project_id={project(evals)}").body["objects"]) == 2


def test_the_base_is_the_newest_finished_one_of_a_branch(loopback, evals, tmp_path, monkeypatch):
    def launched(branch, text=OURS, dirty=False):
        git = {"branch": branch, "commit": "c", "dirty": dirty}
        monkeypatch.setattr("assay_cli.running.launching.repository", lambda _: git)
        return assay("run", written(tmp_path, text))

    none_yet = launched("feature", f"{OURS}base: {{branch: main}}\n")
    assert (none_yet.code, "no finished run of" in none_yet.err) == (2, True)
    assert launched("main").code == launched("feature").code == launched("main", dirty=True).code == 0
    said = launched("feature", f"{OURS}base: {{branch: main}}\n")
    first = evals.api.get(f"/experiment?project_id={project(evals)}").body["objects"][-1]
    assert first["name"] == "evaluation"
    assert "beside evaluation\n" in said.out
    assert "without a base" not in launched("feature", f"{OURS}base: {first['id']}\n").out
