"""`assay show`, `compare`, `open` and `export`: experiments that are there already, over the real API."""

import json

import pytest

from assay_cli.commands import show as commands
from tests.cli.running import assay
from tests.support.api_gateway import Api
from tests.support.loopback import listening
from tests.workflow.evals import EXACT, Evals, sum_row


@pytest.fixture(scope="module")
def evals(cloud):
    return Evals(cloud, "showing")


@pytest.fixture(scope="module", autouse=True)
def two(evals):
    """Two experiments, before all others; the second is wrong in one row of twelve."""
    rows = [sum_row(n) for n in range(12)]
    base = evals.run(rows, experiment_name="first", scores=[EXACT])
    changed = [*rows[:11], {**rows[11], "expected": "Nothing."}]
    return base, evals.run(changed, experiment_name="second", scores=[EXACT])


@pytest.fixture(autouse=True)
def loopback(cloud, evals, monkeypatch):
    cloud.functions.rules.clear()
    with listening(cloud.functions) as found:
        monkeypatch.setenv("ASSAY_URL", found.url)
        monkeypatch.setenv("ASSAY_API_KEY", evals.api.headers["Authorization"].removeprefix("Bearer "))
        yield found


def printed(said):
    """The JSON that a command prints, without what the functions of this process write to the same place."""
    return json.loads(said.out[said.out.index('{\n  "') :])


def test_an_experiment_is_shown_by_its_id_or_by_its_name(two):
    by_name, by_id = assay("show", "first"), assay("show", two[0]["experiment_id"])
    assert by_name.code == by_id.code == 0
    assert by_name.out.splitlines()[0] == by_id.out.splitlines()[0] == "first in sums, without a base"
    assert printed(assay("show", "first", "--json"))["scores"] == two[0]["scores"]


def test_what_is_resumed_is_named_as_what_is_shown(two, evals):
    evals.api.post("/experiment", {"project_id": evals.project, "name": "logged"})
    for reference in ("first", two[0]["experiment_id"], two[0]["evaluation_id"]):
        said = assay("resume", reference)
        assert (said.code, "An evaluation that is completed cannot be resumed" in said.err) == (2, True)
        assert two[0]["evaluation_id"] in said.err
    assert assay("resume", "logged").err == "assay: logged has no run: there is nothing to resume.\n"
    assert assay("resume", "nowhere").err == "assay: There is no experiment 'nowhere'.\n"


def test_an_experiment_is_shown_beside_any_other(two):
    found = printed(assay("compare", "first", "second", "--json"))
    assert (found["experiment_name"], found["comparison_experiment_name"]) == ("first", "second")
    assert found["scores"]["ExactMatch"]["improvements"] == 1
    assert "second in sums, beside first" in assay("compare", "second", "first").out


def test_what_is_not_there_is_the_callers_mistake(two):
    said = assay("show", "third")
    assert (said.code, said.err) == (2, "assay: There is no experiment 'third'.\n")
    assert assay("show", "00000000-0000-0000-0000-000000000000").code == 2


def test_a_name_in_two_projects_must_say_which(evals):
    for project in (evals.project, evals.api.post("/project", {"name": "other"}).body["id"]):
        evals.api.post("/experiment", {"project_id": project, "name": "twice"})
    said = assay("show", "twice")
    assert (said.code, "--project" in said.err) == (2, True)
    assert assay("show", "twice", "--project", "sums").code == 0


def test_the_page_is_opened_by_a_link_that_needs_no_key(evals, two, monkeypatch):
    opened = []
    monkeypatch.setattr(commands.webbrowser, "open", opened.append)
    said = assay("open", two[0]["experiment_id"])
    assert said.code == 0
    assert opened == [said.out.strip()]
    assert evals.page(opened[0]).status == 200
    assert assay("open", two[0]["experiment_id"], "--print").code == 0
    assert len(opened) == 1


def test_the_page_of_a_project_and_of_an_evaluation_are_opened_too(evals, cloud):
    listed = evals.page(assay("open", "--project", "sums", "--print").out.strip())
    assert listed.status == 200
    assert "second" in listed.body
    v4 = Api(cloud.functions, evals.api.headers)
    evaluation = v4.get(f"/evaluations?project_id={evals.project}").body["records"][0]["id"]
    assert evals.page(assay("open", evaluation, "--print").out.strip()).status == 200
    for words in (("open",), ("open", "--project", "nowhere"), ("open", f"ev_{'0' * 21}")):
        said = assay(*words)
        assert (said.code, len(said.err.splitlines())) == (2, 1)


def test_an_experiment_is_not_compared_with_itself(two):
    said = assay("compare", "first", two[0]["experiment_id"])
    assert (said.code, said.err) == (2, "assay: first cannot be compared with itself.\n")


@pytest.mark.parametrize("kind", ["jsonl", "csv", "parquet"])
def test_the_rows_are_written_to_a_file(two, tmp_path, kind):
    file = tmp_path / f"rows.{kind}"
    said = assay("export", two[1]["experiment_id"], "--format", kind, "--out", file)
    assert (said.code, said.out.endswith(f"12 rows in {file}\n")) == (0, True)
    assert file.stat().st_size > 100
    if kind == "jsonl":
        rows = [json.loads(line) for line in file.read_text().splitlines()]
        assert [row["scores"]["ExactMatch"] for row in rows] == [1.0] * 11 + [0.0]


def test_a_file_is_called_as_the_experiment_unless_told(two, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = assay("export", two[0]["experiment_id"])
    assert (said.code, said.out) == (0, "12 rows in first.jsonl\n")


def test_a_file_that_is_there_is_overwritten_only_by_force(two, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "first.jsonl"
    file.write_text("mine")
    said = assay("export", two[0]["experiment_id"])
    assert (said.code, file.read_text()) == (2, "mine")
    assert "first.jsonl would be overwritten." in said.err
    assert assay("export", two[0]["experiment_id"], "--force").code == 0
    assert file.read_text() != "mine"


@pytest.mark.parametrize("out", ["missing/rows.jsonl", "."])
def test_a_place_that_cannot_be_written_to_is_the_callers_mistake_in_one_line(two, tmp_path, out):
    said = assay("export", two[0]["experiment_id"], "--out", tmp_path / out)
    assert (said.code, len(said.err.splitlines())) == (2, 1), said
    assert said.err.startswith(f"assay: {tmp_path}")
