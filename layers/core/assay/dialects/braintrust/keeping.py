"""What answers for whatever an organisation keeps, in this dialect."""

from assay.dialects.braintrust import document, http, resources
from assay.dialects.http import OpenPorts, Resolver


def create(ports: OpenPorts) -> Resolver:
    """The resolver."""
    return http.create_app((*resources.ROUTES, *document.ROUTES), ports, document.described)
