"""Whatever an organisation keeps, in both dialects; and what each says to a route that it does not have."""

from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from assay import bootstrap
from assay.dialects.http import ByRoot, Resolver

logger = Logger()


@cache
def v4() -> Resolver:
    """What answers Humanloop's clients."""
    from assay.dialects.humanloop import document, http, resources  # noqa: PLC0415

    return http.create_app((*resources.ROUTES, *document.ROUTES), bootstrap.ports, document.described)


@cache
def v1() -> Resolver:
    """What answers Braintrust's."""
    from assay.dialects.braintrust import document, http, resources  # noqa: PLC0415

    return http.create_app((*resources.ROUTES, *document.ROUTES), bootstrap.ports, document.described)


app = ByRoot({"/v4": v4, "/v1": v1, "/environment-object": v1})


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
