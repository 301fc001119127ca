"""What an evaluation would come to: calls, tokens, dollars and seconds, from a sample and plain assumptions."""

import math
from collections.abc import Sequence
from typing import Self

from assay.domain.dataset import Datapoint
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.evaluators.scorer import GlobalScorer, PromptScorer
from assay.domain.price import Price
from assay.domain.prompt import MissingVariables
from assay.domain.prompt_task import PromptTask
from assay.domain.task import AnyTask
from assay.domain.templates.values import TemplateFault
from assay.domain.value import Value

CHARACTERS_A_TOKEN = 4
OUTPUT_TOKENS = (20, 500)
VERDICT_TOKENS = (5, 200)
SPEAKING = {"complete", "chat", "edit"}
"""The endpoints at which a model writes tokens."""
SECONDS_A_CALL = (0.5, 10.0)
SECONDS_AROUND = (3.0, 20.0)
ASSUMPTIONS = (
    f"A token is {CHARACTERS_A_TOKEN} characters: no model's own tokenizer is asked, and images are not counted.",
    f"Without max_tokens an output has {OUTPUT_TOKENS[0]} to {OUTPUT_TOKENS[1]} tokens.",
    f"Without max_tokens a judge's answer has {VERDICT_TOKENS[0]} to {VERDICT_TOKENS[1]} tokens.",
    "A global scorer that asks models is taken to ask each once a row; its own prompt is not counted.",
    f"A call takes {SECONDS_A_CALL[0]} to {SECONDS_A_CALL[1]:g} s; nothing is retried, no provider asks for pauses.",
    f"Beside its calls a run takes {SECONDS_AROUND[0]:g} to {SECONDS_AROUND[1]:g} s.",
    "Prices are public ones; the cost is null where one is not known.",
)


CACHED = "With `cache` it costs and takes the less the more was answered before: the least is when all of it was."


class Range(Value):
    """From the least to the most that is expected."""

    low: float
    high: float

    def times(self, factor: float) -> "Range":
        """So many times as much."""
        return Range(low=self.low * factor, high=self.high * factor)


class Tokens(Value):
    """From the fewest to the most tokens that are expected."""

    low: int
    high: int

    @classmethod
    def of(cls, ranges: Sequence[Range]) -> Self:
        """The sum of ranges, to the nearest."""
        whole = summed(ranges)
        return cls(low=round(whole.low), high=round(whole.high))


SILENCE = Range(low=0, high=0)


class ModelCalls(Value):
    """The calls of one model: how many, and how many tokens each reads and writes."""

    provider: str
    model: str
    calls: int
    prompt: Range
    output: Range

    def cost(self, price: Price | None) -> Range | None:
        """Dollars for all of the calls; None where the price is not known."""
        if price is None:
            return None
        low, high = (
            price.prompt * p + price.output * o for p, o in zip(ends(self.prompt), ends(self.output), strict=True)
        )
        return Range(low=low, high=high).times(self.calls)


class Estimate(Value):
    """What an evaluation of `rows` rows would come to; `sampled` datapoints were looked at."""

    rows: int
    sampled: int
    calls: int
    prompt_tokens: Tokens
    output_tokens: Tokens
    cost: Range | None
    seconds: Range
    assumptions: tuple[str, ...] = ASSUMPTIONS

    def with_cache(self) -> "Estimate":
        """The estimate where answers are kept, and nobody knows how many there are."""
        seconds = Range(low=SECONDS_AROUND[0], high=self.seconds.high)
        cost = self.cost and Range(low=0, high=self.cost.high)
        return self.model_copy(update={"cost": cost, "seconds": seconds, "assumptions": (*self.assumptions, CACHED)})


def ends(one: Range) -> tuple[float, float]:
    """The range's ends."""
    return one.low, one.high


def tokens(text: str) -> int:
    """About how many tokens a text has."""
    return math.ceil(len(text) / CHARACTERS_A_TOKEN)


def mean(numbers: Sequence[int]) -> float:
    """The mean; 0 of none."""
    return sum(numbers) / len(numbers) if numbers else 0.0


