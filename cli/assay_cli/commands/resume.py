"""`assay resume`."""

from typing import Annotated

import typer

from assay_cli.api import open_api
from assay_cli.connection import api_in_question

EvaluationId = Annotated[str, typer.Argument(help="The evaluation, as its launch answered: ev_…")]


def resume(evaluation_id: EvaluationId) -> None:
    """Go on with an evaluation that failed, was stopped or lost a lane: what is paid for is not paid for again.

    A new pass begins where the last one ended. ASSAY_URL and ASSAY_API_KEY name another stack than that of the local
    cloud.
    """
    with open_api(*api_in_question()) as api:
        evaluation = api.patch(f"/evaluations/{evaluation_id}/status", {"status": "running"})
    typer.echo(f"{evaluation['id']} is {evaluation['status']} and goes on from its checkpoints.")
