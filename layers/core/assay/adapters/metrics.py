"""What CloudWatch counts: lines in the functions' logs (EMF). No metric has an id of a run: each would be one more."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from assay.domain.completion import Completion
from assay.domain.errors import ProviderError, ProviderThrottled
from assay.domain.evaluation import Evaluation
from assay.domain.messages import Message
from assay.domain.summary import Summary
from assay.domain.task import Task
from assay.ports import Clock, Events, Provider

NAMESPACE = "Assay"
LATENCY, THROTTLES, ERRORS = "ProviderLatency", "ProviderThrottles", "ProviderErrors"
ENDED, ROWS, ROW_ERRORS = "EvaluationsEnded", "Rows", "RowErrors"
COST, CACHED = "Cost", "CachedAnswers"


class Metered:
    """A provider whose calls are counted. Implements ports.Provider."""

    def __init__(self, provider: Provider, metrics: EphemeralMetrics, clock: Clock) -> None:
        self.provider, self.metrics, self.clock = provider, metrics, clock

    @property
    def account(self) -> str:
        return self.provider.account

    @property
    def address(self) -> str:
        return self.provider.address

    async def complete(self, task: Task, messages: Sequence[Message]) -> Completion:
        started = self.clock.monotonic()
        try:
            completion = await self.provider.complete(task, messages)
        except ProviderError as error:
            self.count(THROTTLES if isinstance(error, ProviderThrottled) else ERRORS)
            raise
        milliseconds = (self.clock.monotonic() - started) * 1000
        self.metrics.add_metric(LATENCY, MetricUnit.Milliseconds, milliseconds)
        return completion

    def count(self, name: str) -> None:
        """One more of a kind."""
        self.metrics.add_metric(name, MetricUnit.Count, 1)


@asynccontextmanager
async def metered(opened: AbstractAsyncContextManager[Provider], clock: Clock) -> AsyncIterator[Provider]:
    """The provider, its calls counted; what is not yet in the log is written when it is closed."""
    metrics = fresh()
    async with opened as provider:
        try:
            yield Metered(provider, metrics, clock)
        finally:
            write(metrics)


class MeteredEvents:
    """Whatever is announced of evaluations is counted. Implements ports.Events."""

    def __init__(self, events: Events) -> None:
        self.events = events

    def announce(self, organisation: str, evaluation: Evaluation, summary: Summary | None) -> None:
        self.events.announce(organisation, evaluation, summary)
        write(counted(ENDED, 1, status=evaluation.status))
        if summary:
            write(totals(summary))
            for kind, number in summary.errors_by_kind.items():
                write(counted(ROW_ERRORS, number, kind=kind))


def totals(summary: Summary) -> EphemeralMetrics:
    """The rows of an evaluation, what they cost if that is known, and the answers to them that were given before."""
    metrics = counted(ROWS, summary.n_outputs + summary.n_errors)
    if summary.cost is not None:
        metrics.add_metric(COST, MetricUnit.NoUnit, summary.cost)
    if cached := summary.n_cached + sum(score.n_cached for score in summary.scores):
        metrics.add_metric(CACHED, MetricUnit.Count, cached)
    return metrics


def counted(name: str, number: float, **dimensions: str) -> EphemeralMetrics:
    """One number."""
    metrics = fresh()
    for dimension, value in dimensions.items():
        metrics.add_dimension(dimension, value)
    metrics.add_metric(name, MetricUnit.Count, number)
    return metrics


def fresh() -> EphemeralMetrics:
    """Metrics of this stack, none yet. The stack's name is their dimension `service`, as Powertools reads it."""
    return EphemeralMetrics(namespace=NAMESPACE)


def write(metrics: EphemeralMetrics) -> None:
    """Writes what there is into the log."""
    if metrics.metric_set:
        metrics.flush_metrics()
