"""`assay import openai-evals`."""

from pathlib import Path
from typing import Annotated

import typer

from assay_cli.errors import Misused
from assay_cli.importing.openai_evals import FILE, imported
from assay_cli.importing.openai_objects import read_saved

imports = typer.Typer(no_args_is_help=True, help="Make evaluations of ours from those of other systems.")

Files = Annotated[list[Path], typer.Argument(help="JSON of the API: an eval, its runs, its output items; any order.")]
To = Annotated[Path, typer.Option("--to", help="The folder for the files; made if it is not there.")]
Target = Annotated[str | None, typer.Option(help="The field of an item that should come out.")]


@imports.callback()
def keep_the_name() -> None:
    """Keeps `openai-evals` a word of its own, while it is the only one."""


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
    for line in made.left_out:
        typer.echo(f"left out: {line}", err=True)
    typer.echo(f"Run it: assay run {to / FILE}")
