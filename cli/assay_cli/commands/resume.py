"""`assay resume`."""

from typing import Annotated

import typer

from assay.client import Client
from assay_cli.api import Api
from assay_cli.commands.show import EVALUATION, Project
from assay_cli.connection import connected
from assay_cli.errors import Misused
from assay_cli.running.experiments import find

Reference = Annotated[
    str, typer.Argument(help="An evaluation, as its launch answered (ev_…); or an experiment: its id, or its name.")
]


def resume(reference: Reference, *, project: Project = None) -> None:
    """Go on with an evaluation that failed, was stopped or lost a lane: what is paid for is not paid for again.

    A new pass begins where the last one ended. What was cancelled, or reached its limit, stays as it is. ASSAY_URL and
    ASSAY_API_KEY name another stack than that of the local cloud.
    """
    with connected() as client:
        identifier = evaluation_of(client, reference, project)
        evaluation = Api(client).patch(f"/evaluations/{identifier}/status", {"status": "running"})
    typer.echo(f"{evaluation['id']} is {evaluation['status']} and goes on from its checkpoints.")


def evaluation_of(client: Client, reference: str, project: str | None) -> str:
    """The id of the evaluation that is meant. Raises Misused where the experiment has no run, CallFailed."""
    if EVALUATION.fullmatch(reference):
        return reference
    experiment = find(client, reference, project)
    found = client.summary(experiment["id"]).get("evaluation_id")
    if found is None:
        raise Misused(f"{experiment['name']} has no run: there is nothing to resume.")
    return str(found)
