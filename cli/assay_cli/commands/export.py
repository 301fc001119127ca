"""`assay export`."""

from pathlib import Path
from typing import Annotated

import typer

from assay_cli.amounts import so_many
from assay_cli.commands.show import Project, Reference
from assay_cli.connection import connected
from assay_cli.errors import Misused
from assay_cli.exporting import WRITERS, Format
from assay_cli.running.experiments import find

Out = Annotated[Path | None, typer.Option("--out", help="The file; else the experiment's name with the format.")]
Force = Annotated[bool, typer.Option("--force", help="Overwrite the file if it is there.")]
FormatOption = Annotated[Format, typer.Option("--format", help="Of the file.")]


def export(
    experiment: Reference,
    *,
    file_format: FormatOption = "jsonl",
    out: Out = None,
    project: Project = None,
    force: Force = False,
) -> None:
    """Write an experiment's rows to a file: what went in, what came out, every score with its reason.

    A file that is there is not overwritten unless --force says so.
    """
    with connected() as client:
        found = find(client, experiment, project)
        path = out or Path(f"{plain(found['name'])}.{file_format}")
        if path.is_file() and not force:
            raise Misused(f"{path} would be overwritten. Choose another file with --out, or say --force.")
        rows = client.rows(found["id"])
    WRITERS[file_format](path, rows)
    typer.echo(f"{so_many(len(rows), 'row')} in {path}")


def plain(name: str) -> str:
    """A name as one of a file."""
    return "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in name).lstrip(".") or "rows"
