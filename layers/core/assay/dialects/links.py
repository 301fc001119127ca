"""Addresses of pages, of the address that a call came to: signed, so that they open without a key."""

from typing import Any

from assay.domain.link import LIFE, Kind, Sight, signed


def root_of(event: dict[str, Any]) -> str:
    """The address of the stage that the event came by. The local cloud has no domain, but a path for each API."""
    context = event["requestContext"]
    stage = str(context["path"]).removesuffix(event["path"])
    if domain := context.get("domainName"):
        return f"https://{domain}{stage}"
    headers = {name.lower(): value for name, value in event["headers"].items()}
    return f"http://{headers.get('host', '127.0.0.1')}/_aws/execute-api/{context['apiId']}{stage}"


def link(call: Any, ports: Any, path: str, kind: Kind, identifier: str) -> str:
    """A link that shows what lies at a path, from now on for as long as links live."""
    seen = Sight(organisation=call.organisation, kind=kind, id=identifier, until=ports.clock.now() + LIFE)
    return f"{root_of(call.event.raw_event)}{path}?token={signed(seen, ports.link_secret.value)}"
