"""State `Summarize experiment`: adds the rows up, writes the summary, completes the evaluation."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from assay import bootstrap
from assay.adapters.passes import PassInput
from assay.use_cases.summarize_experiment import summarize_experiment

logger = Logger()


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    summary = summarize_experiment(PassInput.model_validate(event).parsed(), **bootstrap.summarize())
    counts = summary.model_dump(mode="json", include={"evaluation_id", "status", "rows", "n_errors", "n_missing"})
    logger.info("summarize_experiment", extra=counts)
    return counts
