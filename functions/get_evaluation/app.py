"""Evaluations as they stand: one, its rows, all of a project."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from assay import bootstrap
from assay.dialects.humanloop import evaluations, evaluations_list
from assay.dialects.humanloop.http import create_app

logger = Logger()
app = create_app((*evaluations.READ, *evaluations_list.ROUTES), bootstrap.ports)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
