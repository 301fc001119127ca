"""GET /health, for anybody."""

import asyncio
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from assay import bootstrap
from assay.adapters.gateway import json_answer
from assay.use_cases.report_health import report_health

logger = Logger()


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return json_answer(asyncio.run(report_health(bootstrap.levels())))
