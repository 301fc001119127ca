"""Whatever an organisation keeps, in both dialects; and what each says to a route that it does not have."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from assay import bootstrap
from assay.dialects.http import ByRoot

logger = Logger()
HUMANLOOP, BRAINTRUST = "assay.dialects.humanloop.keeping", "assay.dialects.braintrust.keeping"
app = ByRoot({"/v4": HUMANLOOP, "/v1": BRAINTRUST, "/environment-object": BRAINTRUST}, bootstrap.ports)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
