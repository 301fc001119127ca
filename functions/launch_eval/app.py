"""POST /v1/eval: an experiment is launched and waited for."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from assay import bootstrap
from assay.dialects.braintrust import evals
from assay.dialects.braintrust.http import create_app

logger = Logger()
app = create_app(evals.ROUTES, bootstrap.ports)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The answer of the API."""
    return app.resolve(event, context)
