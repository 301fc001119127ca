"""`assay.Client` and `assay.AsyncClient` ask the same questions, and say in sentences what went wrong."""

import asyncio
import json
import sys

import httpx
import pytest

import assay
from assay.client import CallFailed, ExperimentRow, ExperimentSummary, NotOver, NotReached, Refused, Rows
from tests.support.build import statistics_of

PROJECT = {"id": "p", "name": "sums"}
STATISTICS = {"Exact match": statistics_of([1.0] * 9 + [0.0], base=[0.0] * 10).model_dump(mode="json")}


def summary(status="completed", **more):
    return {"experiment_id": "x", "experiment_name": "run 1", "status": status, **more}


class Api:
    """An API on paper: what it was asked, and what it answers in turn."""

    def __init__(self, *answers):
        self.answers, self.asked, self.slept = list(answers), [], []

    def handle(self, request):
        self.asked.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)

    async def sleep(self, seconds):
        self.slept.append(seconds)

    @property
    def said(self):
        """Method, path and body of each request."""
        return [(one.method, one.url.path, json.loads(one.content or "null")) for one in self.asked]


def waiting(api, use):
    """What a client that waits gets."""
    client = assay.Client("http://here", "k", transport=httpx.MockTransport(api.handle), sleep=api.slept.append)
    with client:
        return use(client)


def working(api, use):
    """What a client gets that lets others work meanwhile."""

    async def used():
        transport = httpx.MockTransport(api.handle)
        async with assay.AsyncClient("http://here", "k", transport=transport, sleep=api.sleep) as client:
            return await use(client)

    return asyncio.run(used())


both = pytest.mark.parametrize("of", [waiting, working])


@both
def test_an_eval_is_launched_once_and_waited_for(of):
    told = []
    api = Api(PROJECT, {"experiment_id": "x"}, summary("running"), summary(statistics=STATISTICS))
    rows = [{"input": 1}]
    found = of(
        api, lambda client: client.eval("sums", data=rows, task={"t": 1}, scores=[], told=told.append, tags=["n"])
    )
    assert isinstance(found, ExperimentSummary)
    assert found == summary(statistics=STATISTICS)
    assert [one["status"] for one in told] == ["running", "completed"]
    body = {"project_id": "p", "data": {"data": rows}, "task": {"t": 1}, "scores": [], "tags": ["n"]}
    assert api.said[:2] == [("POST", "/v1/project", {"name": "sums"}), ("POST", "/v1/eval", body)]
    headers = api.asked[1].headers
    assert (headers["prefer"], headers["authorization"]) == ("respond-async", "Bearer k")
    assert len(headers["idempotency-key"]) > 30
    assert api.slept == [1]


@both
def test_a_launch_that_was_not_answered_is_repeated_under_its_key(of):
    api = Api(PROJECT, httpx.ReadTimeout("slow"), httpx.Response(503), {"experiment_id": "x"}, summary())
    of(api, lambda client: client.eval("sums", data={"dataset_id": "d"}, task={}, key="mine"))
    assert [one.headers["idempotency-key"] for one in api.asked[1:4]] == ["mine"] * 3
    assert json.loads(api.asked[3].content)["data"] == {"dataset_id": "d"}


@both
def test_waiting_has_an_end(of):
    api = Api(*[summary("running")] * 4)
    with pytest.raises(NotOver, match="The experiment x is running, after 3 seconds"):
        of(api, lambda client: client.wait("x", seconds=3))


@both
def test_a_refusal_is_the_apis_own_sentence_with_its_status_and_the_request(of):
    refusal = httpx.Response(400, json={"error": "No dataset d."}, headers={"x-amzn-RequestId": "r-1"})
    with pytest.raises(Refused) as refused:
        of(Api(refusal), lambda client: client.summary("x"))
    assert str(refused.value).endswith("was answered with 400: No dataset d. (request r-1)")
    assert (refused.value.status, refused.value.request_id) == (400, "r-1")


@both
def test_a_refusal_names_its_request_once_and_as_our_logs_do(of):
    text = "The project 'p' does not exist. [request_id=r-2]"
    refusal = httpx.Response(400, text=text, headers={"x-amzn-RequestId": "r-1"})
    with pytest.raises(Refused) as refused:
        of(Api(refusal), lambda client: client.summary("x"))
    assert str(refused.value).endswith("was answered with 400: The project 'p' does not exist. (request r-2)")
    assert refused.value.request_id == "r-2"


@both
@pytest.mark.parametrize("body", ["<html>", "[1]", '{"error": {"no": 1}}', '"text"'])
def test_a_refusal_in_no_shape_that_is_known_is_shown_as_it_came(of, body):
    with pytest.raises(Refused, match="was answered with 500") as refused:
        of(Api(httpx.Response(500, text=body)), lambda client: client.summary("x"))
    assert body in str(refused.value)


