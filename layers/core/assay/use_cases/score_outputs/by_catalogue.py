"""Scorers that have a name everywhere and ask a model: some questions about one output, and all once more in need."""

from collections.abc import Sequence

from assay.domain.completion import Completion
from assay.domain.errors import AssayError
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.evaluators.global_scorer import Arguments, CannotScore, arguments
from assay.domain.evaluators.scorer import GlobalScorer
from assay.domain.evaluators.scores import failed, scored
from assay.domain.messages import Message
from assay.domain.score import AnyScore, FailedScore, Judgement, Usage
from assay.domain.task import Task
from assay.domain.value import JsonValue
from assay.use_cases.call_model import Answered, Unanswered
from assay.use_cases.remembered import Way, keep
from assay.use_cases.score_outputs.by_model import ASKED, FREE, judgement


class Held(AssayError):
    """The provider wants everybody to wait."""


class NoAnswer(AssayError):
    """There is no answer to be had."""

    def __init__(self, unanswered: Unanswered) -> None:
        super().__init__(unanswered.failure.message)
        self.unanswered = unanswered


async def judge_by_catalogue(
    version: EvaluatorVersion, scorer: GlobalScorer, caller: Way, row: dict[str, JsonValue]
) -> AnyScore | None:
    """The scorer's score, or its failure to give one; None where the provider wants everybody to wait."""
    interview = Interview(version, scorer, caller)
    metadata = row.pop("metadata")
    given = arguments(row, metadata if isinstance(metadata, dict) else {}, scorer.config)
    try:
        return await interview.verdict(given)
    except Held:
        return None
    except CannotScore as error:
        return failed(version, str(error))
    except NoAnswer as error:
        took = interview.took(error.unanswered)
        return FailedScore(evaluator=version.id, failure=error.unanswered.failure, judgement=took)


class Interview:
    """What a scorer asks about one output, and what its answers took."""

    def __init__(self, version: EvaluatorVersion, scorer: GlobalScorer, caller: Way) -> None:
        self.version, self.scorer, self.caller = version, scorer, caller
        self.answers: list[Answered] = []
        self.embedded: list[Answered] = []

    async def verdict(self, given: Arguments, times: int = ASKED) -> AnyScore:
        """The score; asked for anew, so many times in all, where the answers make no sense. Raises CannotScore."""
        from assay.domain.evaluators.model_scorers import Models, SenselessAnswer, score  # noqa: PLC0415 - it takes long to load

        if self.version.model is None:
            raise CannotScore("The scorer has no model.")
        earlier, models = (len(self.answers), len(self.embedded)), Models(self.version.model, self.version.embedder)
        try:
            said = await score(self.scorer.name, given, self.scorer.config, models, self.ask)
        except SenselessAnswer as error:
            if times > 1:
                return await self.verdict(given, times - 1)
            return failed(self.version, str(error), kind="parse", judgement=self.took())
        await keep(self.caller, [*self.answers[earlier[0] :], *self.embedded[earlier[1] :]])
        return scored(self.version, said.result(), judgement=self.took())

    def took(self, last: Unanswered | None = None) -> Judgement | None:
        """What the answers took, and the last attempt to get one more; what embeddings read is counted apart."""
        every = [*self.answers, *self.embedded]
        if not every and last is None:
            return None
        now = self.caller.clock.now()
        read = judgement(self.embedded, now).usage.prompt_tokens if self.embedded else 0
        usage = judgement(self.answers, now).usage if self.answers else FREE
        changes = {"usage": Usage() if read is None else usage, "embedded": read or 0}
        return judgement(every, now, last).model_copy(update=changes)

    async def ask(self, task: Task, messages: Sequence[Message]) -> Completion:
        """One answer. Raises Held, NoAnswer."""
        answer = await self.caller.ask(task, messages)
        if answer is None:
            raise Held
        if isinstance(answer, Unanswered):
            raise NoAnswer(answer)
        (self.embedded if task == self.version.embedder else self.answers).append(answer)
        return answer.completion
