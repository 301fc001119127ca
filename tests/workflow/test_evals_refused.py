"""What cannot be run is refused in one answer, and nothing is made of it."""

import uuid

import pytest

from assay import bootstrap
from assay.domain.keys import Bounds
from assay.use_cases.manage_keys import create_key
from tests.support.api_gateway import Api
from tests.workflow.evals import ECHO, EXACT, Evals, sum_row

NOWHERE = str(uuid.UUID(int=7))
PLAIN_HEX = f"{1000192656880881099:x}".zfill(16)
SESSION = {"prompt_session_id": "s", "prompt_session_function_id": "f"}


def options(**more):
    """A change: the task's prompt with other options."""
    return {"task": {"inline_prompt": {**ECHO["inline_prompt"], "options": {"model": "mock", **more}}}}


def wording(prompt):
    """A change: the task's prompt says something else."""
    return {"task": {"inline_prompt": {"prompt": prompt, "options": {"model": "mock"}}}}


@pytest.fixture(scope="module")
def evals(cloud):
    return Evals(cloud, "refused")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"project_id": None}, "project_id"),
        ({"project_id": "nowhere"}, "nowhere"),
        ({"project_id": 7}, "project_id"),
        ({"project_id": NOWHERE}, NOWHERE),
        ({"data": None}, "data"),
        ({"data": {}}, "data"),
        ({"data": {"dataset_id": NOWHERE}}, NOWHERE),
        ({"data": {"dataset_id": NOWHERE, "data": []}}, "data"),
        ({"data": {"project_name": "sums"}}, "dataset_name"),
        ({"data": {"project_name": "nothing", "dataset_name": "x"}}, "nothing"),
        ({"data": {"dataset_id": NOWHERE, "dataset_version": "xyz"}}, "dataset_version"),
        ({"data": {"dataset_id": NOWHERE, "dataset_version": "5", "dataset_environment": "e"}}, "dataset_environment"),
        ({"data": {"dataset_id": NOWHERE, "_internal_btql": {"limit": 1}}}, "_internal_btql"),
        ({"data": {"experiment_name": "x"}}, "experiment_name"),
        ({"data": {"experiment_id": NOWHERE}}, "experiment_id is not supported"),
        ({"data": {"dataset_id": NOWHERE, "version": "7"}}, "is dataset_version meant?"),
        ({"max_cots": 1}, "is max_cost meant?"),
        ({"data": {"data": ["text"]}}, "data.data.0"),
        ({"data": {"data": [sum_row(1), {"inputs": 1}]}}, "data.data.1: inputs is not a field (is input meant?)."),
        ({"data": {"data": [sum_row(1, expcted=2)]}}, "is expected meant?"),
        ({"data": {"data": [sum_row(1, answer=2)]}}, "data.data.0: answer is not a field."),
        ({"data": {"data": [sum_row(1, trialCount=2)]}}, "is trial_count meant?"),
        ({"data": {"dataset_id": NOWHERE, "dataset_version": PLAIN_HEX}}, f"'{PLAIN_HEX}' is no version."),
        ({"data": {"dataset_id": NOWHERE, "dataset_version": PLAIN_HEX}}, "pretty form of 16 hexadecimal digits"),
        ({"task": {"function_id": NOWHERE, "version": PLAIN_HEX}}, f"task.version: '{PLAIN_HEX}' is no version."),
        (wording({"messages": []}), "task.inline_prompt.prompt: It must say its 'type'."),
        (wording({"type": "chats"}), "task.inline_prompt.prompt: Its 'type' must be one of 'chat', 'completion'."),
        (
            options(temperature=0),
            "task.inline_prompt.options: temperature is not a field (is params.temperature meant?)",
        ),
        (options(parms={"temperature": 0}), "task.inline_prompt.options: parms is not a field (is params meant?)"),
        (options(params={"temprature": 0}), "options.params: temprature is not a field (is temperature meant?)."),
        (options(params={"maxTokens": 5}), "is max_tokens meant?"),
        ({"task": {"inline_prompt": {**ECHO["inline_prompt"], "template_formt": "none"}}}, "is template_format meant?"),
        ({"task": None}, "task"),
        ({"task": {}}, "task"),
        ({"task": {"function_id": NOWHERE}}, NOWHERE),
        ({"task": SESSION}, "task.prompt_session_id"),
        ({"scores": None}, "scores"),
        ({"scores": [{"function_id": NOWHERE}]}, NOWHERE),
        ({"scores": [EXACT, SESSION]}, "scores.1.prompt_session_id"),
        ({"scores": [EXACT, EXACT]}, "Two scorers are called 'ExactMatch'"),
        ({"scores": [{"global_function": "NoSuchScorer"}]}, "NoSuchScorer"),
        ({"scores": [{"inline_context": {"runtime": "quickjs", "version": "1"}, "code": "x"}]}, "quickjs"),
        ({"trial_count": 0}, "trial_count"),
        ({"trial_count": 1.5}, "trial_count"),
        ({"max_concurrency": 0}, "max_concurrency"),
        ({"timeout": 0}, "timeout"),
        ({"stream": "perhaps"}, "stream"),
        ({"base_experiment_id": NOWHERE}, NOWHERE),
        ({"base_experiment_name": "no such base"}, "no such base"),
        ({"git_metadata_settings": {"collect": "some", "more": 1}}, "git_metadata_settings.more"),
        ({"parent": {"object_type": "experiment", "object_id": NOWHERE}}, "parent"),
        ({"stop_token": "now"}, "stop_token"),
        ({"mcp_auth": {"https://tools": {"oauth_token": "t"}}}, "mcp_auth"),
        ({"parameters": {"p": 1}}, "parameters"),
        ({"metadata": [1]}, "metadata"),
    ],
    ids=str,
)
def test_a_request_that_cannot_be_met_is_refused_by_name_and_makes_nothing(evals, change, named):
    body = {name: value for name, value in {**evals.body(1), **change}.items() if value is not None}
    answer = evals.post(body)
    assert answer.status == 400, answer.body
    assert named in answer.body
    assert "[request_id=" in answer.body
    assert "Traceback" not in answer.body
    assert evals.experiments() == []


