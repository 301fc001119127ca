"""Every answer has the shape that the OpenAPI document says."""

import re

from jsonschema import Draft202012Validator

from assay.dialects.humanloop import openapi
from tests.integration.world import a_world, made, run


def schema_of(document, method, path, status):
    """What the document says of an answer: of its status, or of its hundred."""
    pattern = next(
        one for one in document["paths"] if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", one), path.partition("?")[0])
    )
    responses = document["paths"][pattern][method.lower()]["responses"]
    schema = responses.get(str(status), responses["4XX"])["content"]["application/json"]["schema"]
    return {**schema, "components": document["components"]}


def test_the_document_is_served(api):
    assert made(api.get("/openapi.json"), 200) == openapi.document((*openapi.DESCRIBED, *openapi.ROUTES))


def test_answers_are_as_described(api, cloud, organisation):
    world = a_world(api)
    run(cloud, organisation, world.evaluation)
    log = made(api.post("/logs", {"project": "sums", "config_id": world.config, "output": "so"}), 200)["id"]
    document = made(api.get("/openapi.json"), 200)
    project, dataset, evaluation = (
        f"/projects/{world.project}",
        f"/datasets/{world.dataset}",
        f"/evaluations/{world.evaluation}",
    )
    for path in (
        "/projects", project, f"{project}/configs?evaluation_aggregates=true", f"{project}/active-config",
        f"{project}/deployed-configs", f"{project}/datasets", f"{project}/evaluations?evaluator_aggregates=true",
        f"/model-configs/{world.config}", "/datasets", dataset, f"{dataset}/datapoints",
        f"/datapoints/{world.datapoint}", "/evaluators", f"/evaluators/{world.evaluator}",
        f"/logs?project_id={world.project}", f"/logs/{log}", evaluation, f"{evaluation}/datapoints",
        f"/evaluations?project_id={world.project}", "/logs", "/projects/pr_1",
    ):  # fmt: skip
        answer = api.get(path)
        validator = Draft202012Validator(schema_of(document, "GET", path, answer.status))
        assert list(validator.iter_errors(answer.body)) == [], path
