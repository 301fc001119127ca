"""The OpenAPI document agrees with the routes, and the file that is kept of it with the code."""

import json
from pathlib import Path

from jsonschema import Draft202012Validator

from assay.dialects.humanloop import openapi, refused

FILE = Path(__file__).parents[2] / "docs/openapi-humanloop.json"


def operations():
    """Every operation of the document, with its method and path."""
    paths = openapi.document(openapi.DESCRIBED)["paths"]
    return [(method, path, one) for path, methods in paths.items() for method, one in methods.items()]


def test_the_file_is_what_the_code_makes():
    assert FILE.read_text() == openapi.text(), (
        "python -m assay.dialects.humanloop.openapi > docs/openapi-humanloop.json"
    )


def test_every_route_is_in_the_document_once():
    routes = [(route.method, route.path) for route in openapi.DESCRIBED]
    assert len(set(routes)) == len(routes)
    assert {(method.upper(), "/v4" + path) for method, path, _ in operations()} == set(routes)
    identifiers = [one["operationId"] for _, _, one in operations()]
    assert len(set(identifiers)) == len(identifiers)


def test_every_shape_belongs_to_a_route_and_only_what_is_refused_has_none():
    routes = {(route.method, route.path) for route in openapi.DESCRIBED}
    shapeless = {(route.method, route.path) for route in refused.ROUTES} | {("DELETE", "/v4/datasets/{id}")}
    assert set(openapi.SHAPES) <= routes
    assert not set(openapi.SHAPES) & shapeless


def test_every_schema_is_one_and_every_reference_leads_to_one():
    document = openapi.document(openapi.DESCRIBED)
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    references = {part.split('"')[0] for part in json.dumps(document).split("#/components/schemas/")[1:]}
    assert references <= set(document["components"]["schemas"])


def test_path_parameters_are_those_of_the_path_and_required_ones_are_said_to_be():
    given = {(method, path): one for method, path, one in operations()}
    assert [one["name"] for one in given["get", "/datasets/{id}"]["parameters"]] == ["id"]
    query = {one["name"]: one["required"] for one in given["get", "/evaluations"]["parameters"]}
    assert query["project_id"] is True
    assert query["sort"] is False
