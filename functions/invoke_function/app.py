"""Calls a function, once and for whoever waits: a prompt, code, a global scorer."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from assay import bootstrap
from assay.dialects.braintrust import invocations
from assay.dialects.braintrust.http import create_app

logger = Logger()
app = create_app(invocations.ROUTES, bootstrap.ports)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
