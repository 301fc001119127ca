"""What becomes of a row: its output, and the score of each evaluator, or why there is none."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from assay.domain.messages import Message
from assay.domain.value import JsonValue, Value

Number = Annotated[float, Field(allow_inf_nan=False)]
Verdict = bool | Number | str | tuple[str, ...] | None
"""What an evaluator may say: None means that it does not apply."""

FailureKind = Literal[
    "template",
    "task",
    "provider",
    "refused",
    "denied",
    "too_large",
    "evaluator",
    "parse",
    "reported",
    "lost",
    "timeout",
    "not_run",
]


class Failure(Value):
    """Why there is no output, or no score: counted and shown, never averaged."""

    kind: FailureKind
    message: str
    attempts: int = 1


class Usage(Value):
    """Tokens that the provider counted; None where it did not say.

    Of those of the prompt some may have come from the provider's cache, and some gone into it; of those of the output
    some may have been thoughts that nobody reads.
    """

    prompt_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int | None = Field(default=None, exclude_if=lambda count: count is None)
    cache_creation_tokens: int | None = Field(default=None, exclude_if=lambda count: count is None)
    reasoning_tokens: int | None = Field(default=None, exclude_if=lambda count: count is None)

    @property
    def is_complete(self) -> bool:
        """Whether the provider counted all."""
        return self.prompt_tokens is not None and self.output_tokens is not None


OutputForm = Literal["text", "json"]
"""Whether an output is its text, or the value that its text is the JSON of."""


class Output(Value):
    """What the task said for one datapoint in one trial. `latency` is in seconds, of the last attempt.

    What `is_cached` a model said before: its tokens are those of then, and nothing was paid now.
    """

    status: Literal["ok"] = "ok"
    ordinal: int
    datapoint_id: str
    text: str
    form: OutputForm = Field(default="text", exclude_if=lambda form: form == "text")
    message: Message
    finish_reason: str | None = None
    usage: Usage = Usage()
    latency: float = 0
    attempts: int = 1
    is_cached: bool = Field(default=False, exclude_if=lambda cached: not cached)
    created_at: datetime

    @property
    def value(self) -> JsonValue:
        """The output itself: a text, or any other JSON value."""
        return self.text if self.form == "text" else json.loads(self.text)


class FailedOutput(Value):
    """A row for which the task has no output. No evaluator runs on it."""

    status: Literal["failed"] = "failed"
    ordinal: int
    datapoint_id: str
    failure: Failure
    latency: float = 0
    created_at: datetime


AnyOutput = Annotated[Output | FailedOutput, Field(discriminator="status")]


class Judgement(Value):
    """What asking a judging model took: tokens of all answers, seconds of the last call, the number of calls.

    `embedded` are the tokens that another model read to make embeddings.
    Of `cached` more answers nothing is in these: the model had given them before.
    """

    usage: Usage = Usage()
    latency: float = 0
    attempts: int = 1
    embedded: int = Field(default=0, exclude_if=lambda embedded: not embedded)
    cached: int = Field(default=0, exclude_if=lambda cached: not cached)
    created_at: datetime


class NamedScore(Value):
    """One of the scores that a scorer gives of one output; `value` is None when it does not apply."""

    name: str
    value: Number | None
    metadata: dict[str, JsonValue] = Field(default_factory=dict)


class Score(Value):
    """One evaluator's verdict on one output. `value` is None when it does not apply; `stdout` is what it printed.

    `reason` is a judging model's whole answer. `named` are the scores of a scorer, one or several; of several there is
    no `value`.
    """

    status: Literal["ok"] = "ok"
    evaluator: str
    value: Verdict = None
    named: tuple[NamedScore, ...] = Field(default=(), exclude_if=lambda named: not named)
    reason: str | None = None
    stdout: str = ""
    judgement: Judgement | None = None

    def by_name(self, name: str) -> dict[str, float | None]:
        """The scores that there are, under `name` where they have no names; None where one is no number."""
        return {one.name: one.value for one in self.named} or {name: number(self.value)}


def number(value: object) -> float | None:
    """A score as a number; None where it is none."""
    return float(value) if isinstance(value, (int, float)) else None


class FailedScore(Value):
    """An evaluator that let one output down: an error, a broken limit, a value of the wrong type, no verdict.

    `reason` is the answer in which a judging model gave no verdict.
    """

    status: Literal["failed"] = "failed"
    evaluator: str
    failure: Failure
    reason: str | None = None
    stdout: str = ""
    judgement: Judgement | None = None


AnyScore = Annotated[Score | FailedScore, Field(discriminator="status")]


class ScoredRow(Value):
    """The scores of one row, one for each evaluator that ran on it; none where there was no output."""

    ordinal: int
    scores: tuple[AnyScore, ...] = ()


def merged(pieces: Iterable[ScoredRow]) -> list[ScoredRow]:
    """Rows put together from their pieces, in order of ordinals; of each evaluator's scores the first holds."""
    found: dict[int, dict[str, AnyScore]] = {}
    for piece in pieces:
        row = found.setdefault(piece.ordinal, {})
        for score in piece.scores:
            row.setdefault(score.evaluator, score)
    return [ScoredRow(ordinal=ordinal, scores=tuple(found[ordinal].values())) for ordinal in sorted(found)]


__all__ = ["AnyOutput", "AnyScore", "FailedOutput", "FailedScore", "Failure", "JsonValue", "Output", "Score"]
