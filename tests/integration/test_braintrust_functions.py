"""Functions and prompts in their versions (contracts/braintrust.md §7.6; checklist rows 17 to 20)."""

import pytest

from assay.domain.transaction_id import pretty
from tests.integration.braintrust import NOBODYS, good, ids, refused

ROW = {
    "id", "_xact_id", "project_id", "log_id", "org_id", "name", "slug", "description", "created", "prompt_data", "tags",
    "metadata", "function_type", "function_data", "origin", "function_schema",
}  # fmt: skip
CODE = {
    "type": "code",
    "data": {"type": "inline", "runtime_context": {"runtime": "python", "version": "3.11"}, "code": "def handler(): 1"},
}


def prompt_data(text):
    return {"prompt": {"type": "chat", "messages": [{"role": "user", "content": text}]}, "options": {"model": "m"}}


@pytest.fixture
def wish(project):
    return {"project_id": project, "name": "P", "slug": "p", "prompt_data": prompt_data("one")}


@pytest.fixture
def prompt(v1, wish):
    return good(v1.post("/prompt", wish))


def test_a_prompt_made_on_a_slug_that_is_taken_is_the_old_one(v1, wish, prompt):
    again = v1.post("/prompt", {**wish, "name": "Q", "prompt_data": prompt_data("two")})
    assert good(again) == prompt
    assert again.headers["x-bt-found-existing"] == "true"
    assert set(prompt) == ROW
    assert (prompt["log_id"], prompt["function_data"], prompt["tags"]) == ("p", {"type": "prompt"}, None)
    assert good(v1.get(f"/prompt/{prompt['id']}")) == prompt


def test_a_put_keeps_the_id_and_every_version_can_be_read_for_ever(v1, wish, prompt):
    path = f"/prompt/{prompt['id']}"
    second = good(v1.put("/prompt", {**wish, "prompt_data": prompt_data("two"), "description": "d"}))
    third = good(v1.put("/prompt", {**wish, "prompt_data": prompt_data("three")}))
    assert prompt["id"] == second["id"] == third["id"]
    assert int(prompt["_xact_id"]) < int(second["_xact_id"]) < int(third["_xact_id"])
    assert third["description"] is None
    assert good(v1.get(path)) == third
    good(v1.delete(path))
    for version in (prompt, second, third):
        number = version["_xact_id"]
        assert good(v1.get(f"{path}?version={number}")) == version
        assert good(v1.get(f"{path}?version={pretty(int(number))}")) == version
    refused(v1.get(path))
    refused(v1.get(f"{path}?version=1"))
    refused(v1.get(f"{path}?version=x"))


def test_a_list_finds_by_slug_name_version_and_kind(v1, wish, prompt, project):
    function = good(v1.post("/function", {**wish, "slug": "f", "name": "F", "function_data": CODE}))
    second = good(v1.put("/prompt", {**wish, "prompt_data": prompt_data("two")}))
    assert ids(v1.get("/function")) == [function["id"], prompt["id"]]
    assert ids(v1.get("/prompt")) == [prompt["id"]]
    assert good(v1.get("/prompt?slug=p"))["objects"] == [second]
    assert good(v1.get(f"/prompt?slug=p&version={prompt['_xact_id']}"))["objects"] == [prompt]
    assert ids(v1.get("/function?function_name=F&project_name=p")) == [function["id"]]
    assert ids(v1.get(f"/prompt?prompt_name=P&project_id={project}&limit=1")) == [prompt["id"]]
    assert ids(v1.get(f"/function?starting_after={function['id']}")) == [prompt["id"]]
    for nothing in ("slug=x", "prompt_name=x", "project_name=x", "version=1", f"project_id={NOBODYS}"):
        assert ids(v1.get(f"/prompt?{nothing}")) == []
    refused(v1.get(f"/prompt/{function['id']}"))
    refused(v1.patch(f"/prompt/{function['id']}", {"name": "x"}))
    refused(v1.delete(f"/prompt/{function['id']}"))


