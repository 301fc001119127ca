"""Evaluators that ask a model: one question about one output, and once more where the answer holds no verdict."""

from collections.abc import Callable, Sequence
from datetime import datetime

from assay.domain.completion import Completion
from assay.domain.dataset import Datapoint
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.evaluators.model_judge import UnreadableVerdict, judge_prompt, judge_variables, verdict
from assay.domain.evaluators.python_code import datapoint_argument
from assay.domain.prompt import MissingVariables
from assay.domain.score import AnyScore, FailedScore, Failure, Judgement, Score, Usage
from assay.domain.task import ModelCall
from assay.domain.value import JsonValue
from assay.use_cases.call_model import Answered, Unanswered
from assay.use_cases.remembered import Way, keep

Read = Callable[[Completion, Judgement], Score]
"""The score that an answer gives; raises UnreadableVerdict where it gives none."""
ASKED = 2
"""How often a judge is asked for a verdict that can be read: a second time, and no third."""

FREE = Usage(prompt_tokens=0, output_tokens=0)
"""What an answer takes that was given before."""


async def judge_by_model(
    version: EvaluatorVersion, caller: Way, log: dict[str, JsonValue], datapoint: Datapoint
) -> AnyScore | None:
    """The judge's score, or its failure to give one; None where its provider wants everybody to wait."""
    try:
        messages = judge_prompt(version, judge_variables(log, datapoint_argument(datapoint)))
    except MissingVariables as error:
        message = f"The log and the datapoint have nothing at: {', '.join(error.names)}."
        return FailedScore(evaluator=version.id, failure=Failure(kind="template", message=message, attempts=0))
    if version.task is None:
        failure = Failure(kind="evaluator", message="The evaluator has no model.", attempts=0)
        return FailedScore(evaluator=version.id, failure=failure)

    def read(completion: Completion, took: Judgement) -> Score:
        text = completion.text
        return Score(evaluator=version.id, value=verdict(version, text), reason=text, judgement=took)

    return await ask(version, ModelCall(task=version.task, messages=messages), caller, read)


async def ask(version: EvaluatorVersion, call: ModelCall, caller: Way, read: Read) -> AnyScore | None:
    """Asks until there is an answer that can be read, at most ASKED times."""
    answers: list[Answered] = []
    while True:
        answer = await caller.ask(call.task, call.messages)
        if answer is None:
            return None
        if isinstance(answer, Unanswered):
            took = judgement(answers, caller.clock.now(), answer)
            return FailedScore(evaluator=version.id, failure=answer.failure, judgement=took)
        answers.append(answer)
        took = judgement(answers, caller.clock.now())
        try:
            score = read(answer.completion, took)
        except UnreadableVerdict as error:
            if len(answers) == ASKED:
                failure = Failure(kind="parse", message=str(error), attempts=took.attempts)
                said = answer.completion.text
                return FailedScore(evaluator=version.id, failure=failure, reason=said, judgement=took)
        else:
            await keep(caller, [answer])
            return score


def judgement(answers: Sequence[Answered], now: datetime, last: Unanswered | None = None) -> Judgement:
    """What the answers took, and the last attempt to get one more."""
    usages = [FREE if answer.is_cached else answer.completion.usage for answer in answers]
    usage = Usage(**{name: total([getattr(each, name) for each in usages]) for name in Usage.model_fields})
    attempts = sum(answer.attempts for answer in answers) + (last.failure.attempts if last else 0)
    latency = last.latency if last else answers[-1].latency
    cached = sum(answer.is_cached for answer in answers)
    return Judgement(usage=usage, latency=latency, attempts=attempts, cached=cached, created_at=now)


def total(counts: Sequence[int | None]) -> int | None:
    """The sum of the counts there are; None where there is none."""
    known = [count for count in counts if count is not None]
    return sum(known) if known else None
