"""The API's gateway responses, told to the local cloud.

On AWS they come with the API's definition. The local cloud reads everything of that definition but them, so they are
handed to it one by one, as the template has them.
"""

from typing import Any

import boto3

from assay_cli.places import Places


def tell(places: Places, api_id: str, stage: str) -> None:
    """Puts every gateway response of the template, and deploys the API: they hold from a deployment on."""
    client: Any = boto3.client("apigateway")
    for kind, response in wanted(places).items():
        status = {"statusCode": str(response["StatusCode"])} if "StatusCode" in response else {}
        templates = dict(response["ResponseTemplates"])
        client.put_gateway_response(restApiId=api_id, responseType=kind, responseTemplates=templates, **status)
    client.create_deployment(restApiId=api_id, stageName=stage)


def wanted(places: Places) -> dict[str, Any]:
    """The gateway responses of the template, by type. Who only runs evaluations has no SAM, and needs none."""
    from samcli.yamlhelper import yaml_parse  # noqa: PLC0415

    template = yaml_parse((places.root / "template.yaml").read_text())
    responses: dict[str, Any] = template["Resources"]["Api"]["Properties"]["GatewayResponses"]
    return responses