def test_a_patch_is_a_new_version_that_keeps_when_it_was_created(v1, wish, prompt):
    path = f"/prompt/{prompt['id']}"
    changed = good(v1.patch(path, {"name": "Q", "metadata": {"a": 1}, "prompt_data": {"options": {"model": "n"}}}))
    assert (changed["name"], changed["created"], changed["slug"]) == ("Q", prompt["created"], "p")
    assert changed["prompt_data"] == {**prompt["prompt_data"], "options": {"model": "n"}}
    assert int(changed["_xact_id"]) > int(prompt["_xact_id"])
    assert good(v1.get(f"{path}?version={prompt['_xact_id']}")) == prompt
    moved = good(v1.patch(path, {"slug": "r"}))
    assert ids(v1.get("/prompt?slug=p")) == []
    assert good(v1.get("/prompt?slug=r"))["objects"] == [moved]
    good(v1.post("/prompt", wish))
    refused(v1.patch(path, {"slug": "p"}))


def test_a_deleted_function_leaves_a_stub_and_a_free_slug(v1, wish):
    function = good(v1.post("/function", {**wish, "function_data": CODE, "function_type": "scorer"}))
    stub = good(v1.delete(f"/function/{function['id']}"))
    assert stub["_object_delete"] is True
    assert int(stub["_xact_id"]) > int(function["_xact_id"])
    same = ("log_id", "project_id", "slug", "id", "created", "org_id")
    assert {name: stub[name] for name in same} == {name: function[name] for name in same}
    assert set(stub) == {*same, "_object_delete", "_xact_id"}
    assert v1.get("/function?slug=p").body == {"objects": []}
    assert good(v1.post("/function", {**wish, "function_data": CODE}))["id"] != function["id"]


def test_a_function_in_an_environment(v1, wish, prompt):
    pin = f"/environment-object/prompt/{prompt['id']}/production"
    root = type(v1)(v1.functions, v1.headers, "")
    good(v1.put("/prompt", {**wish, "prompt_data": prompt_data("two")}))
    assert (
        good(root.put(pin, {"object_version": pretty(int(prompt["_xact_id"]))}))["object_version"] == prompt["_xact_id"]
    )
    assert good(root.get(pin))["environment_slug"] == "production"
    path = f"/prompt/{prompt['id']}"
    assert good(v1.get(f"{path}?environment=production")) == prompt
    assert good(v1.get("/function?slug=p&environment=production"))["objects"] == [prompt]
    refused(v1.get(f"{path}?environment=staging"))
    refused(v1.get(f"{path}?environment=production&version=1"))
    refused(v1.get("/prompt?environment=production&version=1"))
    good(v1.post("/prompt", {**wish, "slug": "other"}))
    refused(v1.get("/prompt?environment=production"))
    good(root.delete(pin))
    refused(root.get(pin))


def test_a_dataset_in_an_environment_and_what_cannot_be_in_one(v1, dataset, experiment):
    root = type(v1)(v1.functions, v1.headers, "")
    pin = f"/environment-object/dataset/{dataset}/prod"
    good(root.put(pin, {"object_version": "1000192656880881099"}))
    good(root.put(pin, {"object_version": "1000192656880881100"}))
    assert good(root.get(f"{pin}?org_name=x"))["object_version"] == "1000192656880881100"
    refused(root.put(pin, {"object_version": "latest"}))
    refused(root.put(f"/environment-object/dataset/{NOBODYS}/prod", {"object_version": "1"}))
    refused(root.put(f"/environment-object/experiment/{experiment}/prod", {"object_version": "1"}))


@pytest.mark.parametrize(
    "wrong",
    [
        {"function_data": {"type": "graph"}},
        {"function_data": {"type": "code"}},
        {"function_data": None},
        {"prompt_data": {"prompt": 1}},
        {"slug": ""},
        {"function_type": "magic"},
        {"project_id": NOBODYS},
    ],
)
def test_a_function_that_makes_no_sense_is_refused_and_not_kept(v1, wish, wrong):
    body = {**wish, "function_data": CODE, **wrong}
    refused(v1.post("/function", body))
    refused(v1.put("/function", body))
    assert ids(v1.get("/function")) == []


def test_nothing_of_a_function_that_is_not_there(v1):
    for noun in ("prompt", "function"):
        path = f"/{noun}/{NOBODYS}"
        for answer in (v1.get(path), v1.get(f"{path}?version=1"), v1.patch(path, {}), v1.delete(path)):
            assert NOBODYS in refused(answer)
