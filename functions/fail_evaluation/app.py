"""States `Lane failed` and `Fail evaluation`, and the rule on executions that failed, timed out or were stopped."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from assay import bootstrap
from assay.adapters.passes import parse_failure
from assay.use_cases.fail_evaluation import fail_evaluation

logger = Logger()


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    failure = parse_failure(event)
    return {"status": fail_evaluation(failure, **bootstrap.fail()), "reason": failure.reason}
