"""State `Score outputs`: every evaluator over what the lane has generated; and over a log that was just posted."""

import asyncio
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from assay import bootstrap
from assay.domain.lane import parse_turn
from assay.use_cases.score_outputs import score_outputs

logger = Logger()


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    turn = parse_turn(event)
    after = asyncio.run(score_outputs(turn, **bootstrap.score(turn, context))).model_dump()
    logger.info("score_outputs", extra=after)
    return after
