"""What tells one provider's HTTP from another's."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import httpx

from assay.domain.completion import Completion
from assay.domain.messages import Message
from assay.domain.task import Task


class Asked(NamedTuple):
    """A request: where it goes, below the base URL, and its JSON."""

    path: str
    body: dict[str, Any]


class Wire(Protocol):
    """How a provider wants to be asked, and how it answers."""

    def request(self, task: Task, messages: Sequence[Message]) -> Asked:
        """What to send. Raises ProviderRefused for what the provider has no words for."""

    def completion(self, content: bytes) -> Completion:
        """The answer. Raises ValueError or LookupError where it makes no sense."""


class Credentials(Protocol):
    """What shows a provider who is asking."""

    @property
    def secrets(self) -> Sequence[str]:
        """What may appear in no text that people read."""

    @property
    def identity(self) -> str:
        """What tells one caller from another; it may be secret."""

    def apply(self, request: httpx.Request) -> None:
        """Puts the credentials on a request whose body is final."""


class KeyHeaders:
    """A key that goes into headers: `{}` in their values stands for it."""

    def __init__(self, key: str, headers: Mapping[str, str]) -> None:
        self.key, self.headers = key, headers

    @property
    def secrets(self) -> Sequence[str]:
        return (self.key,)

    @property
    def identity(self) -> str:
        return self.key

    def apply(self, request: httpx.Request) -> None:
        request.headers.update({name: value.format(self.key) for name, value in self.headers.items()})
