"""What happens to an evaluation after its creation: status, more evaluators, posted logs and results."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from assay import bootstrap
from assay.dialects.humanloop import updates
from assay.dialects.humanloop.http import create_app

logger = Logger()
app = create_app(updates.ROUTES, bootstrap.ports)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
