"""State `Prepare evaluation`: freezes the dataset version, writes the plan, sets the evaluation running."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from assay import bootstrap
from assay.adapters.passes import PassInput
from assay.use_cases.prepare_evaluation import prepare_evaluation

logger = Logger()


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    this = PassInput.model_validate(event).parsed()
    prepared = prepare_evaluation(this, **bootstrap.prepare()).model_dump()
    logger.info("prepare_evaluation", extra={"evaluation_id": this.evaluation_id, **prepared})
    return prepared
