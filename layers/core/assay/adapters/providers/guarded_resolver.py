"""Names are resolved once, to public addresses alone: no provider's name leads into a private network, now or later."""

import socket

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from assay.domain.address import is_public


class NotPublic(OSError):
    """A name that leads to an address which is not public."""


class GuardedResolver(AbstractResolver):
    """Aiohttp's resolver: what a name was first resolved to is what it means for as long as this lives.

    The connection is made to that very address, while the certificate and the Host header are still those of the name.
    """

    def __init__(self, resolver: AbstractResolver | None = None) -> None:
        self.resolver = resolver or ThreadedResolver()
        self.known: dict[tuple[str, int], list[ResolveResult]] = {}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of the name. Raises NotPublic where one of them is not public."""
        if (host, port) not in self.known:
            found = await self.resolver.resolve(host, port, family)
            if not found or not all(is_public(one["host"]) for one in found):
                raise NotPublic(f"{host} leads to an address that is not public.")
            self.known.setdefault((host, port), found)
        return self.known[host, port]

    async def close(self) -> None:
        """Ends the resolver below."""
        await self.resolver.close()
