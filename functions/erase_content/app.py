"""Erases what was deleted, from every store."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from assay import bootstrap
from assay.domain.erasure import Erasure
from assay.use_cases.erase_content import erase_content

logger = Logger()


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    erase_content(Erasure.model_validate(event), **bootstrap.erase())
