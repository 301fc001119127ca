"""`assay smoke`."""

from typing import Annotated, Any

import httpx
import typer

from assay.client import Client
from assay_cli.connection import connected
from assay_cli.declared.model import ModelPrompt
from assay_cli.declared.reading import Declared, read_declared
from assay_cli.errors import CommandFailed, Incomplete
from assay_cli.places import STARTER
from assay_cli.running.launching import prepare
from assay_cli.running.one_run import finished, require_completed
from assay_cli.running.showing import console, say

PROJECT = "assay-smoke"
MOCK = "mock"
RIGHT_OF_MOCK = 0.75
"""The share of the questions of `assay init` to which the mock's answer is right: it multiplies, and four are sums."""

ModelName = Annotated[str, typer.Option(help="The model to ask; `mock` needs no key, another one proves yours.")]


def smoke(model: ModelName = MOCK) -> None:
    """Run one small true evaluation against the stack, and check all that comes of it.

    Sixteen questions go through the API, the state machine, a model and the sandbox; the scores, the rows and the page
    are looked at. It leaves an experiment in the project `assay-smoke`.
    """
    out, err = console(), console(stderr=True)
    with connected() as client:
        prepared = prepare(client, asked(model))
        summary = finished(client, prepared, err)
        require_completed(summary)
        say(out, f"The evaluation {summary['experiment_name']} is completed.")
        check_scores(summary, model)
        say(out, "The scores are as they must be.")
        check_rows(client, summary, prepared.rows)
        say(out, f"All {prepared.rows} rows have an output.")
        check_page(summary["experiment_url"])
        say(out, f"The page opens: {summary['experiment_url']}")


def asked(model: str) -> Declared:
    """The evaluation of `assay init`, of a model, in a project of its own."""
    found = read_declared(STARTER / "evaluation.yaml")
    task = ModelPrompt(model=model, prompt="{{question}}")
    declaration = found.declaration.model_copy(update={"project": PROJECT, "task": task, "name": "smoke"})
    return found._replace(declaration=declaration)


def check_scores(summary: dict[str, Any], model: str) -> None:
    """Raises Incomplete where a score is missing, or is not what it must be."""
    scores = summary.get("scores") or {}
    missing = {"right", "Levenshtein"} - scores.keys()
    if missing:
        raise Incomplete(f"There is no score of {', '.join(sorted(missing))}: the page has the errors of the rows.")
    right = scores["right"]["score"]
    if model == MOCK and right != RIGHT_OF_MOCK:
        raise Incomplete(f"The mock is right in {right:.0%} of its answers, and should be in {RIGHT_OF_MOCK:.0%}.")


def check_rows(client: Client, summary: dict[str, Any], rows: int | None) -> None:
    """Raises Incomplete unless every row has an output."""
    found = client.rows(summary["experiment_id"])
    errors = [str(row.error) for row in found if row.error is not None]
    if errors or len(found) != rows:
        raise Incomplete(f"{len(found)} of {rows} rows are there, {len(errors)} with an error: {''.join(errors[:1])}")


def check_page(link: str) -> None:
    """Raises CommandFailed unless the page opens."""
    try:
        answer = httpx.get(link, timeout=30, trust_env=False)
    except httpx.TransportError as error:
        raise CommandFailed(f"The page does not open: {error}") from error
    if answer.status_code != httpx.codes.OK:
        raise CommandFailed(f"The page was answered with {answer.status_code}.")
