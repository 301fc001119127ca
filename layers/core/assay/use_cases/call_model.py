"""The way to a model, of outputs and of judgements alike: one answer, however often it takes."""

from collections.abc import Sequence
from contextlib import AsyncExitStack

from assay.domain.completion import Completion
from assay.domain.errors import (
    ConfigurationError,
    ProviderDenied,
    ProviderError,
    ProviderGarbled,
    ProviderRefused,
)
from assay.domain.messages import Message
from assay.domain.retry import Random, RetryRule
from assay.domain.score import Failure, FailureKind
from assay.domain.task import Task
from assay.domain.value import Value
from assay.ports import Clock, OpenProvider, Provider


class Answered(Value):
    """What the model said. `latency` is in seconds, of the last of `attempts` calls."""

    completion: Completion
    latency: float
    attempts: int


class Unanswered(Value):
    """Why the model says nothing. `latency` is in seconds, of the last call."""

    failure: Failure
    latency: float


class Caller:
    """Calls one provider under the retry rule. `hold` is how many seconds the provider wants everybody to wait.

    Once the provider refuses the key the way is closed: whoever asks later fails at once, with the same failure.
    """

    def __init__(
        self, provider: Provider | None, closed: Failure | None, *, rule: RetryRule, clock: Clock, random: Random
    ) -> None:
        self.provider, self.closed = provider, closed
        self.rule, self.clock, self.random = rule, clock, random
        self.hold = 0.0

    async def ask(self, task: Task, messages: Sequence[Message]) -> Answered | Unanswered | None:
        """The model's answer, or why there is none; None where all are to wait, which leaves the question for later."""
        attempt, started, garbled = 0, self.clock.monotonic(), False
        while self.provider is not None and self.closed is None:
            attempt, started = attempt + 1, self.clock.monotonic()
            try:
                completion = await self.provider.complete(task, messages)
                return Answered(completion=completion, latency=self.clock.monotonic() - started, attempts=attempt)
            except ProviderError as error:
                wait = self.wait(error, attempt, garbled=garbled)
                if self.hold:
                    return None
                if wait is None:
                    return self.unanswered(self.given_up(error, attempt), started)
                garbled = garbled or isinstance(error, ProviderGarbled)
            await self.clock.sleep(wait)
        closed = self.closed or Failure(kind="denied", message="There is no provider.", attempts=0)
        return self.unanswered(closed, started)

    def wait(self, error: ProviderError, attempt: int, *, garbled: bool) -> float | None:
        """Seconds until the call is made again, None to give it up; sets `hold` where all must wait instead."""
        self.hold = max(self.hold, self.rule.hold(error) or 0)
        return self.rule.wait(error, attempt, self.random, garbled=garbled)

    def given_up(self, error: ProviderError, attempt: int) -> Failure:
        """The failure that `error` is for its question; a refused key closes the way for all that follow."""
        if isinstance(error, ProviderDenied):
            self.closed = Failure(kind="denied", message=str(error), attempts=0)
            return Failure(kind="denied", message=str(error), attempts=attempt)
        kind: FailureKind = "refused" if isinstance(error, ProviderRefused) else "provider"
        return Failure(kind=kind, message=str(error), attempts=attempt)

    def unanswered(self, failure: Failure, started: float) -> Unanswered:
        """No answer, asked for last at `started`."""
        return Unanswered(failure=failure, latency=self.clock.monotonic() - started)


async def open_caller(
    task: Task, stack: AsyncExitStack, *, open_provider: OpenProvider, rule: RetryRule, clock: Clock, random: Random
) -> Caller:
    """The way to the provider of `task`; a closed one, which fails every call, where the stack cannot call it."""
    try:
        provider = await stack.enter_async_context(open_provider(task))
    except ConfigurationError as error:
        closed = Failure(kind="denied", message=str(error), attempts=0)
        return Caller(None, closed, rule=rule, clock=clock, random=random)
    return Caller(provider, None, rule=rule, clock=clock, random=random)
