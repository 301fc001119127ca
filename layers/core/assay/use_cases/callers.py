"""The ways to the models that one worker asks."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import datetime
from typing import NamedTuple

from assay.domain.errors import ConfigurationError
from assay.domain.pace import Pace
from assay.domain.retry import Random, RetryRule
from assay.domain.task import ProviderName, Task
from assay.ports import Clock, OpenProvider, ProviderLimits
from assay.use_cases.call_model import Caller, Closed
from assay.use_cases.gate import Gate
from assay.use_cases.remembered import Memory, Remembered, Way
from assay.use_cases.retry_budget import RetryBudget
from assay.use_cases.shared_limit import SharedLimit


class Means(NamedTuple):
    """What it takes to call models. A key that was refused before `since` is tried again.

    `memory` has the answers given before, where nobody is to be asked twice; `budget` bounds what is called for again.
    """

    open_provider: OpenProvider
    limits: ProviderLimits
    rule: RetryRule
    clock: Clock
    random: Random
    since: datetime
    memory: Memory | None = None
    budget: RetryBudget = RetryBudget()


class Callers:
    """Each provider is opened when it is first needed, once, and stays open as long as `stack`.

    At most `width` calls of each are in flight, or as many as it bore last by `paces`.
    """

    def __init__(
        self,
        organisation: str,
        width: int,
        paces: Mapping[str, float],
        stack: AsyncExitStack,
        means: Means,
    ) -> None:
        self.organisation, self.width, self.borne, self.stack = organisation, width, paces, stack
        self.means = means
        self.opened: dict[ProviderName, Caller | Closed] = {}

    async def to(self, task: Task, trial: int = 0) -> Way:
        """The way to the provider of `task` for the questions of a trial; a closed one where it cannot be called."""
        if task.provider not in self.opened:
            self.opened[task.provider] = await self.way(task)
        way = self.opened[task.provider]
        memory = self.means.memory
        return Remembered(way, memory, trial) if memory and isinstance(way, Caller) else way

    async def way(self, task: Task) -> Caller | Closed:
        """A provider, opened."""
        clock, rule = self.means.clock, self.means.rule
        try:
            provider = await self.stack.enter_async_context(self.means.open_provider(task))
        except ConfigurationError as error:
            return Closed(str(error), clock)
        width = min(self.borne.get(task.provider, self.width), self.width)
        gate = Gate(Pace(ceiling=self.width, width=width, since=clock.monotonic()), clock, rule.longest)
        shared = SharedLimit(self.organisation, provider.account, self.means.limits, gate, clock, self.means.since)
        await shared.look()
        budget, random = self.means.budget, self.means.random
        return Caller(provider, shared, gate, rule=rule, budget=budget, clock=clock, random=random)

    @property
    def open(self) -> dict[ProviderName, Caller]:
        """Those that can be called."""
        return {name: caller for name, caller in self.opened.items() if isinstance(caller, Caller)}

    @property
    def hold(self) -> float:
        """How many seconds a provider wants everybody to wait."""
        return max((caller.hold for caller in self.open.values()), default=0)

    @property
    def retries(self) -> int:
        """How many calls were made again."""
        return self.means.budget.spent

    @property
    def paces(self) -> dict[str, float]:
        """How many calls in flight each overrun provider bears now."""
        paces = {name: caller.gate.pace for name, caller in self.open.items()}
        return {name: pace.width for name, pace in paces.items() if pace.width < pace.ceiling or name in self.borne}

    async def look(self) -> None:
        """Hears what the providers told others."""
        for caller in self.open.values():
            await caller.shared.look()
