"""The page of an experiment, for whoever has a link to it."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from assay import bootstrap
from assay.dialects.braintrust.pages import view

logger = Logger()


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The page, with what a browser must know of it."""
    return view(event, bootstrap.ports())
