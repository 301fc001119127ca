"""What models judge, or the worker itself computes: noted before it is asked, since a worker may die of it."""

import asyncio
from collections.abc import Iterator, Mapping
from itertools import islice

from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.score import FailedScore, Failure, Output
from assay.use_cases.score_outputs.by_name import only_computes
from assay.use_cases.score_outputs.judging import Judging
from assay.use_cases.suspects import FATAL, Suspects

Question = tuple[EvaluatorVersion, Output]
NOTED_QUESTIONS = 100
"""So many are noted at once at least: what they are noted for is rare, and each note is a write."""
MOST_EVALUATORS = 10_000


class Questions:
    """The questions of one chunk, handed out to `width` workers a little ahead of them; without suspects, unnoted."""

    def __init__(self, judging: Judging, width: int, suspects: Suspects | None) -> None:
        self.judging, self.width, self.suspects = judging, width, suspects
        self.slots = {version.id: slot for slot, version in enumerate(judging.plan.evaluators)}
        self.queue: asyncio.Queue[Question | None] = asyncio.Queue(maxsize=width)

    async def run(self) -> None:
        """Hands out the questions, and then to each worker that there are no more."""
        for batch in self.batches():
            if self.suspects:
                await self.suspects.hand_out(batch, self.queue, self.give_up)
            else:
                for question in batch.values():
                    await self.queue.put(question)
        for _ in range(self.width):
            await self.queue.put(None)

    def batches(self) -> Iterator[Mapping[int, Question]]:
        """The questions by their numbers, so many at a time."""
        left = ((self.number(each), each) for each in self.open())
        while batch := dict(islice(left, max(self.width, NOTED_QUESTIONS))):
            yield batch

    def open(self) -> Iterator[Question]:
        """What is owed by evaluators that are not code."""
        for version in self.judging.evaluators:
            if version.model or only_computes(version):
                yield from ((version, output) for output in self.judging.owed(version))

    def number(self, question: Question) -> int:
        """The question's number among all of the evaluation."""
        version, output = question
        return output.ordinal * MOST_EVALUATORS + self.slots[version.id]

    def back(self, question: Question, *, is_done: bool) -> None:
        """A question is back, answered or not."""
        if self.suspects:
            self.suspects.back(self.number(question), is_done=is_done)

    def give_up(self, question: Question) -> None:
        """A question on which too many workers died is not asked any more."""
        version, output = question
        failure = Failure(kind="lost", message=f"{FATAL} workers died on this score.", attempts=FATAL)
        self.judging.add(output, FailedScore(evaluator=version.id, failure=failure))
