"""`assay run`."""

from pathlib import Path
from typing import Annotated

import typer

from assay.client import CallFailed, Client
from assay_cli.connection import connected
from assay_cli.declared.reading import read_declared
from assay_cli.errors import CommandFailed, Misused
from assay_cli.running.one_run import Screens, Wish, run_once
from assay_cli.running.showing import console, say
from assay_cli.running.watching import State, await_change, state

File = Annotated[Path, typer.Argument(help="The evaluation, as docs/evaluations.md says; `assay init` writes a first.")]
GateOption = Annotated[bool, typer.Option("--gate", help="Exit with 1 where the run is worse than its base.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the summary as JSON, and nothing else.")]
EstimateOption = Annotated[bool, typer.Option("--estimate", help="Say what it would cost; launch nothing.")]
WatchOption = Annotated[bool, typer.Option("--watch", help="Run it again whenever one of its files changes.")]


def run(
    file: File,
    *,
    gate: GateOption = False,
    as_json: JsonOption = False,
    estimate: EstimateOption = False,
    watch: WatchOption = False,
) -> None:
    """Run a declared evaluation and compare it with its base.

    Exit codes: 0 all is well, 1 the gate failed, 2 the file or its data are wrong, 3 the run is not complete,
    4 the API or the way to it failed. ASSAY_URL and ASSAY_API_KEY name another stack than that of the local cloud.
    """
    wish, screens = Wish(file, gate, as_json, estimate), Screens(console(), console(stderr=True))
    read_declared(file)
    with connected() as client:
        if watch:
            run_again_and_again(client, wish, screens)
        else:
            run_once(client, wish, screens)


def run_again_and_again(client: Client, wish: Wish, screens: Screens) -> None:
    """Runs it now and after every change of its files, until it is interrupted between two runs."""
    while True:
        before = files_of(wish.file)
        try:
            run_once(client, wish, screens)
        except (CommandFailed, CallFailed) as problem:
            say(screens.err, f"assay: {problem}", "red")
        try:
            say(screens.err, "Waiting for a change. Ctrl-C ends it.", "dim")
            await_change(before)
        except KeyboardInterrupt:
            return


def files_of(file: Path) -> State:
    """The files that an evaluation is made of, as they are; where it cannot be read, it alone."""
    try:
        return state(read_declared(file).files)
    except Misused:
        return state([file])
