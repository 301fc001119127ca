"""What answers for whatever an organisation keeps, in this dialect."""

from assay.dialects.http import OpenPorts, Resolver
from assay.dialects.humanloop import document, http, resources


def create(ports: OpenPorts) -> Resolver:
    """The resolver."""
    return http.create_app((*resources.ROUTES, *document.ROUTES), ports, document.described)
