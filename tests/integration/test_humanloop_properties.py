"""Whatever is sent, the answer is a success or a 4xx in the dialect's shape: never a 5xx, and nothing unreadable kept."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.integration.world import CONFIG, EVALUATOR, a_world, datapoint, evaluation_request
from tests.support.places import placed, places_in, replaced

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["chat", "user", 2**70])
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4))

EVALUATION_REQUEST = evaluation_request("{config}", "{dataset}", "{evaluator}", name="x", max_concurrency=5)
BODIES = {
    "/projects": {"name": "others"},
    "/model-configs": {
        **CONFIG,
        "project_id": "{project}",
        "tools": [{"name": "look_up", "parameters": {}}],
        "stop": ["x"],
        "seed": 1,
        "temperature": 0.5,
        "response_format": {"type": "json_object"},
        "other": {"latency": 0},
        "prompt_template": "{{x}}",
    },
    "/projects/{project}/datasets": {"name": "others", "description": ""},
    "/datasets/{dataset}/datapoints": {
        **datapoint(1, 2),
        "messages": [{"role": "user", "content": [{"type": "text", "text": "x"}]}],
    },
    "/evaluators": EVALUATOR,
    "/projects/{project}/evaluations": EVALUATION_REQUEST,
}
READS = (
    "/projects",
    "/projects/{project}",
    "/model-configs/{config}",
    "/datasets",
    "/datasets/{dataset}",
    "/datasets/{dataset}/datapoints",
    "/datapoints/{datapoint}",
    "/evaluators",
    "/evaluations/{evaluation}",
    "/evaluations/{evaluation}/datapoints",
    "/evaluations?project_id={project}",
    "/projects/{project}/evaluations",
)


@pytest.fixture
def world(api):
    return a_world(api)


def polite(answer):
    """Whether an answer is a success, or a 4xx that says in the dialect's shape what is wrong."""
    if answer.status in {200, 201}:
        return True
    detail = answer.body["detail"]
    if answer.status == 422:
        return all({"loc", "msg", "type"} == set(entry) for entry in detail)
    return 400 <= answer.status < 500 and isinstance(detail, str)


def is_readable(api, world):
    """Whether everything that lists are made of can still be read."""
    lists = ("/projects", "/datasets", "/evaluators", f"/datasets/{world.dataset}/datapoints?size=1000")
    return all(api.get(path).status == 200 for path in (*lists, f"/evaluations?project_id={world.project}"))


@pytest.mark.parametrize("path", BODIES)
def test_any_json_for_a_body_is_answered_politely(path, api, world):
    path = placed(path, world._asdict())

    @settings(max_examples=60)
    @given(JSON)
    def check(body):
        assert polite(api.post(path, body))

    check()
    assert is_readable(api, world)


@pytest.mark.parametrize("path", BODIES)
def test_a_good_body_with_anything_in_one_place_is_answered_politely(path, api, world):
    path, body = placed(path, world._asdict()), placed(BODIES[path], world._asdict())

    @settings(max_examples=120)
    @given(st.sampled_from(list(places_in(body))), JSON)
    def check(place, value):
        assert polite(api.post(path, replaced(body, place, value)))

    check()
    assert is_readable(api, world)


@settings(max_examples=60)
@given(
    path=st.sampled_from(sorted(BODIES)),
    body=st.text() | st.sampled_from(['"\\udfff"', '{"name": "\\ud800"}', "\ufeff{}"]),
)
def test_any_text_for_a_body_is_unprocessable(path, body, api, world):
    answer = api.send("POST", placed(path, world._asdict()), body)
    assert polite(answer)
    assert answer.status == 422 or body.strip() == "[]"


NAMES = st.sampled_from(
    [
        "page",
        "size",
        "filter",
        "sort_by",
        "order",
        "evaluatee_id",
        "evaluator_aggregates",
        "id",
        "start_date",
        "end_date",
    ]
)
WORDS = st.text(st.characters(exclude_characters="&=#+%", exclude_categories=["Cs"])) | st.integers().map(str)


@settings(max_examples=150)
@given(path=st.sampled_from(READS), query=st.lists(st.tuples(NAMES | WORDS, WORDS), max_size=4))
def test_any_query_is_answered_politely(path, query, api, world):
    path = placed(path, world._asdict())
    pairs = "&".join(f"{name}={value}" for name, value in query)
    assert polite(api.get(f"{path}{'&' if '?' in path else '?'}{pairs}"))


@settings(max_examples=100)
@given(path=st.lists(WORDS.filter(lambda word: word and "/" not in word and "?" not in word), min_size=1, max_size=4))
def test_any_path_is_answered_politely(path, api):
    for method in ("GET", "POST", "PATCH", "DELETE"):
        assert polite(api.send(method, "/" + "/".join(path), "{}" if method == "POST" else None))
