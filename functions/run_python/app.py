"""Runs Python that users wrote, shut off from everything: the sandbox's other side."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from assay import quarantine
from assay.domain.sandbox import CodeBatch
from assay.use_cases.run_python import run_python

logger = Logger()


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return run_python(CodeBatch.model_validate(event), **quarantine.run_python(context)).model_dump()
