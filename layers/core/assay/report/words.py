"""Numbers and findings in words, as the pages say them."""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal

from assay.domain.fault import FaultLine
from assay.domain.report import Report, ScoreReport
from assay.domain.statistics.describe import ScoreStatistics
from assay.domain.statistics.gate import LEAST_COVERAGE
from assay.domain.value import JsonValue
from assay.domain.verdict import Finding, datapoints, verdict

MINUS = "\u2212"
NONE = "\u2013"
NOTHING = 1e-9
"""A difference that only the last bits of two sums make."""
MILLISECOND = 0.001
LEAST_CHANCE = 0.0001
TINY = 1e-9
MOST_NAMED = 5
"""Names in one sentence."""
FEW = 30
"""Below so many datapoints an interval covers less often than it says."""
METHODS = {
    "wilson": "Wilson's interval of a share",
    "t": "Student's t",
    "clustered_t": "Student's t over clusters",
    "bca": "BCa bootstrap over datapoints",
}
BEFORE = {"better": "Better than", "worse": "Worse than", "different": "Not the same as"}


def plain(value: float | None) -> str:
    """A number of a run that is not over."""
    return NONE if value is None else decimal(value, 4)


def decimal(value: float, digits: int) -> str:
    """A number with so many digits that count, and no powers of ten unless it is tiny."""
    text = f"{value:.{digits}g}"
    return (text if abs(value) < TINY else f"{Decimal(text):,f}").replace("-", MINUS)


def amount(found: ScoreStatistics, value: float | None) -> str:
    """A score: in percent where it is a share."""
    if value is None:
        return NONE
    return f"{100 * value:.1f}%" if found.bounds is not None else decimal(value, 4)


def difference(found: ScoreStatistics, value: float | None) -> str:
    """A difference of two means: in points where they are shares."""
    if value is None:
        return NONE
    return signed(f"{100 * value:.1f}") if found.bounds is not None else signed(decimal(value, 3))


def signed(number: str) -> str:
    """A number with its sign, also where it is above zero."""
    if not number.strip("-0.,"):
        return number.lstrip("-")
    return number.replace("-", MINUS) if number[0] in f"-{MINUS}" else f"+{number}"


def between(found: ScoreStatistics) -> str:
    """A score's interval, or why there is none."""
    if found.ci:
        return f"{amount(found, found.ci.low)} to {amount(found, found.ci.high)}"
    return {"too few": "none: too few datapoints", "no spread seen": "none: no spread seen"}.get(
        found.silence or "", "none"
    )


def sureness(found: ScoreStatistics) -> Iterator[tuple[str, str]]:
    """How far a score can be trusted, point by point."""
    yield "95% interval", between(found)
    if found.ci:
        yield "Method", METHODS[found.ci.method]
    yield "Datapoints", f"{found.n_items:,}"
    yield "Scored", f"{found.n_scored:,} of {rows(found.n_trials)}"
    if found.n_skipped:
        yield "Did not apply to", rows(found.n_skipped)
    for group, count in found.n_errors.items():
        if count:
            yield f"No score: {group.replace('_', ' ')}", rows(count)
    if found.bounds and sum(found.n_errors.values()):
        yield "With errors as 0", amount(found, found.mean_errors_as_zero)
        yield "At worst, at best", " to ".join(amount(found, bound) for bound in found.bounds)
    if found.clusters:
        yield "Clusters", f"{found.clusters:,}"
    if found.comparison and found.comparison.p_value is not None:
        yield "p of the difference", chance(found.comparison.p_value)
    smallest = (found.comparison.mde if found.comparison else None) or found.mde
    if smallest:
        yield "Smallest visible difference", difference(found, smallest).lstrip("+")


def chance(p_value: float) -> str:
    """A probability that is small or not, where its size no longer matters."""
    return "below 0.0001" if p_value < LEAST_CHANCE else decimal(p_value, 2)


def answer(report: Report) -> str:
    """The run in one sentence."""
    if not any(score.statistics.n_scored for score in report.scores):
        return "Nothing was scored."
    if report.base is None:
        rest = len(report.scores) - MOST_NAMED
        said = [*map(alone, report.scores[:MOST_NAMED]), *([f"and {others(rest)}"] if rest > 0 else [])]
        return f"There is no base to compare with. {'; '.join(said)}."
    found = {"worse": list[str](), "better": [], "different": [], "same": []}
    for score in report.scores:
        finding = finding_of(score)
        found[finding if finding in found else "same"].append(score.name)
    same = found.pop("same")
    said = [f"{BEFORE[finding]} {report.base.name} on {listed(names)}" for finding, names in found.items() if names]
    if not said:
        return f"No difference from {report.base.name} is shown{'' if len(same) == 1 else ' on any score'}."
    return ". ".join([*said, *([f"No difference is shown on {listed(same)}"] if same else [])]) + "."


def finding_of(score: ScoreReport) -> Finding | None:
    """What a score's comparison comes to."""
    said = verdict(score.statistics)
    return said.finding if said else None


def alone(score: ScoreReport) -> str:
    """A score without a base."""
    found = score.statistics
    return f"{score.name} {amount(found, found.mean)}" + (f" ({between(found)})" if found.ci else "")


def listed(names: list[str]) -> str:
    """Names, as a sentence has them; of many the first."""
    if len(names) > MOST_NAMED:
        return f"{', '.join(names[:MOST_NAMED])} and {others(len(names) - MOST_NAMED)}"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def others(count: int) -> str:
    """So many more that are not named."""
    return "1 other" if count == 1 else f"{count:,} others"


