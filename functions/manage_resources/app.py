"""Projects, configs, datasets, datapoints, evaluators; and what the API says to a route that it does not have."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from assay import bootstrap
from assay.dialects.humanloop import openapi, resources
from assay.dialects.humanloop.http import create_app

logger = Logger()
app = create_app((*resources.ROUTES, *openapi.ROUTES), bootstrap.ports, known=openapi.DESCRIBED)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
