"""What a scorer may return, and the scores that it gives by that (contracts/braintrust.md §5.2)."""

import math
from collections.abc import Iterator, Sequence

from assay.domain.errors import AssayError
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.sandbox import CodeResult
from assay.domain.score import AnyScore, FailedScore, Failure, FailureKind, Judgement, NamedScore, Score
from assay.domain.value import JsonValue

LONGEST_NAME = 256
MOST_SCORES = 100
"""Of one result: summaries and pages have a line for each name."""
SHOWN = 100
"""Characters of a senseless result that its error shows."""


class NoScore(AssayError):
    """The result gives no score."""


def judged(version: EvaluatorVersion, result: CodeResult) -> Score | FailedScore:
    """The scores that code gave."""
    if result.error is not None:
        return failed(version, result.error, stdout=result.stdout)
    return scored(version, result.value, stdout=result.stdout)


def scored(
    version: EvaluatorVersion,
    result: JsonValue,
    *,
    stdout: str = "",
    reason: str | None = None,
    judgement: Judgement | None = None,
) -> Score | FailedScore:
    """The scores that `result` gives, or why it gives none."""
    try:
        named = scores_in(version.name, result)
    except NoScore as error:
        return failed(version, str(error), stdout=stdout, reason=reason, judgement=judgement)
    value = named[0].value if len(named) == 1 else None
    return Score(evaluator=version.id, value=value, named=named, stdout=stdout, reason=reason, judgement=judgement)


def failed(
    version: EvaluatorVersion,
    message: str,
    *,
    kind: FailureKind = "evaluator",
    stdout: str = "",
    reason: str | None = None,
    judgement: Judgement | None = None,
) -> FailedScore:
    """Scores that are missing through the scorer's fault."""
    failure = Failure(kind=kind, message=message)
    return FailedScore(evaluator=version.id, failure=failure, stdout=stdout, reason=reason, judgement=judgement)


def one_of_each_name(row: Sequence[tuple[EvaluatorVersion, AnyScore]]) -> Iterator[AnyScore]:
    """A row's scores. One with a name that is another scorer's, or that an earlier one gave, is its scorer's error."""
    owners = {version.name: version.id for version, score in row if version.scorer}
    given: set[str] = set()
    for version, score in row:
        names = [one.name for one in score.named] if isinstance(score, Score) else []
        taken = [name for name in names if name in given or owners.get(name, version.id) != version.id]
        if taken:
            message = f"Another scorer has the name {taken[0]!r}; each score needs one of its own."
            yield failed(version, message, stdout=score.stdout, reason=score.reason, judgement=score.judgement)
        else:
            given.update(names)
            yield score


def scores_in(name: str, result: JsonValue) -> tuple[NamedScore, ...]:
    """The scores by their names; `name` is that of a score without one. Raises NoScore."""
    if not isinstance(result, list):
        return (one(name, result),)
    if len(result) > MOST_SCORES:
        raise NoScore(f"A scorer may give {MOST_SCORES} scores; it gave {len(result):,}.")
    scores = tuple(one(None, each) for each in result)
    names = [score.name for score in scores]
    if len(set(names)) < len(names):
        raise NoScore(f"A scorer may give one score of a name; it gave several of {twice(names)!r}.")
    return scores


def one(name: str | None, result: JsonValue) -> NamedScore:
    """A score, by its own name or by `name`. Raises NoScore."""
    if not isinstance(result, dict):
        if name is None:
            raise NoScore(f"In a list every score is an object with a name; there was {shown(result)}.")
        return NamedScore(name=name, value=value_of(result))
    if "score" not in result:
        raise NoScore(f"A score is a number from 0 to 1, or an object with `score`; it was {shown(result)}.")
    own, metadata = result.get("name") or name, result.get("metadata") or {}
    if not isinstance(own, str):
        raise NoScore("In a list every score has a name, which is a text.")
    if len(own) > LONGEST_NAME:
        raise NoScore(f"A score's name has at most {LONGEST_NAME} characters; {own[:SHOWN]!r}… has {len(own):,}.")
    if not isinstance(metadata, dict):
        raise NoScore(f"A score's metadata is an object; it was {shown(metadata)}.")
    return NamedScore(name=own, value=value_of(result["score"]), metadata=metadata)


def value_of(score: JsonValue) -> float | None:
    """A score's value; None where it does not apply. Raises NoScore for what is none."""
    if score is None:
        return None
    if isinstance(score, str):
        score = number_in(score)
    if not isinstance(score, bool | int | float) or not 0 <= score <= 1:
        raise NoScore(f"A score is a number from 0 to 1; it was {shown(score)}.")
    return float(score)


def number_in(text: str) -> JsonValue:
    """The number that a text spells; else the text."""
    try:
        number = float(text)
    except ValueError:
        return text
    return number if math.isfinite(number) else text


def twice(names: list[str]) -> str:
    """The first name that comes twice."""
    return next(name for number, name in enumerate(names) if name in names[:number])


def shown(value: JsonValue) -> str:
    """`value`, short enough for an error message."""
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
