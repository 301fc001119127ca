"""`assay organisation delete`."""

from typing import Annotated

import typer

from assay.bootstrap import eraser, operator
from assay.use_cases.erase_organisation import erase_organisation
from assay_cli.commands.operator import DEFAULT_NAME, Local, StackName, schedules_of, stack_in_question

organisation = typer.Typer(
    no_args_is_help=True,
    help="Delete an organisation, with AWS credentials. The first API key makes one: `assay keys create`.",
)

Name = Annotated[str, typer.Argument(help="The organisation's name.")]


@organisation.callback()
def group() -> None:
    """Lets the one command be called by its name."""


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
