"""The way to the provider: one row's output, however often it takes."""

from assay.domain.dataset import Datapoint
from assay.domain.errors import ProviderDenied, ProviderError, ProviderGarbled, ProviderRefused
from assay.domain.prompt import MissingVariables
from assay.domain.retry import Random, RetryRule
from assay.domain.score import AnyOutput, FailedOutput, Failure, FailureKind, Output
from assay.domain.task import Task
from assay.ports import Clock, Provider


class Caller:
    """Calls the provider under the retry rule. `hold` is how many seconds the provider wants the whole lane to wait.

    Once the provider refuses the key the way is closed: every later row fails at once, with the same failure.
    """

    def __init__(
        self,
        task: Task,
        provider: Provider | None,
        closed: Failure | None,
        *,
        rule: RetryRule,
        clock: Clock,
        random: Random,
    ) -> None:
        self.task, self.provider, self.closed = task, provider, closed
        self.rule, self.clock, self.random = rule, clock, random
        self.hold = 0.0

    async def output(self, ordinal: int, datapoint: Datapoint) -> AnyOutput | None:
        """The row's output; None where the lane is to be held, which leaves the row for later."""
        attempt, started, garbled = 0, self.clock.monotonic(), False
        while self.provider is not None and self.closed is None:
            attempt, started = attempt + 1, self.clock.monotonic()
            try:
                return await self.call(self.provider, ordinal, datapoint, attempt)
            except MissingVariables as error:
                failure = Failure(kind="template", message=str(error), attempts=0)
                return self.failed(ordinal, datapoint, failure, started)
            except ProviderError as error:
                wait = self.wait(error, attempt, garbled=garbled)
                if self.hold:
                    return None
                if wait is None:
                    return self.failed(ordinal, datapoint, self.given_up(error, attempt), started)
                garbled = garbled or isinstance(error, ProviderGarbled)
            await self.clock.sleep(wait)
        closed = self.closed or Failure(kind="denied", message="There is no provider.", attempts=0)
        return self.failed(ordinal, datapoint, closed, started)

    async def call(self, provider: Provider, ordinal: int, datapoint: Datapoint, attempt: int) -> Output:
        """One call. Raises MissingVariables before it, ProviderError from it."""
        started = self.clock.monotonic()
        answer = await provider.complete(self.task, self.task.messages_for(datapoint))
        return Output(
            ordinal=ordinal,
            datapoint_id=datapoint.id,
            text=answer.text,
            message=answer.message,
            finish_reason=answer.finish_reason,
            usage=answer.usage,
            latency=self.clock.monotonic() - started,
            attempts=attempt,
            created_at=self.clock.now(),
        )

    def wait(self, error: ProviderError, attempt: int, *, garbled: bool) -> float | None:
        """Seconds until the row is tried again, None to give it up; sets `hold` where the lane must wait instead."""
        self.hold = max(self.hold, self.rule.hold(error) or 0)
        return self.rule.wait(error, attempt, self.random, garbled=garbled)

    def given_up(self, error: ProviderError, attempt: int) -> Failure:
        """The failure that `error` is for its row; a refused key closes the way for all that follow."""
        if isinstance(error, ProviderDenied):
            self.closed = Failure(kind="denied", message=str(error), attempts=0)
            return Failure(kind="denied", message=str(error), attempts=attempt)
        kind: FailureKind = "refused" if isinstance(error, ProviderRefused) else "provider"
        return Failure(kind=kind, message=str(error), attempts=attempt)

    def failed(self, ordinal: int, datapoint: Datapoint, failure: Failure, started: float) -> FailedOutput:
        """The record of a row that has no output, tried last at `started`."""
        return FailedOutput(
            ordinal=ordinal,
            datapoint_id=datapoint.id,
            failure=failure,
            latency=self.clock.monotonic() - started,
            created_at=self.clock.now(),
        )
