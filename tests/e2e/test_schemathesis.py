"""The deployed stack answers as its OpenAPI documents say, on every route: never a 5xx, always the shape.

All phases, with few examples; of the phase `coverage`, which tests/integration/test_humanloop_schema.py and
test_braintrust_schema.py have whole, one request in twenty is sent.
"""

from zlib import crc32

import pytest
from hypothesis import HealthCheck, settings

from assay.dialects.braintrust import openapi as braintrust
from assay.dialects.humanloop import calls, openapi
from tests.support.conformance import require_conformance, schema_of

pytestmark = [pytest.mark.local_cloud, pytest.mark.long]
SCHEMA, BRAINTRUST = schema_of(openapi), schema_of(braintrust)
ONE_IN = 20
CALLS = {route.path for route in calls.ROUTES}
UNREACHABLE = 503
"""What a call says where the model's provider cannot be reached from here."""
UNKNOWN_KEY = 401


def is_sent(case):
    """Whether the request is in the share that is sent."""
    described = f"{case.path_parameters}{case.query}{case.body}".encode(errors="replace")
    return case.meta.phase.name.value != "coverage" or not crc32(described) % ONE_IN


def test_the_document_that_the_tests_are_made_of_is_the_one_that_is_served(api):
    served = api.get("/openapi.json").json()
    assert served == openapi.document((*openapi.DESCRIBED, *openapi.ROUTES))


@SCHEMA.parametrize()
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_api_answers_as_documented(case, api):
    if is_sent(case):
        answer = case.call(base_url=str(api.base_url), headers=dict(api.headers))
        is_theirs = answer.status_code == UNREACHABLE and f"/v4{case.operation.path}" in CALLS
        assert answer.status_code < 500 or is_theirs, answer.text
        require_conformance(case, answer)


def test_the_second_dialects_document_is_the_one_that_is_served(api, cloud):
    assert api.get(f"{cloud.variables['ASSAY_URL']}/v1/openapi.json").text == braintrust.text()


@BRAINTRUST.parametrize()
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_api_of_the_second_dialect_answers_as_documented(case, cloud):
    if is_sent(case):
        key = f"Bearer {cloud.variables['ASSAY_API_KEY']}"
        case.headers = {**(case.headers or {}), "Authorization": key, "Prefer": "respond-async"}
        answer = case.call(base_url=cloud.variables["ASSAY_URL"])
        assert answer.status_code != UNKNOWN_KEY, "The key is good."
        require_conformance(case, answer)
