"""One launch, however long it takes and however often a client asks."""

import json
import re
import threading

import pytest

from assay.adapters.clock import SystemClock
from assay.dialects.braintrust import evals as routes
from assay.use_cases.manage_allowance import set_allowance
from tests.workflow.evals import ECHO, Evals, sum_row


@pytest.fixture
def evals(cloud, request):
    cloud.functions.rules.clear()
    cloud.functions.calls.clear()
    return Evals(cloud, f"waiting-{abs(hash(request.node.name))}")


@pytest.fixture
def impatient(monkeypatch):
    """Waits for a moment where it would wait for 25 seconds."""
    monkeypatch.setattr(routes, "PATIENCE", 0.05)


def hold(cloud, folder):
    """Keeps a function from answering until the event that is returned is set."""
    gate = threading.Event()
    cloud.functions.rules.append(lambda called, event: gate.wait(30) and None if called == folder else None)
    return gate


def test_a_long_eval_is_waited_for_from_address_to_address(evals, cloud, impatient):
    gate = hold(cloud, "summarize_experiment")
    first = evals.api.post("/eval", evals.body(2))
    assert (first.status, first.body) == (303, {})
    identifier = evals.experiments()[0]["id"]
    assert first.headers["Location"] == f"experiment/{identifier}/wait?hop=1"
    again = evals.api.get(f"/experiment/{identifier}/wait?hop=1")
    assert (again.status, again.headers["Location"]) == (303, "wait?hop=2")
    last = evals.api.get(f"/experiment/{identifier}/wait?hop=18")
    assert (last.status, last.body["scores"], last.body["status"]) == (200, None, "running")
    assert last.body["experiment_id"] == identifier
    gate.set()
    finished = follow(evals, f"/experiment/{identifier}/wait?hop=2")
    assert finished.body["scores"]["ExactMatch"]["score"] == 1


def follow(evals, place):
    """What is answered in the end."""
    for _ in range(1000):
        answer = evals.api.get(place)
        if answer.status != 303:
            return answer
    raise AssertionError("It never ends.")


def test_a_request_that_is_repeated_while_its_run_is_live_joins_it(evals, cloud, impatient):
    gate = hold(cloud, "summarize_experiment")
    body = evals.body(2)
    places = {evals.api.post("/eval", body).headers["Location"]}
    for retry in ("1", "2"):
        api = evals.api.__class__(cloud.functions, {**evals.api.headers, "X-Stainless-Retry-Count": retry}, root="/v1")
        places.add(api.post("/eval", body).headers["Location"])
    assert len(places) == len(evals.experiments()) == 1
    gate.set()
    follow(evals, f"/{places.pop()}")


def test_two_requests_with_one_idempotency_key_are_one_run(evals):
    answers = [evals.post(evals.body(2), **{"Idempotency-Key": "k"}) for _ in range(2)]
    assert answers[0].body["experiment_id"] == answers[1].body["experiment_id"]
    assert len(evals.experiments()) == 1


def test_two_requests_with_one_idempotency_key_in_parallel_are_one_run(evals):
    answers = []
    asking = [threading.Thread(target=lambda: answers.append(evals.post(evals.body(2), **{"Idempotency-Key": "k"})))
              for _ in range(4)]  # fmt: skip
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert len({answer.body["experiment_id"] for answer in answers}) == 1
    assert len(evals.experiments()) == 1


def test_an_idempotency_key_stands_for_one_request(evals):
    evals.post(evals.body(2), **{"Idempotency-Key": "k"})
    other = evals.post(evals.body(3), **{"Idempotency-Key": "k"})
    assert other.status == 422
    assert "Idempotency-Key" in other.body
    assert len(evals.experiments()) == 1


def test_who_does_not_want_to_wait_is_answered_at_once(evals):
    answer = evals.api.__class__(
        evals.cloud.functions, {**evals.api.headers, "Prefer": "respond-async"}, root="/v1"
    ).post("/eval", evals.body(2))
    assert (answer.status, answer.body["scores"]) == (202, None)
    assert answer.headers["Preference-Applied"] == "respond-async"
    assert follow(evals, f"/{answer.headers['Location']}").body["scores"]["ExactMatch"]["score"] == 1