def doubts(report: Report) -> Iterator[str]:
    """What a reader should know before believing the numbers."""
    failed, every = sum(report.errors_by_kind.values()), rows(report.datapoints * report.trials)
    if failed:
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in report.errors_by_kind.items())
        count = "It counts" if failed == 1 else "They count"
        yield f"{failed:,} of {every} {has(failed)} no output ({kinds}). {count} in no mean."
    if report.n_missing:
        yield f"{report.n_missing:,} of {every} never got {'its' if report.n_missing == 1 else 'their'} turn."
    for score in report.scores:
        if score.statistics.n_scored:
            yield from score_doubts(score)


def missing(fault: FaultLine) -> str:
    """How many rows are without an output, or a score."""
    what = f"no score of {fault.evaluator}" if fault.evaluator else "no output"
    return f"{rows(fault.rows)} {has(fault.rows)} {what}"


def score_doubts(score: ScoreReport) -> Iterator[str]:
    """What is doubtful about one score."""
    found, name = score.statistics, score.name
    errors = sum(found.n_errors.values())
    if errors and found.bounds:
        low, high = (amount(found, bound) for bound in found.bounds)
        without = f"{rows(errors)} {has(errors)} no score"
        yield f"{name}: {without}. Whatever they were, its mean would lie between {low} and {high}."
    if found.silence == "too few" or (found.ci and found.n_items < FEW):
        yield f"{name}: An interval over only {datapoints(found.n_items)} misses more often than it says."
    elif found.silence:
        yield f"{name}: every datapoint scores the same, so nothing says how far another sample would differ."
    beside = found.comparison
    if beside and beside.n_paired and beside.coverage < LEAST_COVERAGE:
        some = f"only {datapoints(beside.n_paired)} {'is' if beside.n_paired == 1 else 'are'} in the base too"
        yield f"{name}: {some}: the difference is about no others."


def rows(count: int) -> str:
    """So many of them."""
    return "1 row" if count == 1 else f"{count:,} rows"


def has(count: int) -> str:
    """What so many rows do that have something."""
    return "has" if count == 1 else "have"


def facts(report: Report) -> Iterator[str]:
    """What the run was, in short."""
    if report.base:
        yield f"beside {report.base.name}"
    if report.dataset:
        yield report.dataset
    yield datapoints(report.datapoints) + (f" \u00d7 {report.trials} trials" if report.trials > 1 else "")
    yield f"begun {report.began_at:%Y-%m-%d %H:%M} UTC"
    if report.ended_at:
        yield f"took {duration((report.ended_at - report.began_at).total_seconds())}"


def figures(report: Report) -> Iterator[tuple[str, str, str]]:
    """What the run took: name, value, and how that is beside the base."""
    beside = {metric.name: metric.diff for metric in report.metrics}
    yield "Outputs", f"{report.n_outputs:,} of {report.datapoints * report.trials:,}", ""
    if report.latency:
        yield "Latency p50", duration(report.latency.p50), slower(beside.get("duration"))
        yield "p90", duration(report.latency.p90), ""
        yield "p99", duration(report.latency.p99), ""
    if report.prompt_tokens is not None and report.output_tokens is not None:
        tokens = f"{report.prompt_tokens:,} in, {report.output_tokens:,} out"
        yield "Tokens", tokens, shift(beside.get("total_tokens"), plain, "a row")
    if report.judge_tokens:
        yield "Tokens of judges", f"{report.judge_tokens:,}", ""
    if report.cost is None:
        yield "Cost of models", "not known", "no price is known for a model"
    else:
        yield "Cost of models", dollars(report.cost), shift(beside.get("estimated_cost"), dollars, "a row")


def slower(diff: float | None) -> str:
    """How a row's seconds differ from the base's, where that is a millisecond at least."""
    return shift(diff, duration, "a row") if diff and abs(diff) >= MILLISECOND else ""


def shift(diff: float | None, said: Callable[[float], str], unit: str) -> str:
    """How a metric differs from the base's, on average."""
    if diff is None or abs(diff) <= NOTHING:
        return ""
    return f"{'+' if diff > 0 else MINUS}{said(abs(diff))} {unit} beside the base"


def dollars(cost: float) -> str:
    """An amount of money; cents and what is less."""
    return f"${cost:,.2f}" if cost >= 1 or not cost else f"${decimal(cost, 3)}"


def duration(seconds: float) -> str:
    """Seconds, as people say them."""
    if seconds < 1:
        return f"{1000 * seconds:.0f} ms"
    if seconds < 60:  # noqa: PLR2004 a minute
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"  # noqa: PLR2004


def pretty(value: JsonValue, depth: int = 0) -> str:
    """A value for people: names with what stands under them further in, and texts as they are."""
    indent = "  " * depth
    if isinstance(value, dict):
        return "\n".join(f"{indent}{name}:{below(one, depth)}" for name, one in value.items())
    if isinstance(value, list):
        return "\n".join(f"{indent}-{below(one, depth)}" for one in value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return "\n".join(f"{indent}{line}" for line in text.split("\n"))


def below(value: JsonValue, depth: int) -> str:
    """A value that stands under a name, beside it where it is short."""
    is_short = not isinstance(value, dict | list) and "\n" not in str(value)
    return f" {pretty(value)}" if is_short or value in ([], {}) else f"\n{pretty(value, depth + 1)}"


def brief(value: JsonValue) -> str:
    """The beginning of a value; of several things their names."""
    names = (
        [str(one["name"]) for one in value if isinstance(one, dict) and "name" in one]
        if isinstance(value, list)
        else []
    )
    text = ", ".join(names) or json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:80]} …"  # noqa: PLR2004 a line