def task_calls(task: AnyTask, rows: int, sample: Sequence[Datapoint]) -> list[ModelCalls]:
    """The task's calls; none where it is code. Rows whose prompt cannot be made are not called for."""
    if task.kind == "code":
        return []
    model, sizes = task.as_model(), [size for one in sample if (size := prompt_size(task, one)) is not None]
    called = round(rows * len(sizes) / len(sample)) if sample else 0
    prompt, limit = mean(sizes), most_tokens(task)
    return [
        ModelCalls(
            provider=model.provider,
            model=model.model,
            calls=called,
            prompt=Range(low=prompt, high=prompt),
            output=bounded(OUTPUT_TOKENS, limit),
        )
    ]


def most_tokens(task: AnyTask) -> int:
    """The most tokens that an answer may have, by whichever name a prompt gives that; -1 is no limit."""
    if isinstance(task, PromptTask):
        named = (task.prompt.params.get(name) for name in ("max_completion_tokens", "max_tokens"))
        return next((most for most in named if isinstance(most, int)), -1)
    return -1 if task.kind == "code" else task.max_tokens


def prompt_size(task: AnyTask, datapoint: Datapoint) -> int | None:
    """The tokens of the messages for a datapoint; None where they cannot be made, or there are none."""
    if task.kind == "code":
        return None
    try:
        messages = task.messages_for(datapoint)
    except (MissingVariables, TemplateFault):
        return None
    return sum(tokens(one.content if isinstance(one.content, str) else "") for one in messages)


def bounded(usual: tuple[int, int], limit: int) -> Range:
    """So many tokens as usual, but no more than the limit if there is one."""
    low, high = (min(end, limit) for end in usual) if limit > 0 else usual
    return Range(low=low, high=limit if limit > 0 else high)


def judge_calls(version: EvaluatorVersion, rows: int, sample: Sequence[Datapoint], output: Range) -> list[ModelCalls]:
    """The calls of an evaluator that asks models: they read its prompt, the datapoint and the output."""
    fixed = tokens(judge_prompt(version)) + mean([tokens(one.model_dump_json()) for one in sample])
    return [
        ModelCalls(
            provider=judge.provider,
            model=judge.model,
            calls=rows,
            prompt=Range(low=fixed + output.low, high=fixed + output.high),
            output=bounded(VERDICT_TOKENS, judge_limit(version)) if judge.endpoint in SPEAKING else SILENCE,
        )
        for judge in (version.model, version.embedder)
        if judge
    ]


def judge_prompt(version: EvaluatorVersion) -> str:
    """What a judge is asked, before anything is filled in."""
    if isinstance(version.scorer, PromptScorer):
        contents = (message.get("content") for message in version.scorer.prompt.messages)
        return "".join(content for content in contents if isinstance(content, str))
    return (version.task.prompt_template if version.task else None) or ""


def judge_limit(version: EvaluatorVersion) -> int:
    """The most tokens that a judge may answer with; -1 where there is no limit."""
    if isinstance(version.scorer, PromptScorer):
        limit = version.scorer.prompt.params.get("max_tokens")
    elif isinstance(version.scorer, GlobalScorer):
        limit = version.scorer.config.get("max_tokens")
    else:
        limit = version.task.max_tokens if version.task else None
    return limit if isinstance(limit, int) else -1


def summed(ranges: Sequence[Range]) -> Range:
    """The sum of ranges."""
    return Range(low=math.fsum(one.low for one in ranges), high=math.fsum(one.high for one in ranges))


def cost(costs: Sequence[Range | None]) -> Range | None:
    """The sum; None where a part is not known."""
    known = [one for one in costs if one is not None]
    return summed(known) if len(known) == len(costs) else None


def duration(rows: int, in_flight: int, rounds: int) -> Range:
    """Seconds, where each row is called for `rounds` times, one call after the other."""
    waves = math.ceil(rows / in_flight) * rounds
    low, high = (around + call * waves for around, call in zip(SECONDS_AROUND, SECONDS_A_CALL, strict=True))
    return Range(low=low, high=high)
