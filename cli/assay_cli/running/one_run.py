"""One run of a declared evaluation, from its file to its table and its exit code."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console

from assay.client import CallFailed, Client
from assay_cli.amounts import so_many
from assay_cli.declared.reading import Declared, read_declared
from assay_cli.errors import CommandFailed, GateFailed, Incomplete
from assay_cli.running.following import follow
from assay_cli.running.gating import outcome
from assay_cli.running.launching import LAUNCH, REHEARSAL, Prepared, estimate, launch, prepare
from assay_cli.running.showing import say, show, show_estimate, show_gate
from assay_cli.running.standing import progress

INTERRUPTED = "{} is not over, and goes on without you. To go on looking: assay show {} --follow"


class Wish(NamedTuple):
    """What is asked of a run beside what its file declares."""

    file: Path
    gate: bool = False
    as_json: bool = False
    estimate: bool = False


class Screens(NamedTuple):
    """Where results go, and where what happens meanwhile is told."""

    out: Console
    err: Console


def run_once(client: Client, wish: Wish, screens: Screens) -> None:
    """Runs it and shows what it came to. Raises Misused, Incomplete, GateFailed, CallFailed."""
    declared = read_declared(wish.file)
    prepared = prepare(client, declared, REHEARSAL if wish.estimate else LAUNCH)
    if prepared.data.sent is not None and prepared.data.rows is not None:
        told = "sent" if prepared.data.sent else "there already"
        say(screens.err, f"{so_many(prepared.data.rows, 'row')} {told}", "dim")
    if wish.estimate:
        show_as(wish, screens, estimate(client, prepared.body), show_estimate)
        return
    summary = finished(client, prepared, screens.err)
    judged(declared, wish, summary, screens)


def finished(client: Client, prepared: Prepared, err: Console) -> dict[str, Any]:
    """The summary of the run, launched and followed to its end. Raises Incomplete where it comes to no good one."""
    launched = launch(client, prepared.body)
    identifier, name = launched["experiment_id"], launched["experiment_name"]
    say(err, f"{name} is under way: {launched['experiment_url']}", "dim")
    return awaited(client, identifier, name, prepared.rows, err)


def awaited(client: Client, identifier: str, name: str, rows: int | None, err: Console) -> dict[str, Any]:
    """The summary of an experiment once it is over. Raises Incomplete also where we are told to stop waiting."""
    try:
        with progress(err, rows) as told:
            return follow(client, identifier, told)
    except KeyboardInterrupt as interruption:
        raise Incomplete(INTERRUPTED.format(name, identifier)) from interruption
    except CallFailed as failure:
        raise CommandFailed(f"{failure} {INTERRUPTED.format(name, identifier)}") from failure


def judged(declared: Declared, wish: Wish, summary: dict[str, Any], screens: Screens) -> None:
    """Shows the summary with the gate's word. Raises Incomplete, GateFailed."""
    found = outcome(summary, declared.declaration.gate)
    word = {"passed": found.passed, "breaches": found.breaches, "remarks": found.remarks}
    if wish.as_json:
        screens.out.out(json.dumps({**summary, "gate": word}, indent=2), highlight=False)
    else:
        show(screens.out, summary)
    require_completed(summary)
    if (wish.gate or declared.declaration.gate) and not wish.as_json:
        show_gate(screens.out, found)
        if not (wish.gate or found.passed):
            say(screens.out, "That is for you to know: the exit code follows the gate with --gate alone.", "dim")
    if wish.gate and not found.passed:
        raise GateFailed(f"The gate fails for {summary['experiment_name']}.")


def require_completed(summary: dict[str, Any]) -> None:
    """Raises Incomplete for a run that came to no good end, or to none yet."""
    if summary["status"] != "completed":
        reason = summary.get("reason") or (summary.get("progress") or {}).get("reason") or ""
        name, identifier = summary["experiment_name"], summary["experiment_id"]
        advice = f" To go on with it: assay resume {identifier}" if summary["status"] == "failed" else ""
        raise Incomplete(f"{name} ({identifier}) is {summary['status']}. {reason}".rstrip() + advice)


def show_as(
    wish: Wish, screens: Screens, value: dict[str, Any], shown: Callable[[Console, dict[str, Any]], None]
) -> None:
    """Prints a value as JSON, or as people read it."""
    if wish.as_json:
        screens.out.out(json.dumps(value, indent=2), highlight=False)
    else:
        shown(screens.out, value)
