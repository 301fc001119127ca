"""Whatever an organisation keeps, in both dialects; and what each says to a route that it does not have."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from assay import bootstrap
from assay.dialects.braintrust import document as braintrust_document
from assay.dialects.braintrust import http as braintrust
from assay.dialects.braintrust import resources as braintrust_resources
from assay.dialects.http import ByRoot
from assay.dialects.humanloop import document as humanloop_document
from assay.dialects.humanloop import http as humanloop
from assay.dialects.humanloop import resources as humanloop_resources

logger = Logger()
HUMANLOOP = (*humanloop_resources.ROUTES, *humanloop_document.ROUTES)
V4 = humanloop.create_app(HUMANLOOP, bootstrap.ports, humanloop_document.described)
BRAINTRUST = (*braintrust_resources.ROUTES, *braintrust_document.ROUTES)
V1 = braintrust.create_app(BRAINTRUST, bootstrap.ports, braintrust_document.described)
app = ByRoot({"/v4": V4, "/v1": V1, "/environment-object": V1})


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
