"""`assay demo`."""

import os
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from assay_cli import results, whereabouts
from assay_cli.amounts import so_many
from assay_cli.api import Api, open_api
from assay_cli.connection import api_in_question
from assay_cli.errors import CommandFailed
from assay_cli.job import Job, Model, all_rows, follow, launch
from assay_cli.problems import SAMPLE, read_problems
from assay_cli.progress import row_progress
from assay_cli.steps import Steps

PROJECT = "word-problems"

Data = Annotated[Path | None, typer.Option(help="Rows of {question, answer} in JSON lines; else 50 of our own.")]
Concurrency = Annotated[int | None, typer.Option(min=1, help="Rows in flight; else the stack's default.")]
ModelName = Annotated[str | None, typer.Option(envvar="OPENAI_MODEL", help="The model to call at OpenAI's address.")]


def demo(data: Data = None, concurrency: Concurrency = None, model: ModelName = None) -> None:
    """Evaluate a model on word problems, from end to end, and print what comes out.

    With OPENAI_API_KEY set the model is OpenAI's, or that of whoever answers at OPENAI_BASE_URL; else it is `mock`,
    which needs no network. The stack calls it with the settings of the last `assay up`. ASSAY_URL and ASSAY_API_KEY
    name another stack than that of the local cloud.
    """
    console, (url, key) = Console(), api_in_question()
    job = Job(PROJECT, chosen_model(model), read_problems(data or SAMPLE), concurrency)
    with open_api(url, key) as api:
        evaluation, seconds = evaluate(api, job, console)
        counted = results.count(evaluation, all_rows(api, evaluation["id"]))
    console.print(
        results.table(f"{job.model.name} on {so_many(len(job.problems), 'problem')}, {seconds:.1f} s", counted)
    )
    Steps(console).say(whereabouts.text(key, evaluation["id"]))
    require_completed(evaluation)


def chosen_model(name: str | None) -> Model:
    """OpenAI's model of that name where there is a key for it, else the mock."""
    if os.environ.get("OPENAI_API_KEY"):
        return Model("openai", name or "gpt-4o-mini")
    return Model("mock", "mock")


def evaluate(api: Api, job: Job, console: Console) -> tuple[dict[str, Any], float]:
    """Runs the job, showing how far it is; returns the evaluation, over, and its seconds."""
    started = time.monotonic()
    with row_progress(console, len(job.problems)) as progress:
        evaluation = follow(api, launch(api, job), progress)
        progress(len(job.problems))
    return evaluation, time.monotonic() - started


def require_completed(evaluation: dict[str, Any]) -> None:
    """Raises CommandFailed where the evaluation came to another end."""
    if evaluation["status"] != "completed":
        said = f"The evaluation {evaluation['id']} is {evaluation['status']}."
        raise CommandFailed(f"{said} {evaluation.get('reason') or ''}".rstrip())
