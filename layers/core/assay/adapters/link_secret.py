"""What links are signed with, out of Secrets Manager."""

from functools import cached_property
from typing import Any

from pydantic import SecretStr


class LinkSecret:
    """The secret that the stack made for itself, read when it is first needed. `client` is boto3's."""

    def __init__(self, client: Any, identifier: str) -> None:
        self.client, self.identifier = client, identifier

    @cached_property
    def value(self) -> SecretStr:
        """The secret, for the life of the process."""
        return SecretStr(self.client.get_secret_value(SecretId=self.identifier)["SecretString"])
