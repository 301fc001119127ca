"""Events that ask for an evaluation, from the bus or a schedule; and ends of evaluations, after which others begin."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from assay import bootstrap
from assay.adapters.trigger_events import parse_event
from assay.dialects.launches import launcher
from assay.use_cases.trigger_eval import trigger_eval

logger = Logger()


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    outcome = trigger_eval(parse_event(event), launcher=launcher(bootstrap.ports()), **bootstrap.trigger())
    logger.info("trigger_eval", extra=outcome.model_dump())
    return outcome.model_dump()
