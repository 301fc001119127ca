"""Whatever the OpenAPI document allows to be sent, the API answers as documented: never a 5xx, always the shape."""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi import checks as conformance

from assay.dialects.humanloop import openapi

pytestmark = [pytest.mark.local_cloud, pytest.mark.long]

CHECKS = [
    schemathesis.checks.not_a_server_error,
    conformance.status_code_conformance,
    conformance.content_type_conformance,
    conformance.response_schema_conformance,
]

# Methods that no route has are the gateway's to answer, not the document's to describe.
config = schemathesis.Config.from_dict({"phases": {"coverage": {"unexpected-methods": []}}})
schema = schemathesis.openapi.from_dict(openapi.document(openapi.DESCRIBED), config=config)


@schema.parametrize()
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_api_answers_as_documented(case, api):
    case.call_and_validate(base_url=str(api.base_url), headers=dict(api.headers), checks=CHECKS)
