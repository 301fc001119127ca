"""The OpenAPI document of the second dialect agrees with its routes, and the file that is kept of it with the code."""

import json
from pathlib import Path

from jsonschema import Draft202012Validator

from assay.dialects.braintrust import openapi

FILE = Path(__file__).parents[2] / "docs/openapi-braintrust.json"


def operations():
    """Every operation of the document, with its method and path."""
    paths = openapi.document(openapi.DESCRIBED)["paths"]
    return [(method, path, one) for path, methods in paths.items() for method, one in methods.items()]


def test_the_file_is_what_the_code_makes():
    assert FILE.read_text() == openapi.text(), (
        "python -m assay.dialects.braintrust.openapi > docs/openapi-braintrust.json"
    )


def test_every_route_is_in_the_document_once_and_has_a_shape():
    routes = [(route.method, route.path) for route in openapi.DESCRIBED]
    assert len(set(routes)) == len(routes)
    assert {(method.upper(), path) for method, path, _ in operations()} == set(routes)
    identifiers = [one["operationId"] for _, _, one in operations()]
    assert len(set(identifiers)) == len(identifiers)
    assert set(openapi.SHAPES) == set(routes)


def test_every_schema_is_one_and_every_reference_leads_to_one():
    document = openapi.document(openapi.DESCRIBED)
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    references = {part.split('"')[0] for part in json.dumps(document).split("#/components/schemas/")[1:]}
    assert references <= set(document["components"]["schemas"])


def test_a_refusal_is_a_sentence():
    assert all(list(one["responses"]["4XX"]["content"]) == ["text/plain"] for _, _, one in operations())