@both
def test_nobody_there_is_a_sentence_too(of):
    api = Api(*[httpx.ConnectError("no route")] * 3)
    with pytest.raises(NotReached, match=r"http://here/? does not answer: no route"):
        of(api, lambda client: client.rows("x"))
    assert api.slept == [1, 1]


@both
def test_the_same_rows_inserted_twice_are_the_same_rows(of):
    rows = [{"input": {"a": 1, "b": 2}}, {"input": {"b": 2, "a": 1}}, {"id": "own", "input": 3}]
    api = Api(PROJECT, {"id": "d"}, {"row_ids": []})
    assert of(api, lambda client: client.insert("sums", "data", rows)) == "d"
    method, path, body = api.said[-1]
    first, second, third = (event["id"] for event in body["events"])
    assert (method, path, third) == ("POST", "/v1/dataset/d/insert", "own")
    assert first == second != third


@both
def test_rows_are_sent_in_as_many_requests_as_they_need(of):
    api = Api(PROJECT, {"id": "d"}, *[{"row_ids": []}] * 4)
    rows = [{"input": n} for n in range(1500)] + [{"input": "x" * 1_500_000}, {"input": "y" * 1_500_000}]
    of(api, lambda client: client.insert("sums", "data", rows))
    assert [len(body["events"]) for _, _, body in api.said[2:]] == [1000, 501, 1]


def span(ordinal):
    return {
        "id": f"r{ordinal}", "root_span_id": f"r{ordinal}", "is_root": True, "input": ordinal, "scores": {"s": 1.0},
        "span_attributes": {"exec_counter": ordinal},
    }  # fmt: skip


PAGES = ({"events": [span(2), span(1)], "cursor": "c"}, {"events": [span(0)], "cursor": "d"}, {"events": []})


@both
def test_rows_come_in_order_and_cursors_are_followed(of):
    api = Api(*PAGES)
    assert [row.inputs for row in of(api, lambda client: client.rows("x"))] == [0, 1, 2]
    assert [body.get("cursor") for _, _, body in api.said] == [None, "c", "d"]


def test_pages_come_one_by_one():
    assert waiting(Api(*PAGES), lambda client: [len(rows) for rows in client.pages("x")]) == [2, 1]

    async def read(client):
        return [len(rows) async for rows in client.pages("x")]

    assert working(Api(*PAGES), read) == [2, 1]


def a_row(**scores):
    return ExperimentRow("r", 0, {"a": 1}, "t", "o", None, {}, [], scores, {}, {}, 0.5)


def test_rows_become_a_data_frame_with_a_column_for_each_score():
    frame = Rows([a_row(exact=1.0), a_row(exact=0.0, tone=None)]).to_pandas()
    assert list(frame["score.exact"]) == [1.0, 0.0]
    assert frame["score.tone"].isna().all()
    assert list(frame["inputs"]) == [{"a": 1}, {"a": 1}]
    assert Rows().to_pandas().empty


def test_without_pandas_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match="pip install pandas"):
        Rows([a_row()]).to_pandas()


def test_a_notebook_shows_a_summary_as_a_table():
    shown = ExperimentSummary(summary(statistics=STATISTICS, comparison_experiment_name="base"))._repr_html_()
    assert "run 1 is completed, beside base" in shown
    for cell in ("0.900", "0.596 to 0.982", "+0.900", "10"):
        assert f"<td>{cell}</td>" in shown


def test_a_notebook_runs_nothing_that_somebody_wrote():
    evil = "<script>alert(1)</script>"
    names = {"experiment_name": evil, "comparison_experiment_name": evil, "experiment_url": "javascript:alert(1)"}
    shown = ExperimentSummary(summary(**names, statistics={evil: STATISTICS["Exact match"]}))._repr_html_()
    assert "<script>" not in shown
    assert "javascript:" not in shown
    quoted = ExperimentSummary(summary(experiment_url='https://x/"onmouseover="alert(1)'))._repr_html_()
    assert '"onmouseover' not in quoted


def test_a_notebook_shows_an_experiment_that_has_no_numbers_yet():
    assert "run 1 is running" in ExperimentSummary(summary("running", statistics=None))._repr_html_()


def test_the_environment_says_which_api_and_without_it_there_is_a_sentence(monkeypatch):
    monkeypatch.delenv("ASSAY_URL", raising=False)
    monkeypatch.delenv("ASSAY_API_KEY", raising=False)
    with pytest.raises(CallFailed, match="ASSAY_URL and ASSAY_API_KEY"):
        assay.Client()
    monkeypatch.setenv("ASSAY_URL", "http://there/")
    monkeypatch.setenv("ASSAY_API_KEY", "secret")
    client = assay.Client(
        transport=httpx.MockTransport(lambda request: httpx.Response(200, json=dict(request.headers)))
    )
    assert client.get("/v1/project")["authorization"] == "Bearer secret"
    assert str(client.http.base_url) == "http://there"
