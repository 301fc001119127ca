"""Model providers: what they want of their callers, what they cost, how they are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pydantic import SecretStr

    from assay.domain.completion import Completion
    from assay.domain.evaluation import Pass
    from assay.domain.messages import Message
    from assay.domain.price import Price
    from assay.domain.provider_limit import Denial, Hold, ProviderLimit
    from assay.domain.task import Task


class ProviderLimits(Protocol):
    """What providers want of all who call them with one key (its account), told by one worker to the others."""

    def read(self, organisation: str, account: str) -> ProviderLimit:
        """Everything that holds, or held lately."""

    def hold(self, organisation: str, account: str, hold: Hold) -> None:
        """Keeps that nobody may call for a time, unless it is known for longer."""

    def deny(self, organisation: str, account: str, model: str, denial: Denial) -> None:
        """Keeps that no call for the model can succeed."""


class Prices(Protocol):
    """What models cost."""

    def price(self, provider: str, model: str) -> Price | None:
        """The model's price; None where nobody knows it."""


class Answers(Protocol):
    """Answers that a project's models gave, kept for a time by what they answer (domain/request_key)."""

    def find(self, organisation: str, project_id: str, requests: Sequence[str]) -> dict[str, Completion]:
        """The answers there are to distinct requests."""

    def keep(self, organisation: str, project_id: str, request: str, completion: Completion) -> None:
        """Keeps an answer in place of an earlier one; one that is too large to be kept is not."""


class RequestKeys(Protocol):
    """Provider keys that came with requests. They are kept for an evaluation, for a day at most, and nowhere else."""

    def read(self, organisation: str, evaluation_id: str) -> dict[str, SecretStr]:
        """The keys by their providers; none where none came, or they are gone."""

    def forget(self, this: Pass) -> None:
        """Ends what was kept for this pass or earlier ones; what came for a later one stays."""


class RequestKeyIntake(Protocol):
    """Where provider keys are put that come with a request."""

    def keep(self, this: Pass, keys: Mapping[str, SecretStr]) -> None:
        """Keeps keys for a pass, in place of those that were there."""


class OpenProvider(Protocol):
    """Opens the provider of a task for the length of one invocation."""

    def __call__(self, task: Task) -> AbstractAsyncContextManager[Provider]:
        """Raises ConfigurationError where the stack cannot call that provider."""


class Provider(Protocol):
    """A model provider. `account` tells apart whose limits bind a call: another key, another account."""

    @property
    def account(self) -> str:
        """A name that tells nothing of the key."""

    @property
    def address(self) -> str:
        """Where it is called: the same model elsewhere may be another."""

    async def complete(self, task: Task, messages: Sequence[Message]) -> Completion:
        """Calls the model once. Raises ProviderError."""
