"""What an evaluation may cost: every answer of a model is paid for, and once that is too much, the run ends."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from assay.domain.allowance import COST_LIMITS, Account, Whose
from assay.domain.completion import Completion
from assay.domain.errors import Conflict
from assay.domain.evaluation import Evaluation
from assay.domain.messages import Message
from assay.domain.plan import Plan
from assay.domain.task import Task
from assay.ports import Clock, OpenProvider, Progress, Provider, Resources


class Purse:
    """What one attempt at a lane has spent, and what all have. `attempt` names it among them."""

    def __init__(self, organisation: str, plan: Plan, attempt: str, progress: Progress) -> None:
        self.place, self.plan, self.attempt, self.progress = (organisation, plan.evaluation_id), plan, attempt, progress
        self.spent = Account()
        self.is_limited = plan.max_cost is not None or plan.max_tokens is not None

    def opening(self, open_provider: OpenProvider) -> OpenProvider:
        """Opens providers whose answers are paid for from here; as they are where the evaluation may take anything."""
        if not self.is_limited:
            return open_provider

        @asynccontextmanager
        async def opened(task: Task) -> AsyncIterator[Provider]:
            async with open_provider(task) as provider:
                yield Paid(provider, self)

        return opened

    def pay(self, task: Task, completion: Completion) -> None:
        """Pays for an answer, at the price that was known when the pass began, if one was needed."""
        usage = completion.usage
        read, written = usage.prompt_tokens or 0, usage.output_tokens or 0
        of_cache = (usage.cached_tokens or 0, usage.cache_creation_tokens or 0)
        dollars = 0.0 if self.plan.max_cost is None else self.plan.prices[task.priced_as].of(read, written, *of_cache)
        self.spent = Account(self.spent.dollars + dollars, self.spent.tokens + read + written)

    def require_enough(self, evaluation: Evaluation, resources: Resources, clock: Clock) -> Evaluation:
        """The evaluation; cancelled, and it says why, where more is spent than it may cost."""
        if not self.is_limited or evaluation.is_over:
            return evaluation
        if self.spent.tokens:
            self.progress.report_spent(*self.place, self.attempt, self.spent)
        reason = self.overdrawn(self.progress.spent(*self.place), evaluation.max_cost_by)
        if reason is None:
            return evaluation
        ended = evaluation.revised(clock.now(), status="cancelled", reason=reason)
        with suppress(Conflict):  # whoever changed it meanwhile: the next flush looks again
            resources.replace(self.place[0], evaluation, ended)
        return ended

    def overdrawn(self, spent: Account, by: Whose) -> str | None:
        """Why the evaluation is to end; None while it may go on."""
        cost, tokens = self.plan.max_cost, self.plan.max_tokens
        if cost is not None and spent.dollars > cost:
            return f"Stopped at {COST_LIMITS[by]}: ${spent.dollars:.6g} of ${cost:.6g} spent."
        if tokens is not None and spent.tokens > tokens:
            return f"Stopped at the organisation's limit: {spent.tokens} of {tokens} tokens used."
        return None


class Paid:
    """A provider whose answers are paid for. Implements ports.Provider."""

    def __init__(self, provider: Provider, purse: Purse) -> None:
        self.provider, self.purse = provider, purse

    @property
    def account(self) -> str:
        return self.provider.account

    @property
    def address(self) -> str:
        return self.provider.address

    async def complete(self, task: Task, messages: Sequence[Message]) -> Completion:
        completion = await self.provider.complete(task, messages)
        self.purse.pay(task, completion)
        return completion
