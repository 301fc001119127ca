"""Each dialect's OpenAPI document agrees with its routes, and the file that is kept of it with the code."""

import json
from itertools import product
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from assay.dialects.braintrust import openapi as braintrust
from assay.dialects.humanloop import openapi as humanloop
from assay.dialects.humanloop import refused
from tests.story.tree import resources

DOCS = Path(__file__).parents[2] / "docs"
ROOTS = {"braintrust": "", "humanloop": "/v4"}
"""Where the paths of a dialect's document begin."""


@pytest.fixture(params=[braintrust, humanloop], ids=["braintrust", "humanloop"])
def openapi(request):
    return request.param


def name(openapi):
    """The dialect's name."""
    return openapi.__name__.split(".")[-2]


def operations(openapi):
    """Every operation of the document, with its method and path."""
    paths = openapi.document(openapi.DESCRIBED)["paths"]
    return [(method, path, one) for path, methods in paths.items() for method, one in methods.items()]


def routes(openapi):
    """The method and path of every route that is described."""
    return [(route.method, route.path) for route in openapi.DESCRIBED]


def test_the_file_is_what_the_code_makes(openapi):
    kept = (DOCS / f"openapi-{name(openapi)}.json").read_text()
    assert kept == openapi.text(), f"python -m {openapi.__name__} > docs/openapi-{name(openapi)}.json"


def test_every_route_is_in_the_document_once(openapi):
    assert len(set(routes(openapi))) == len(routes(openapi))
    root = ROOTS[name(openapi)]
    assert {(method.upper(), root + path) for method, path, _ in operations(openapi)} == set(routes(openapi))
    identifiers = [one["operationId"] for _, _, one in operations(openapi)]
    assert len(set(identifiers)) == len(identifiers)


def test_every_schema_is_one_and_every_reference_leads_to_one(openapi):
    document = openapi.document(openapi.DESCRIBED)
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    references = {part.split('"')[0] for part in json.dumps(document).split("#/components/schemas/")[1:]}
    assert references <= set(document["components"]["schemas"])


def test_every_shape_belongs_to_a_route_and_only_what_is_refused_has_none():
    shapeless = {(route.method, route.path) for route in refused.ROUTES} | {("DELETE", "/v4/datasets/{id}")}
    assert set(humanloop.SHAPES) <= set(routes(humanloop))
    assert not set(humanloop.SHAPES) & shapeless


def test_every_route_of_the_second_dialect_has_a_shape():
    assert set(braintrust.SHAPES) == set(routes(braintrust))


def test_path_parameters_are_those_of_the_path_and_required_ones_are_said_to_be():
    given = {(method, path): one for method, path, one in operations(humanloop)}
    assert [one["name"] for one in given["get", "/datasets/{id}"]["parameters"]] == ["id"]
    query = {one["name"]: one["required"] for one in given["get", "/evaluations"]["parameters"]}
    assert query["project_id"] is True
    assert query["sort"] is False


def test_a_refusal_of_the_second_dialect_is_a_sentence_or_the_gateways_own():
    refusals = [one["responses"]["4XX"]["content"] for _, _, one in operations(braintrust)]
    assert all(set(content) == {"text/plain", "application/json"} for content in refusals)


def test_what_the_gateway_says_by_itself_stands_in_the_document(openapi):
    said = resources("AWS::Serverless::Api")["Api"]["GatewayResponses"]
    refusals = {str(one["StatusCode"]): one["ResponseTemplates"] for one in said.values() if "StatusCode" in one}
    assert set(refusals) >= {"401", "403", "404", "413", "429"}
    components = openapi.document(openapi.DESCRIBED)["components"]
    promised = set()
    for (status, templates), (_, _, one) in product(refusals.items(), operations(openapi)):
        described = one["responses"].get(status, one["responses"]["4XX"])["content"]
        promised |= {(text, json.dumps(described[media]["schema"])) for media, text in templates.items()}
    for text, schema in promised:
        Draft202012Validator({**json.loads(schema), "components": components}).validate(json.loads(text))
