"""Lets in whoever presents a valid API key, in either header, and says whose it is."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from assay import bootstrap
from assay.adapters.gateway import admitted, presented_key, refused_as_unauthorized
from assay.use_cases.authorize import authorize

logger = Logger()


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    with refused_as_unauthorized():
        return admitted(event, authorize(presented_key(event), **bootstrap.authorize()))
