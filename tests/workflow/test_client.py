"""`assay.Client` against the real handlers: what it reads of an experiment is what was run."""

import re
from typing import Any

import httpx
import pytest

import assay
from assay.client import NotReached, Refused
from tests.story.tree import ROOT
from tests.support.api_gateway import Answer
from tests.support.loopback import listening
from tests.workflow.evals import ECHO, EXACT, Evals, sum_row

LENGTH = {"name": "length", "inline_context": {"runtime": "python", "version": "3"}, "code":
          "def handler(output):\n    return None if '4' in output else 1 / len(output[14:15].strip('2'))\n"}  # fmt: skip


@pytest.fixture
def evals(cloud, request):
    cloud.functions.rules.clear()
    return Evals(cloud, f"client-{abs(hash(request.node.name))}")


@pytest.fixture
def loopback(cloud):
    with listening(cloud.functions) as found:
        yield found


@pytest.fixture
def client(evals, loopback):
    with assay.Client(loopback.url, evals.api.headers["Authorization"].removeprefix("Bearer ")) as found:
        yield found


def test_rows_come_in_the_order_of_the_data_with_everything_that_was_said_of_them(evals, client):
    rows = [sum_row(n, metadata={"topic": n}, tags=["t"]) for n in range(3)]
    summary = evals.run(rows, scores=[EXACT, LENGTH], trial_count=2)
    found = client.rows(summary["experiment_id"])
    assert [row.inputs for row in found] == [{"a": n, "b": 2} for n in (0, 0, 1, 1, 2, 2)]
    assert {row.output for row in found[:2]} == {"The answer is 0."} == {found[0].target}
    assert found[2].scores == {"ExactMatch": 1}
    assert "ZeroDivisionError" in found[2].score_errors["length"]
    assert found[4].scores == {"ExactMatch": 1, "length": None}
    assert (found[4].metadata, found[4].tags, found[4].error) == ({"topic": 2}, ["t"], None)
    assert all(row.seconds is not None and row.seconds >= 0 for row in found)


def test_rows_are_read_page_by_page(evals, client, monkeypatch):
    monkeypatch.setattr("assay.client.questions.TRACES_A_PAGE", 2)
    summary = evals.run(5)
    assert [row.inputs["a"] for row in client.rows(summary["experiment_id"])] == list(range(5))


def test_the_summary_is_that_of_the_api(evals, client):
    summary = evals.run(2)
    found = client.summary(summary["experiment_id"])
    assert (found["scores"], found["status"]) == (summary["scores"], "completed")


def test_a_refusal_is_a_sentence_with_its_status(client):
    with pytest.raises(Refused, match=r"GET /v1/experiment/nowhere was answered with 400: .*nowhere") as refused:
        client.get("/v1/experiment/nowhere")
    assert refused.value.status == 400


def test_what_changes_nothing_is_asked_again_and_what_might_is_not():
    asked = []

    def fail(request):
        asked.append(request.method)
        raise httpx.ConnectError("no route")

    slept = []
    client = assay.Client("http://nowhere", "k", transport=httpx.MockTransport(fail), sleep=slept.append)
    for ask in (lambda: client.get("/v1/project"), lambda: client.post("/v1/eval", {})):
        with pytest.raises(NotReached, match="http://nowhere does not answer: no route"):
            ask()
    assert (asked, slept) == (["GET"] * 3 + ["POST"], [1, 1])


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_an_api_that_is_busy_for_a_moment_is_asked_again(status):
    answers = [httpx.Response(status), httpx.Response(200, json={"id": "p"})]
    transport = httpx.MockTransport(lambda _: answers.pop(0))
    client = assay.Client("http://here", "k", transport=transport, sleep=lambda _: None)
    assert client.post("/v1/project", {"name": "p"}, is_repeatable=True) == {"id": "p"}


def test_what_is_wrong_is_not_asked_again():
    answers = [httpx.Response(400, text="no")]
    client = assay.Client("http://here", "k", transport=httpx.MockTransport(lambda _: answers.pop(0)))
    with pytest.raises(Refused, match="no"):
        client.get("/v1/project")


def test_the_client_is_not_loaded_until_it_is_asked_for():
    with pytest.raises(AttributeError):
        _ = assay.Nothing
    assert assay.Client.__module__ == "assay.client.clients"


def test_an_error_of_the_gateway_is_a_refusal_too(client, loopback, monkeypatch):
    monkeypatch.setattr("assay.client.asking.PAUSE", 0)
    loopback.rules.append(lambda *_: Answer(503, {"message": "Service Unavailable"}, {}))
    with pytest.raises(Refused, match="503"):
        client.get("/v1/project")


def test_an_eval_is_a_call_and_its_rows_a_table(evals, client):
    client.insert("notebook", "sums", [sum_row(n) for n in range(4)])
    dataset = client.insert("notebook", "sums", [sum_row(n) for n in range(5)])
    found = client.eval("notebook", data={"dataset_id": dataset}, task=ECHO, scores=[EXACT], experiment_name="first")
    assert (found["status"], found["statistics"]["ExactMatch"]["n_items"]) == ("completed", 5)
    assert "<td>1.000</td>" in found._repr_html_()
    assert len(client.rows(found["experiment_id"]).to_pandas()) == 5


def test_the_example_of_the_documentation_runs(evals, loopback, monkeypatch):
    identifier = evals.run(3)["experiment_id"]
    monkeypatch.setenv("ASSAY_URL", loopback.url)
    monkeypatch.setenv("ASSAY_API_KEY", evals.api.headers["Authorization"].removeprefix("Bearer "))
    (example,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs/statistics.md").read_text(), re.DOTALL)
    names: dict[str, Any] = {}
    exec(example.replace("2f0c…", identifier), names)  # noqa: S102 - our own
    assert (names["summary"]["status"], len(names["rows"])) == ("completed", 3)
