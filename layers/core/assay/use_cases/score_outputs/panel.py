"""Whoever judges: the sandbox for code, and so many calls of models at once."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor

from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.evaluators.scorer import GlobalScorer, PromptScorer, scored_row
from assay.domain.lane import LaneTurn, verdict
from assay.domain.score import AnyScore, Output, ScoredRow
from assay.ports import Clock, CodeRunner, Deadline
from assay.use_cases.callers import Callers
from assay.use_cases.halt import Halt
from assay.use_cases.paid_work import Crew
from assay.use_cases.score_outputs.by_catalogue import judge_by_catalogue
from assay.use_cases.score_outputs.by_code import RESERVE, is_code, judge_by_code
from assay.use_cases.score_outputs.by_model import judge_by_model
from assay.use_cases.score_outputs.by_name import by_name
from assay.use_cases.score_outputs.by_prompt import judge_by_prompt
from assay.use_cases.score_outputs.judging import Judging
from assay.use_cases.score_outputs.questions import Questions
from assay.use_cases.suspects import Suspects

Save = Callable[[Judging, Sequence[ScoredRow]], None]
"""Keeps scores that are new, pieces of rows; raises Superseded where a later attempt has the lane."""


class Panel:
    """Judges one chunk after another, with at most as many calls of models in flight as the callers are wide."""

    def __init__(
        self,
        callers: Callers,
        *,
        halt: Halt,
        code_runner: CodeRunner,
        clock: Clock,
        deadline: Deadline,
        suspects: Suspects | None,
    ) -> None:
        self.callers, self.halt, self.suspects = callers, halt, suspects
        self.is_halted = self.has_moved = False
        self.code_runner, self.clock, self.deadline = code_runner, clock, deadline

    async def judge(self, judging: Judging, save: Save) -> bool:
        """Gets every score that is owed, and saves the paid ones as they come; False where something is left to do.

        What makes the judging complete is not saved: that is for the caller, with all the rest.
        """
        for version in judging.evaluators:
            if version.model:
                await self.callers.to(version.model)
        if not self.is_halted:
            left = judging.left
            await Session(self, judging, save).work()
            self.has_moved = self.has_moved or judging.left < left
        return judging.complete

    def verdict(self, turn: LaneTurn, position: int, *, is_done: bool, hold: float) -> LaneTurn:
        """How far the lane is when its chunks before `position` are judged."""
        spent = turn.model_copy(update={"retries": turn.retries + self.callers.retries})
        paces, moved = self.callers.paces, self.has_moved
        return verdict(spent, position, is_done=is_done, hold=hold, paces=paces, has_moved=moved)


class Session:
    """One chunk before the panel. Implements paid_work.Pile."""

    def __init__(self, panel: Panel, judging: Judging, save: Save) -> None:
        self.panel, self.judging, self.keep = panel, judging, save
        self.questions = Questions(judging, panel.callers.width, panel.suspects)
        left = judging.plan.seconds_to_score(panel.clock.now())
        self.crew = Crew(self, clock=panel.clock, deadline=panel.deadline, seconds_left=left)

    async def work(self) -> None:
        """Code and models judge side by side."""
        codes = [version for version in self.judging.evaluators if is_code(version)]
        runner = self.panel.code_runner
        by_code = [judge_by_code(self.judging, version, runner, self.may_begin) for version in codes]
        workers = [self.worker() for _ in range(self.panel.callers.width)]
        await self.crew.work([*by_code, *workers], [self.questions.run()])
        self.panel.is_halted = self.panel.is_halted or self.crew.is_cut_off

    async def worker(self) -> None:
        """Answers question after question until there is none, or the panel is to stop."""
        while (question := await self.questions.queue.get()) is not None and not self.is_to_stop:
            score = await self.answer(*question)
            if score is not None:
                self.judging.add(question[1], score)
            self.questions.back(question, is_done=score is not None)
            await self.crew.added()

    @property
    def is_to_stop(self) -> bool:
        """Whether nothing more is to be asked now."""
        return self.crew.time_is_up or self.panel.callers.hold > 0

    async def answer(self, version: EvaluatorVersion, output: Output) -> AnyScore | None:
        """The score of an output, computed or by a model; None where its provider wants everybody to wait."""
        if version.model is None:
            return by_name(version, self.judging, output)
        caller = await self.panel.callers.to(version.model, output.ordinal % self.judging.plan.trials)
        datapoint = self.judging.datapoint(output)
        if isinstance(version.scorer, PromptScorer):
            return await judge_by_prompt(version, version.scorer, caller, scored_row(datapoint, output))
        if isinstance(version.scorer, GlobalScorer):
            return await judge_by_catalogue(version, version.scorer, caller, scored_row(datapoint, output))
        return await judge_by_model(version, caller, self.judging.log(output), datapoint)

    async def may_begin(self) -> bool:
        """Whether another batch may go to the sandbox: there is time for it, and the evaluation has not ended."""
        await self.heed()
        return not self.crew.time_is_up and self.panel.deadline.remaining() > RESERVE

    async def heed(self) -> None:
        """Stops everybody where the evaluation has ended."""
        if await asyncio.to_thread(self.panel.halt.is_called):
            self.panel.is_halted = self.crew.time_is_up = True

    @property
    def unsaved(self) -> int:
        return 0 if self.judging.complete else self.judging.paid

    async def save(self, writer: Executor) -> None:
        """Saves what is new, while there is more to come; before that it looks whether the evaluation has ended."""
        if not self.judging.complete:
            await self.heed()
        pieces = list(self.judging.fresh)
        if pieces and not self.judging.complete:
            await asyncio.get_running_loop().run_in_executor(writer, self.keep, self.judging, pieces)
            self.judging.saved(len(pieces))
        await self.panel.callers.look()
