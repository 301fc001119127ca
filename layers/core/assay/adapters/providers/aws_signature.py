"""Requests to AWS with the credentials of the function's own role (Signature Version 4, by botocore)."""

from collections.abc import Sequence
from typing import Any

import httpx
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

SIGNED = ("host", "content-type")


class RoleSignature:
    """Implements wire.Credentials. `credentials` are botocore's, which renew themselves."""

    secrets: Sequence[str] = ()

    def __init__(self, credentials: Any, service: str, region: str) -> None:
        self.credentials, self.service, self.region = credentials, service, region

    @property
    def identity(self) -> str:
        return f"{self.service} {self.region}"

    def apply(self, request: httpx.Request) -> None:
        headers = {name: request.headers[name] for name in SIGNED if name in request.headers}
        signed = AWSRequest(request.method, str(request.url), data=request.content, headers=headers)
        frozen = self.credentials.get_frozen_credentials()
        SigV4Auth(frozen, self.service, self.region).add_auth(signed)
        request.headers.update(dict(signed.headers.items()))
