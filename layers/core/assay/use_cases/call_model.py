"""The way to a model, of outputs and of judgements alike: one answer, however often it takes."""

from collections.abc import Sequence

from assay.domain.completion import Completion
from assay.domain.errors import (
    ProviderDenied,
    ProviderError,
    ProviderGarbled,
    ProviderRefused,
    ProviderThrottled,
)
from assay.domain.messages import Message
from assay.domain.retry import Random, RetryRule
from assay.domain.score import Failure, FailureKind
from assay.domain.task import Task
from assay.domain.value import Value
from assay.ports import Clock, Provider
from assay.use_cases.gate import Gate
from assay.use_cases.retry_budget import RetryBudget
from assay.use_cases.shared_limit import SharedLimit

SPENT = "It was not asked again: the retries that a run may make are used up."


class Answered(Value):
    """What the model said. `latency` is in seconds, of the last of `attempts` calls.

    An answer that `is_cached` was given before, to the same request, and took no call. `request` is what any other can
    be kept by, where answers are kept.
    """

    completion: Completion
    latency: float
    attempts: int
    is_cached: bool = False
    request: str | None = None


class Unanswered(Value):
    """Why the model says nothing. `latency` is in seconds, of the last call."""

    failure: Failure
    latency: float


class Caller:
    """Calls one provider under the retry rule, through its gate.

    Once the provider refuses the key for a model that way is closed: whoever asks later fails at once.
    """

    def __init__(
        self,
        provider: Provider,
        shared: SharedLimit,
        gate: Gate,
        *,
        rule: RetryRule,
        budget: RetryBudget,
        clock: Clock,
        random: Random,
    ) -> None:
        self.provider, self.shared, self.gate = provider, shared, gate
        self.rule, self.budget, self.clock, self.random = rule, budget, clock, random

    @property
    def hold(self) -> float:
        """How many seconds the provider wants everybody to wait, where that is longer than a worker should."""
        return max(self.gate.wait, 1) if self.gate.is_held else 0

    async def ask(self, task: Task, messages: Sequence[Message]) -> Answered | Unanswered | None:
        """The model's answer, or why there is none; None where all are to wait, which leaves the question for later."""
        attempt, started, garbled, took = 0, self.clock.monotonic(), False, 0.0
        while await self.gate.enter():
            try:
                if (message := self.shared.denial(task.model)) is not None:
                    failure = Failure(kind="denied", message=message, attempts=attempt)
                    return self.unanswered(failure, started)
                attempt, started = attempt + 1, self.clock.monotonic()
                completion = await self.provider.complete(task, messages)
                return await self.answered(completion, started, attempt)
            except ProviderError as error:
                took += self.clock.monotonic() - started
                await self.heed(error, task)
                wait = self.rule.wait(error, attempt, self.random, garbled=garbled, took=took)
                is_held = self.gate.is_held and isinstance(error, ProviderThrottled)
                if not is_held and (wait is None or not self.budget.take()):
                    return self.unanswered(given_up(error, attempt, is_spent=wait is not None), started)
                garbled = garbled or isinstance(error, ProviderGarbled)
            finally:
                self.gate.leave()
            await self.clock.sleep(0 if self.gate.is_held else wait or 0)
        return None

    async def answered(self, completion: Completion, started: float, attempt: int) -> Answered:
        """The answer; what it says of the calls that are left is heeded."""
        now = self.clock.monotonic()
        self.gate.pace = self.gate.pace.succeeded(now)
        if completion.pause:
            await self.shared.hold(completion.pause)
        return Answered(completion=completion, latency=now - started, attempts=attempt)

    async def heed(self, error: ProviderError, task: Task) -> None:
        """Does for all calls what the provider demands by refusing one."""
        if isinstance(error, ProviderThrottled):
            self.gate.pace = self.gate.pace.throttled(self.clock.monotonic())
            if error.retry_after is not None:
                await self.shared.hold(error.retry_after)
        if isinstance(error, ProviderDenied):
            await self.shared.deny(task.model, str(error))

    def unanswered(self, failure: Failure, started: float) -> Unanswered:
        """No answer, asked for last at `started`."""
        return Unanswered(failure=failure, latency=self.clock.monotonic() - started)


class Closed:
    """The way to a provider that the stack cannot call: it fails every call for the same reason."""

    hold = 0.0

    def __init__(self, reason: str, clock: Clock) -> None:
        self.clock = clock
        self.failure = Failure(kind="denied", message=reason, attempts=0)

    async def ask(self, task: Task, messages: Sequence[Message]) -> Unanswered:  # noqa: ARG002
        """Why there is no answer."""
        return Unanswered(failure=self.failure, latency=0)


def given_up(error: ProviderError, attempt: int, *, is_spent: bool) -> Failure:
    """The failure that `error` is for its question; `is_spent` is whether it would have been asked again."""
    kind: FailureKind = "provider"
    if isinstance(error, ProviderDenied):
        kind = "denied"
    elif isinstance(error, ProviderRefused):
        kind = "refused"
    message = f"{error} {SPENT}" if is_spent else str(error)
    return Failure(kind=kind, message=message, attempts=attempt)
