"""`assay init`."""

from pathlib import Path
from typing import Annotated

import typer

from assay_cli.errors import Misused
from assay_cli.places import STARTER

Folder = Annotated[Path, typer.Argument(help="Where the files go; made if it is not there.")]


def init(folder: Folder = Path()) -> None:
    """Write a first evaluation that runs as it is: rows, a prompt, an evaluator in code, a gate.

    Nothing that is there is overwritten.
    """
    files = {source: folder / source.name for source in sorted(STARTER.iterdir()) if source.is_file()}
    if there := [str(file) for file in files.values() if file.exists()]:
        raise Misused(f"{', '.join(there)} would be overwritten. Choose another folder: assay init FOLDER")
    folder.mkdir(parents=True, exist_ok=True)
    for source, file in files.items():
        file.write_bytes(source.read_bytes())
    typer.echo("".join(f"{file}\n" for file in files.values()), nl=False)
    typer.echo(f"Run it:      assay run {folder / 'evaluation.yaml'}")
    typer.echo("Then change: data (rows of yours), task (a model of yours and its prompt), right.py (what is right)")
