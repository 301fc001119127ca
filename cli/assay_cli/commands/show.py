"""`assay show`, `assay compare`, `assay open`: an experiment that is there already."""

import json
import webbrowser
from typing import Annotated, Any

import typer

from assay.client import Client
from assay_cli.connection import connected
from assay_cli.running.experiments import find
from assay_cli.running.following import OVER, standing_of
from assay_cli.running.one_run import awaited, require_completed
from assay_cli.running.showing import console, say
from assay_cli.running.showing import show as shown

Reference = Annotated[str, typer.Argument(help="An experiment: its id, or its name.")]
Project = Annotated[str | None, typer.Option(help="The project in which to look for a name.")]
Json = Annotated[bool, typer.Option("--json", help="Print the summary as JSON, and nothing else.")]
Follow = Annotated[bool, typer.Option("--follow", help="Wait until it is over.")]
PrintOnly = Annotated[bool, typer.Option("--print", help="Print the link; open no browser.")]


def show(experiment: Reference, *, project: Project = None, follow: Follow = False, as_json: Json = False) -> None:
    """Show what an experiment came to, beside its base."""
    with connected() as client:
        found = find(client, experiment, project)
        summary: dict[str, Any] = client.summary(found["id"])
        if follow and summary.get("status") not in OVER:
            summary = awaited(client, found["id"], found["name"], None, console(stderr=True))
    put(summary, as_json=as_json)
    if follow:
        require_completed(summary)


def compare(experiment: Reference, base: Reference, *, project: Project = None, as_json: Json = False) -> None:
    """Show an experiment beside another one, datapoint by datapoint."""
    with connected() as client:
        put(compared(client, experiment, base, project), as_json=as_json)


def compared(client: Client, experiment: str, base: str, project: str | None) -> dict[str, Any]:
    """The summary of the first beside the second."""
    ours, theirs = find(client, experiment, project), find(client, base, project)
    return client.summary(ours["id"], theirs["id"])


def open_(experiment: Reference, *, project: Project = None, print_only: PrintOnly = False) -> None:
    """Open an experiment's page, by a link that needs no key and ends after seven days."""
    with connected() as client:
        link = str(client.summary(find(client, experiment, project)["id"])["experiment_url"])
    typer.echo(link)
    if not print_only:
        webbrowser.open(link)


def put(summary: dict[str, Any], *, as_json: bool) -> None:
    """Prints a summary as JSON, or as people read it."""
    out = console()
    if as_json:
        typer.echo(json.dumps(summary, indent=2))
    elif summary.get("status") in OVER:
        shown(out, summary)
    else:
        standing = standing_of(summary)
        so_far = f", {standing.done} of {standing.rows} rows" if standing else ""
        say(out, f"{summary['experiment_name']} is {summary['status']}{so_far}. See it: {summary['experiment_url']}")