def test_a_timeout_ends_an_eval_and_the_rest_are_errors(evals):
    summary = evals.run([sum_row(n) for n in range(20)], timeout=0.001)
    assert summary["scores"] == {}
    assert summary["metrics"]["errors"]["metric"] == 2
    roots = [span for span in evals.spans(summary["experiment_id"]) if not span["span_parents"]]
    assert len(roots) == 20
    assert all("time was over" in root["error"] for root in roots)


def test_an_eval_that_breaks_off_is_not_to_be_tried_again(evals, cloud):
    def breaks(called, event):
        if called == "prepare_evaluation":
            raise RuntimeError("out of order")

    cloud.functions.rules.append(breaks)
    answer = evals.post(evals.body(1))
    assert (answer.status, answer.headers["x-should-retry"]) == (500, "false")
    assert evals.experiments()[0]["id"] in answer.body["error"]


def frames(body):
    """The events of a stream: their names and data."""
    parts = body.split("\n\n")
    assert parts.pop() == ""
    found = [re.fullmatch(r"event: (\w+)\ndata: (.*)", part) for part in parts]
    return [(frame[1], frame[2]) for frame in found]


def test_a_stream_has_its_start_its_summary_and_its_end(evals):
    answer = evals.post(evals.body(2, stream=True))
    assert answer.headers["Content-Type"] == "text/event-stream"
    events = frames(answer.body)
    assert [name for name, _ in events] == ["start", "summary", "done"]
    start, summary = json.loads(events[0][1]), json.loads(events[1][1])
    assert (start["scores"], start["experiment_id"]) == ({}, summary["experimentId"])
    assert summary["scores"]["ExactMatch"]["score"] == 1
    assert summary["experimentName"] == summary["experiment_name"]
    assert events[2][1] == ""


def test_a_stream_of_an_eval_that_goes_on_says_where_to_wait(evals, cloud, impatient):
    gate = hold(cloud, "summarize_experiment")
    events = frames(evals.post(evals.body(2, stream=True)).body)
    assert [name for name, _ in events] == ["start", "progress", "done"]
    progress = json.loads(events[1][1])
    assert progress.keys() == {"id", "object_type", "format", "output_type", "name", "event", "data"}
    assert "/wait?hop=1" in json.loads(progress["data"])["wait_url"]
    gate.set()
    follow(evals, f"/experiment/{progress['id']}/wait")


def test_an_experiment_that_is_deleted_while_it_is_waited_for_is_not_there(evals, cloud, impatient):
    gate = hold(cloud, "summarize_experiment")
    assert evals.api.post("/eval", evals.body(2)).status == 303
    identifier = evals.experiments()[0]["id"]
    assert evals.api.delete(f"/experiment/{identifier}").status == 200
    gate.set()
    answer = evals.api.get(f"/experiment/{identifier}/wait?hop=1")
    assert 400 <= answer.status < 500, answer
    assert identifier in str(answer.body)


@pytest.mark.parametrize("limit", [{"tokens": 1}, {}], ids=["the organisation's tokens", "the run's max_cost"])
def test_an_eval_that_a_limit_ends_answers_with_what_there_is_and_is_not_tried_again(evals, provider, limit):
    set_allowance(evals.organisation, limit, resources=evals.cloud.stores.resources, clock=SystemClock())
    prompt = {**ECHO["inline_prompt"], "options": {"model": "gpt-4o-mini"}}
    asked = {} if limit else {"task": {"inline_prompt": prompt}, "max_cost": 1e-9}
    answer = evals.post(evals.body(30, **asked))
    assert (answer.status, answer.headers["x-should-retry"]) == (422, "false")
    assert answer.headers["Content-Type"] == "application/json"
    found = answer.body
    assert "Stopped at" in found["error"]
    assert (found["status"], found["reason"] in found["error"]) == ("cancelled", True)
    assert found["statistics"]["ExactMatch"]["n_items"] == 30
    assert found["metrics"]["total_tokens"]["metric"] > 0
    assert evals.page(found["experiment_url"]).status == 200
