"""`assay import openai-evals`, `assay import humanloop`."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from assay.client import Client
from assay_cli.amounts import so_many
from assay_cli.connection import connected
from assay_cli.errors import Misused
from assay_cli.importing.humanloop.taking_over import Taken, TakingOver
from assay_cli.importing.openai_evals import FILE, imported
from assay_cli.importing.openai_objects import read_saved

imports = typer.Typer(no_args_is_help=True, help="Make evaluations of ours from those of other systems.")

Files = Annotated[list[Path], typer.Argument(help="JSON of the API: an eval, its runs, its output items; any order.")]
Export = Annotated[Path, typer.Argument(help="What the export tool made, such as exports/20250605-120000.")]
To = Annotated[Path, typer.Option("--to", help="The folder for the files; made if it is not there.")]
Target = Annotated[str | None, typer.Option(help="The field of an item that should come out.")]


@imports.command("openai-evals")
def openai_evals(files: Files, to: To = Path("imported"), target: Target = None) -> None:
    """Make an evaluation from what OpenAI's Evals API answered. That API shuts down on 2026-11-30.

    It writes the rows, the evaluators in code and the YAML that puts them together. Nothing that is there is
    overwritten; what cannot be taken over is named.
    """
    made = imported(read_saved(files), target)
    if there := [str(to / name) for name in made.files if (to / name).exists()]:
        raise Misused(f"{', '.join(there)} would be overwritten. Choose another folder with --to.")
    to.mkdir(parents=True, exist_ok=True)
    for name, text in made.files.items():
        (to / name).write_text(text, encoding="utf-8")
        typer.echo(str(to / name))
    name_left_out(made.left_out)
    typer.echo(f"Run it: assay run {to / FILE}")


@imports.command("humanloop")
def humanloop(export: Export) -> None:
    """Take over what Humanloop's export tool saved: datasets, evaluators, prompts with logs, past evaluations.

    Each thing is a line: its kind, its id there, its id here, its name. What is here already stays as it is, so an
    import can be run again. What cannot be read is named, and the rest goes in.
    """
    with connected() as client:
        take_over(client, export)


def take_over(client: Client, export: Path) -> None:
    """Takes over an export, telling what goes in and what does not. Raises Misused where not all of it does."""
    told = list[Taken]()

    def tell(one: Taken) -> None:
        told.append(one)
        typer.echo("\t".join(one))

    over = TakingOver(client, tell)
    over.export(export)
    name_left_out([*over.left_out, *over.broken])
    if not told:
        raise Misused(f"Nothing in {export} could be taken over.")
    if over.broken:
        raise Misused(f"{so_many(len(over.broken), 'part')} of the export could not be taken over. The rest is in.")


def name_left_out(lines: Iterable[str]) -> None:
    """Says what could not be taken over, one line each."""
    for line in lines:
        typer.echo(f"left out: {' '.join(line.split())}", err=True)
