"""`assay organisation delete` and `limit`."""

import math
from typing import Annotated

import typer

from assay.bootstrap import eraser, operator
from assay.use_cases.erase_organisation import erase_organisation
from assay.use_cases.manage_allowance import get_allowance, set_allowance
from assay_cli.commands.operator import DEFAULT_NAME, Local, StackName, schedules_of, stack_in_question

organisation = typer.Typer(
    no_args_is_help=True,
    help="Limit or delete an organisation, with AWS credentials. The first API key makes one: `assay keys create`.",
)

Name = Annotated[str, typer.Argument(help="The organisation's name.")]


def more_than_nothing(dollars: float | None) -> float | None:
    """An amount that can be a limit."""
    if dollars is not None and not (math.isfinite(dollars) and dollars > 0):
        raise typer.BadParameter("a number of dollars above 0")
    return dollars


@organisation.command()
def delete(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    stack: StackName = DEFAULT_NAME,
    local: Local = False,
) -> None:
    """Erase all that an organisation has, in every store. There is no way back (docs/deletion.md)."""
    found = stack_in_question(stack, local)
    if not yes:
        typer.confirm(f"Erase everything of the organisation {name}?", abort=True)
    held = operator(found.output("TableName"))
    timed = schedules_of(found)
    stores = eraser(found.output("TableName"), found.output("BucketName"), found.output("StateMachineArn"))
    erased = erase_organisation(name, resources=held["resources"], clock=held["clock"], schedules=timed, **stores)
    typer.echo(f"{erased} items and objects of {name} are erased.")


@organisation.command()
def limit(
    name: Name,
    datapoints: Annotated[int | None, typer.Option(min=1, help="The most datapoints.")] = None,
    trials: Annotated[int | None, typer.Option(min=1, help="The most trials of each.")] = None,
    concurrency: Annotated[int | None, typer.Option(min=1, help="The most rows in flight.")] = None,
    tokens: Annotated[int | None, typer.Option(min=1, help="Tokens after which it ends.")] = None,
    cost: Annotated[float | None, typer.Option(callback=more_than_nothing, help="Dollars after which it ends.")] = None,
    lift: Annotated[bool, typer.Option("--lift", help="Lift all limits but the stack's.")] = False,
    stack: StackName = DEFAULT_NAME,
    local: Local = False,
) -> None:
    """Limit each evaluation of an organisation, in place of earlier limits; without any, show those that hold."""
    held = operator(stack_in_question(stack, local).output("TableName"))
    given = {"datapoints": datapoints, "trials": trials, "concurrency": concurrency, "tokens": tokens, "cost": cost}
    wanted = {field: value for field, value in given.items() if value is not None}
    if lift or wanted:
        set_allowance(name, wanted, resources=held["resources"], clock=held["clock"])
    found = get_allowance(name, resources=held["resources"])
    limits = {field: getattr(found, field, None) for field in given}
    said = [f"{field} {value}" for field, value in limits.items() if value is not None]
    typer.echo(f"{name}: {', '.join(said) or 'as the stack has it'}")