@pytest.mark.parametrize("version", ["0", "1", "0000000000000001"])
def test_a_version_from_before_all_that_was_written_does_not_exist(evals, version):
    data = {"dataset_id": evals.dataset([sum_row(1)], f"sums {version}"), "dataset_version": version}
    answer = evals.post(evals.body(1, data=data))
    assert (answer.status, evals.experiments()) == (400, [])
    assert answer.body.startswith(f"The version {int(version)} of the dataset '{data['dataset_id']}' does not exist")


def test_keys_that_nobody_knows_are_passed_over(cloud):
    evals = Evals(cloud, "unknown-keys")
    quiet = {"parent": "", "stop_token": None, "mcp_auth": {}, "parameters": {}, "something_new": [1, 2]}
    assert evals.run(1, **quiet)["scores"]["ExactMatch"]["score"] == 1


def test_inline_rows_over_4_mb_are_refused_with_the_way_to_do_it(evals):
    answer = evals.post(evals.body([sum_row(1, metadata={"long": "x" * (4 * 1024 * 1024)})]))
    assert answer.status == 413
    assert "/v1/dataset/{id}/insert" in answer.body


def test_what_grows_by_escaping_is_measured_as_it_arrives(evals):
    quotes = '"' * (3 * 1024 * 1024)
    assert evals.post(evals.body([sum_row(1, metadata={"long": quotes})])).status == 413


def test_a_body_that_is_no_json_is_refused(evals):
    answer = evals.api.send("POST", "/eval", "{")
    assert answer.status == 400


def test_another_organisations_things_do_not_exist(cloud, evals):
    other = Evals(cloud, "stranger")
    summary = other.run(1)
    assert evals.post({**evals.body(1), "project_id": other.project}).status == 400
    assert evals.post(evals.body(1, base_experiment_id=summary["experiment_id"])).status == 400
    assert evals.api.get(f"/experiment/{summary['experiment_id']}/wait").status == 400
    assert evals.api.get(f"/experiment/{summary['experiment_id']}/summarize").status == 400


def test_a_key_that_may_only_read_launches_nothing(cloud, evals):
    key = create_key(evals.organisation, Bounds(scope="read"), **bootstrap.operator("assay")).text
    reader = Api(cloud.functions, {"Authorization": f"Bearer {key}"}, root="/v1")
    assert reader.post("/eval", evals.body(1)).status == 403
    assert evals.experiments() == []


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        ({"task": {"project_name": "zz", "slug": "s"}}, "The project 'zz' does not exist"),
        ({"data": {"project_name": "zz", "dataset_name": "d"}}, "The project 'zz' does not exist"),
        ({"data": {"project_name": "sums", "dataset_name": "d/e"}}, "The dataset 'd/e' does not exist"),
        ({"task": {"project_name": "sums", "slug": "none"}}, "The function 'none' does not exist"),
        ({"base_experiment_name": "none"}, "The base experiment 'none' does not exist"),
    ],
)
def test_what_is_not_there_is_called_as_the_request_called_it(evals, wish, says):
    answer = evals.post(evals.body(1, **wish))
    assert (answer.status, answer.body.startswith(says)) == (400, True), answer.body
