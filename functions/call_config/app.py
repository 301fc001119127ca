"""Calls a config, once or several times and for whoever waits, and keeps each answer as a log."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from assay import bootstrap
from assay.dialects.humanloop import calls
from assay.dialects.humanloop.http import create_app

logger = Logger()
app = create_app(calls.ROUTES, bootstrap.ports)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
