"""What a refusal says in either dialect: our words, and no more of the caller's than can be read."""

import json

import pytest

LONG = "x" * 5000
EVAL = {"project_id": "p", "data": {}, "task": {"function_id": "f"}, "scores": []}
NOT_UTF8 = b'{"name": "\xff\xfe"}'


def said(answer):
    """The whole refusal as text."""
    assert 400 <= answer.status < 500, answer.body
    return json.dumps(answer.body)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", f"/projects/{LONG}", None),
        ("GET", f"/nothing/{LONG}", None),
        ("GET", f"/evaluations?project_id={LONG}", None),
        ("POST", "/model-configs", {"project": "p", "model": "m", LONG: 1}),
        ("POST", "/logs", {"project_id": LONG, "output": "x"}),
    ],
)
def test_an_id_that_was_sent_is_cut(api, method, path, body):
    text = said(api.send(method, path, None if body is None else json.dumps(body)))
    assert len(text) < 600
    assert LONG[:101] not in text


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", f"/project/{LONG}", None),
        ("GET", f"/nothing/{LONG}", None),
        ("POST", "/eval", {**EVAL, "project_id": LONG}),
        ("POST", "/eval", {**EVAL, "scores": [{"global_function": LONG}]}),
        ("POST", "/project", {"name": "p", "org_name": LONG}),
        ("PATCH", "/dataset/{dataset}", {"metadata": {LONG: float("1e300")}, "tags": 7}),
    ],
)
def test_a_sentence_of_the_second_dialect_is_cut_too(v1, dataset, method, path, body):
    text = said(v1.send(method, path.format(dataset=dataset), None if body is None else json.dumps(body)))
    assert len(text) < 600
    assert LONG[:101] not in text


def test_a_body_that_is_no_utf8_is_refused_and_nothing_is_kept(api, v1):
    answer = api.send("POST", "/projects", NOT_UTF8)
    assert (answer.status, answer.body["detail"][0]["type"]) == (422, "value_error.jsondecode")
    answer = v1.send("POST", "/project", NOT_UTF8)
    assert answer.status == 400
    assert answer.body.startswith("The body is not UTF-8.")
    assert v1.get("/project").body["objects"] == []


def test_text_in_any_alphabet_is_kept_as_it_came(v1):
    name = "Ünïcödé 🦉 \ufffd"
    answer = v1.send("POST", "/project", json.dumps({"name": name}, ensure_ascii=False).encode())
    assert answer.body["name"] == name


def test_a_rule_is_told_in_our_words_alone(api, v1):
    tool = {"project": "p", "model": "m", "tools": [{"id": "t", "source": "organization"}]}
    texts = [
        said(v1.post("/eval", EVAL)),
        said(v1.post("/eval", [])),
        said(api.post("/model-configs", tool)),
        said(api.post("/projects", 7)),
    ]
    assert "give one of dataset_id" in texts[0]
    assert "Linked tools are not supported" in texts[2]
    for text in texts:
        assert not [word for word in ("Value error", "all of it", "pydantic", "Request'") if word in text]
