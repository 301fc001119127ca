"""What a person reads of an experiment: a table, and a few lines around it."""

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from assay.domain.error_groups import NOT_RUN
from assay_cli.amounts import so_many
from assay_cli.running.gating import Outcome
from assay_cli.running.score_lines import COLUMNS, number, score_lines, statistics_of, verdicts

COLOURS = {"better": "green", "worse": "red"}
WIDTH = 132
"""Of a table that is not drawn on a terminal."""
WIDEST = 10_000
"""Of a table that is only measured."""
BESIDE = (0, 3, 4, 5, 6, 7)
"""Of COLUMNS, those that are about the base, with the names."""
OWN = tuple(place for place in range(len(COLUMNS)) if place == 0 or place not in BESIDE)


def console(*, stderr: bool = False) -> Console:
    """Where things are shown: as wide as the terminal, or wide enough."""
    made = Console(stderr=stderr, highlight=False, soft_wrap=False)
    return made if made.is_terminal else Console(stderr=stderr, highlight=False, width=WIDTH)


def listing(*columns: str) -> Table:
    """A table of which nothing is cut, however narrow the screen."""
    return Table(*(Column(name, overflow="fold") for name in columns))


def tables(out: Console, summary: dict[str, Any]) -> list[Table]:
    """The scores beside those of the base, if there is one: in one table, or in two where the screen is narrow."""
    if summary.get("comparison_experiment_name") is None:
        return [table(summary, OWN)]
    whole = table(summary, tuple(range(len(COLUMNS))))
    is_narrow = out.measure(whole, options=out.options.update(width=WIDEST)).maximum > out.width
    return [table(summary, OWN), table(summary, BESIDE)] if is_narrow else [whole]


def table(summary: dict[str, Any], columns: Sequence[int]) -> Table:
    """The scores, with some of COLUMNS."""
    drawn = Table()
    for place in columns:
        is_name = place == 0
        drawn.add_column(
            COLUMNS[place],
            justify="left" if is_name else "right",
            overflow="fold" if is_name else "ellipsis",
            no_wrap=not is_name,
        )
    for line in score_lines(summary):
        drawn.add_row(*(Text(line[place]) for place in columns))
    return drawn


def title(summary: dict[str, Any]) -> str:
    """What is shown, and beside what."""
    base = summary.get("comparison_experiment_name")
    return (
        f"{summary['experiment_name']} in {summary['project_name']}, {f'beside {base}' if base else 'without a base'}"
    )


def caption(summary: dict[str, Any]) -> str:
    """The metrics that people ask for, and whether anything failed."""
    found = {name: one for name, one in (summary.get("metrics") or {}).items() if name in SHOWN}
    if not found.get("errors", {}).get("metric"):
        found.pop("errors", None)
    return " · ".join(metric(one) for one in found.values())


SHOWN = ("errors", "total_tokens", "estimated_cost", "duration")
CALLED = {"errors": "spans with an error"}
"""Metrics whose names say less than is meant."""


def metric(one: dict[str, Any]) -> str:
    """A metric's mean for a row, with its unit."""
    value = one["metric"]
    name = CALLED.get(one["name"], one["name"].replace("_", " "))
    return f"{name} {value:.3g}{one['unit'] and ' ' + one['unit']} a row"


def show(out: Console, summary: dict[str, Any]) -> None:
    """Prints the tables, why rows are without outputs or scores, the verdicts, and where to see more."""
    say(out, title(summary), "bold")
    for drawn in tables(out, summary):
        out.print(drawn)
    say(out, caption(summary), "dim")
    faults = summary.get("faults") or ()
    for said in (*map(fault, faults), *unjudged(summary)):
        say(out, said, "yellow")
    reason = summary.get("reason")
    if reason and not any(reason in one["message"] for one in faults):
        say(out, reason, "yellow")
    for name, one in verdicts(summary):
        say(out, f"{name}: {one.text}", COLOURS.get(one.finding, ""))
    say(out, f"See it: {summary['experiment_url']}")


def unjudged(summary: dict[str, Any]) -> Iterator[str]:
    """How many rows with an output each evaluator had not judged when the run was ended."""
    never = sum(
        one["rows"] for one in summary.get("faults") or () if (one["evaluator"], one["kind"]) == (None, NOT_RUN)
    )
    for name, one in statistics_of(summary).items():
        if (count := one.n_errors.get(NOT_RUN, 0) - never) > 0:
            were = "was" if count == 1 else "were"
            yield f"{so_many(count, 'row')} with an output {were} not judged by {name}: the run ended first."


def fault(one: dict[str, Any]) -> str:
    """How many rows are without an output, or a score, and why."""
    rows = f"{so_many(one['rows'], 'row')} {'has' if one['rows'] == 1 else 'have'}"
    missing = f"no score of {one['evaluator']}" if one["evaluator"] else "no output"
    return f"{rows} {missing} ({one['kind']}): {' '.join(str(one['message']).split())}"


def say(out: Console, text: str, style: str = "") -> None:
    """Prints a text as it is, lines however long."""
    out.print(Text(text, style=style), soft_wrap=True)


def show_gate(out: Console, found: Outcome) -> None:
    """Prints what the gate says."""
    if found.passed:
        say(out, "The gate is passed.", "green")
    for breach in found.breaches:
        say(out, f"The gate fails. {breach}", "red")
    for remark in found.remarks:
        say(out, f"Not asked by the gate: {remark}", "dim")


def between(one: dict[str, Any]) -> str:
    """From the least to the most, in whole numbers; once where they are the same."""
    return " to ".join(dict.fromkeys(f"{one[end]:,.0f}" for end in ("low", "high")))


def show_estimate(out: Console, estimate: dict[str, Any]) -> None:
    """Prints what a run would come to."""
    cost = estimate["cost"]
    dollars = (
        f"${number(cost['low'])} to ${number(cost['high'])}" if cost else "not known: a model without a public price"
    )
    say(out, f"{so_many(estimate['rows'], 'row')}, {so_many(estimate['calls'], 'model call')}")
    for name in ("prompt_tokens", "output_tokens"):
        say(out, f"{name.replace('_', ' ')}: {between(estimate[name])}")
    say(out, f"cost: {dollars}")
    say(out, f"time: {between(estimate['seconds'])} s")
    for one in estimate["assumptions"]:
        say(out, f"  {one}", "dim")
