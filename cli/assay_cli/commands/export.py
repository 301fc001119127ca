"""`assay export`."""

from pathlib import Path
from typing import Annotated

import typer

from assay_cli.commands.show import Project, Reference
from assay_cli.connection import connected
from assay_cli.exporting import WRITERS, Format
from assay_cli.running.experiments import find

Out = Annotated[Path | None, typer.Option("--out", help="The file; else the experiment's name with the format.")]
FormatOption = Annotated[Format, typer.Option("--format", help="Of the file.")]


def export(
    experiment: Reference, *, file_format: FormatOption = "jsonl", out: Out = None, project: Project = None
) -> None:
    """Write an experiment's rows to a file: what went in, what came out, every score with its reason."""
    with connected() as client:
        found = find(client, experiment, project)
        rows = client.rows(found["id"])
    path = out or Path(f"{plain(found['name'])}.{file_format}")
    WRITERS[file_format](path, rows)
    typer.echo(f"{len(rows)} rows in {path}")


def plain(name: str) -> str:
    """A name as one of a file."""
    return "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in name).lstrip(".") or "rows"
