"""Files of rows: where a client may upload one, and what becomes of it."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from assay import bootstrap
from assay.dialects.braintrust import imports
from assay.dialects.braintrust.http import create_app

logger = Logger()
app = create_app(imports.ROUTES, bootstrap.ports)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
