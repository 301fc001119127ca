"""`assay show`, `assay compare`, `assay open`: an experiment that is there already."""

import json
import re
import webbrowser
from typing import Annotated, Any

import typer

from assay.client import Client
from assay_cli.connection import connected
from assay_cli.errors import Misused
from assay_cli.running.experiments import find
from assay_cli.running.following import OVER, standing_of
from assay_cli.running.one_run import awaited, require_completed
from assay_cli.running.showing import console, say
from assay_cli.running.showing import show as shown

Reference = Annotated[str, typer.Argument(help="An experiment: its id, or its name.")]
Page = Annotated[str | None, typer.Argument(help="An experiment: its id, or its name; or the id of an evaluation.")]
EVALUATION = re.compile(r"ev_[0-9A-Za-z]{21}")
"""The id of an evaluation."""
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
    require_completed(summary)


def compare(experiment: Reference, base: Reference, *, project: Project = None, as_json: Json = False) -> None:
    """Show an experiment beside another one, datapoint by datapoint."""
    with connected() as client:
        summary = compared(client, experiment, base, project)
    put(summary, as_json=as_json)
    require_completed(summary)


def compared(client: Client, experiment: str, base: str, project: str | None) -> dict[str, Any]:
    """The summary of the first beside the second."""
    ours, theirs = find(client, experiment, project), find(client, base, project)
    if ours["id"] == theirs["id"]:
        raise Misused(f"{ours['name']} cannot be compared with itself.")
    return client.summary(ours["id"], theirs["id"])


def open_(experiment: Page = None, *, project: Project = None, print_only: PrintOnly = False) -> None:
    """Open the page of an experiment, of an evaluation, or, with --project alone, of a project.

    The link needs no key and ends after seven days.
    """
    with connected() as client:
        link = link_to(client, experiment, project)
    typer.echo(link)
    if not print_only:
        webbrowser.open(link)


def link_to(client: Client, reference: str | None, project: str | None) -> str:
    """A link to what is meant. Raises Misused where nothing is, or where there is no such thing; CallFailed."""
    if reference is None:
        return str(client.get(f"/v1/project/{project_id(client, project)}/link")["url"])
    if EVALUATION.fullmatch(reference):
        return str(client.get(f"/v4/evaluations/{reference}")["url"])
    return str(client.summary(find(client, reference, project)["id"])["experiment_url"])


def project_id(client: Client, name: str | None) -> str:
    """The id of the project of that name. Raises Misused, CallFailed."""
    if name is None:
        raise Misused("Say what to open: an experiment, an evaluation's id, or --project with a project's name.")
    found = client.get("/v1/project", project_name=name)["objects"]
    if not found:
        raise Misused(f"There is no project '{name}'.")
    return str(found[0]["id"])


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
