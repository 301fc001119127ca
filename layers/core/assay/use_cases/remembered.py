"""The way to a model that is not asked again what it has answered before: the response cache."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from typing import NamedTuple

from assay.domain.completion import Completion
from assay.domain.messages import Message
from assay.domain.model_task import ModelCall
from assay.domain.plan import Plan
from assay.domain.request_key import request_key
from assay.domain.task import Task
from assay.ports import Answers, Clock
from assay.use_cases.call_model import Answered, Caller, Closed, Unanswered


class Waiting(NamedTuple):
    """A question that waits to hear whether it was answered before."""

    request: str
    answer: "asyncio.Future[Completion | None]"


class Memory:
    """The answers that a project's models gave. Questions that come at the same time share one reading."""

    def __init__(self, organisation: str, project_id: str, answers: Answers, stack: AsyncExitStack) -> None:
        self.organisation, self.project_id, self.answers = organisation, project_id, answers
        self.waiting: list[Waiting] = []
        self.coming: dict[str, asyncio.Future[Completion | None]] = {}
        self.at_work: set[asyncio.Task[None]] = set()
        stack.callback(self.stop)

    async def find(self, request: str) -> Completion | None:
        """The answer that is kept; None where there is none."""
        waiting = Waiting(request, asyncio.get_running_loop().create_future())
        self.waiting.append(waiting)
        if len(self.waiting) == 1:
            work = asyncio.get_running_loop().create_task(self.read())
            self.at_work.add(work)
            work.add_done_callback(self.at_work.discard)
        return await waiting.answer

    async def read(self) -> None:
        """Looks for whatever waits, and tells each what was found, or what went wrong with all."""
        await asyncio.sleep(0)
        waiting, self.waiting = self.waiting, []
        requests = sorted({each.request for each in waiting})
        try:
            found = await asyncio.to_thread(self.answers.find, self.organisation, self.project_id, requests)
        except Exception as error:  # noqa: BLE001 - whoever waits is to meet it
            for each in waiting:
                if not each.answer.done():
                    each.answer.set_exception(error)
            return
        for each in waiting:
            if not each.answer.done():
                each.answer.set_result(found.get(each.request))

    async def arrival(self, request: str) -> Completion | None:
        """The answer that somebody is calling for, once it is there; None where nobody is, or none came of it."""
        return await asyncio.shield(self.coming[request]) if request in self.coming else None

    @contextmanager
    def call(self, request: str) -> Iterator[Callable[[Completion], None]]:
        """Around a call: gives what is to be told the answer, which whoever waits for it is told."""
        answer: asyncio.Future[Completion | None] = asyncio.get_running_loop().create_future()
        is_awaited = self.coming.setdefault(request, answer) is answer
        try:
            yield answer.set_result
        finally:
            if is_awaited:
                del self.coming[request]
            if not answer.done():
                answer.set_result(None)

    async def keep(self, request: str, completion: Completion) -> None:
        """Keeps an answer; what the provider wanted of its callers at that time is no part of it."""
        lasting = completion.model_copy(update={"pause": 0})
        await asyncio.to_thread(self.answers.keep, self.organisation, self.project_id, request, lasting)

    def stop(self) -> None:
        """Gives up what is still at work: nobody waits for it any more."""
        for work in self.at_work:
            work.cancel()


def memory_of(organisation: str, plan: Plan, answers: Answers, stack: AsyncExitStack) -> Memory | None:
    """The memory of an evaluation's project; None where everything is to be asked."""
    return Memory(organisation, plan.config.project_id, answers, stack) if plan.cache else None


class Remembered:
    """A way to a model by which the questions of one trial go: what is kept is answered at once, and costs nothing.

    So is what is just being asked, in the same worker, once its answer is there.
    """

    def __init__(self, caller: Caller, memory: Memory, trial: int) -> None:
        self.caller, self.memory, self.trial = caller, memory, trial

    @property
    def clock(self) -> Clock:
        return self.caller.clock

    async def ask(self, task: Task, messages: Sequence[Message]) -> Answered | Unanswered | None:
        """As Caller.ask; a hit took no call. An answer that was called for can be kept, once it proves of use."""
        started = self.clock.monotonic()
        call = ModelCall(task=task, messages=tuple(messages))
        request = request_key(self.caller.provider.address, call, self.trial)
        if completion := await self.memory.find(request) or await self.memory.arrival(request):
            latency = self.clock.monotonic() - started
            return Answered(completion=completion, latency=latency, attempts=0, is_cached=True)
        with self.memory.call(request) as told:
            answer = await self.caller.ask(task, messages)
            if isinstance(answer, Answered):
                told(answer.completion)
                return answer.model_copy(update={"request": request})
        return answer


Way = Caller | Closed | Remembered


async def keep(way: Way, answers: Sequence[Answered]) -> None:
    """Keeps the answers, which proved of use, where answers are kept and these are not yet."""
    if isinstance(way, Remembered):
        for answer in answers:
            if answer.request is not None:
                await way.memory.keep(answer.request, answer.completion)
