"""Whatever the OpenAPI document of the second dialect allows to be sent is answered as it says, by every route."""

from collections import Counter
from zlib import crc32

import pytest
from hypothesis import HealthCheck, settings

from assay.dialects.braintrust import openapi
from tests.integration.braintrust import good
from tests.integration.conftest import key
from tests.support.api_gateway import Api
from tests.support.conformance import placed, require_conformance, schema_of
from tests.support.wsgi import IN_A_SENTENCE, Gateway

SCHEMA = schema_of(openapi)
REFUSED = 400
ONE_IN = 40
"""Of what the phase `coverage` makes, so many are sent where it is not to take minutes."""
FREELY = {"max_examples": 5, "deadline": None, "suppress_health_check": list(HealthCheck)}
PROMPT = {
    "prompt": {"type": "chat", "messages": [{"role": "user", "content": "{{input}}"}]},
    "options": {"model": "mock"},
}


class Belated(Api):
    """A caller whose requests have been under way for so long that nobody may wait any more."""

    def event(self, *request):
        event = super().event(*request)
        return {**event, "requestContext": {**event["requestContext"], "requestTimeEpoch": 1}}


@pytest.fixture
def root(cloud, organisation):
    """A caller who may do everything, of paths in full."""
    headers = {"Authorization": f"Bearer {key(organisation, 'admin')}", "Prefer": "respond-async"}
    return Belated(cloud.functions, headers, "")


@pytest.fixture
def known(cloud, v1, root, organisation, project, dataset):
    """Something of each kind that requests may be about; the experiment's run goes on."""
    prompt = good(v1.post("/prompt", {"project_id": project, "name": "p", "slug": "p", "prompt_data": PROMPT}))
    good(root.put(f"/environment-object/prompt/{prompt['id']}/live", {"object_version": prompt["_xact_id"]}))
    good(v1.post(f"/dataset/{dataset}/insert", {"events": [{"id": "row"}, {"input": 1}]}))
    upload = good(v1.post(f"/dataset/{dataset}/upload", {}))
    cloud.stores.bucket.put(upload["fields"]["key"], b'{"input": 1}')
    task, data = {"function_id": prompt["id"]}, {"dataset_id": dataset}
    launched = root.post("/v1/eval", {"project_id": project, "data": data, "task": task, "scores": []})
    assert launched.status == 202, launched.body
    experiment = launched.body["experiment_id"]
    return {
        "project_id": project,
        **dict.fromkeys(("dataset_id", "source_dataset_id"), dataset),
        **dict.fromkeys(("experiment_id", "base_experiment_id", "base_exp_id", "comparison_experiment_id"), experiment),
        **dict.fromkeys(("function_id", "object_id"), prompt["id"]),
        **dict.fromkeys(("version", "object_version", "dataset_version"), prompt["_xact_id"]),
        "function_data": {"type": "prompt"},
        "prompt_data": PROMPT,
        "key_id": key(organisation).split("_")[1],
        "upload_id": upload["upload_id"],
        "object_type": "prompt",
        "slug": "live",
        "task": task,
        "data": data,
    }


@pytest.fixture(scope="module")
def successes():
    """How often each route answered with no refusal."""
    found = Counter()
    yield found
    assert [route for route, times in found.items() if not times] == [], "nothing was tried there"


def tried(case, root, known, successes):
    """The last answer: what is sent is about things that there are; then, unless that was refused, as it was made."""
    gateway, about_known = Gateway(root, IN_A_SENTENCE), placed(case, known)
    answer = about_known.call(app=gateway)
    require_conformance(about_known, answer)
    successes[case.operation.label] += answer.status_code < REFUSED
    if answer.status_code != REFUSED:
        answer = case.call(app=gateway)
        require_conformance(case, answer)
    return answer


def is_sent(case, successes):
    """Whether the request is in the share that is sent; every one is until the route has succeeded."""
    described = f"{case.path_parameters}{case.query}{case.body}".encode(errors="replace")
    is_one_of_many = case.meta.phase.name.value == "coverage" and successes[case.operation.label]
    return not is_one_of_many or not crc32(described) % ONE_IN


@SCHEMA.parametrize()
@settings(**FREELY | {"max_examples": 1})
def test_the_api_answers_as_documented(case, root, known, successes):
    assert not is_sent(case, successes) or tried(case, root, known, successes).status_code < 500


@pytest.mark.long
@SCHEMA.parametrize()
@settings(**FREELY)
def test_the_api_answers_all_that_can_be_sent_as_documented(case, root, known, successes):
    assert tried(case, root, known, successes).status_code < 500
