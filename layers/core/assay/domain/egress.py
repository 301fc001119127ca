"""Where user code may connect to, as the operator of a stack lists it."""

import re
from ipaddress import ip_address
from typing import Final, NamedTuple, Self

from assay.domain.address import is_address, is_public

HTTPS = 443
ENTRY: Final = re.compile(
    r"(?P<any>\*\.)?(?P<host>[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*)(:(?P<port>[0-9]{1,5}))?",
    re.IGNORECASE,
)


class Destination(NamedTuple):
    """A host by its name or IPv4 address, or all below a name, and one port of it."""

    host: str
    port: int
    is_any_below: bool = False

    @classmethod
    def parsed(cls, entry: str) -> Self:
        """`host`, `host:port`, `*.host` or `*.host:port`; the port is 443 unless it is said. Raises ValueError."""
        found = ENTRY.fullmatch(entry)
        port = int((found and found["port"]) or HTTPS)
        if found is None or not 0 < port < 1 << 16 or (found["any"] and is_address(found["host"])):
            raise ValueError(f"'{entry}' is none of host, host:port, *.host and *.host:port")
        return cls(found["host"].lower(), port, bool(found["any"]))

    def is_of(self, host: str, port: int) -> bool:
        """Whether this names the host, in small letters, and its port."""
        below = host.endswith(f".{self.host}") and not is_address(host)
        return port == self.port and (below if self.is_any_below else host == self.host)


def destinations(listed: str) -> tuple[Destination, ...]:
    """What stands in a list of entries, joined by commas. Raises ValueError."""
    return tuple(Destination.parsed(entry.strip()) for entry in listed.split(",") if entry.strip())


def is_open(address: str, host: str) -> bool:
    """Whether an address that a listed host has may be connected to.

    It must be public, unless the list has the address itself; those of a link never are, where clouds keep credentials.
    """
    return is_public(address) or (address == host and not ip_address(address).is_link_local)
