"""State `Generate outputs`: a lane's next chunks, until they or the time are at an end."""

import asyncio
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from assay import bootstrap
from assay.domain.lane import LaneTurn
from assay.use_cases.generate_outputs import generate_outputs

logger = Logger()


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    turn = LaneTurn.model_validate(event)
    after = asyncio.run(generate_outputs(turn, **bootstrap.generate(turn, context))).model_dump()
    logger.info("generate_outputs", extra=after)
    return after
