"""`assay schedule create | list | delete`."""

from typing import Annotated, Any

import typer

from assay.bootstrap import operator
from assay.domain.trigger import SCHEDULER
from assay.use_cases.manage_triggers import Timing, Wish, create_schedule, delete_schedule, list_schedules
from assay_cli import launch_file
from assay_cli.commands.operator import DEFAULT_NAME, Local, Organisation, StackName, schedules_of, stack_in_question
from assay_cli.commands.triggers import DialectOption, LaunchFile, PolicyOption, Project
from assay_cli.running.showing import console, listing

schedule = typer.Typer(
    no_args_is_help=True,
    help="""Make, list and delete schedules that start evaluations, with AWS credentials.

    Each is one of EventBridge Scheduler's, with a trigger of the same name that nobody else can pull.""",
)

Name = Annotated[str, typer.Argument(help="The schedule's name.")]
Expression = Annotated[str, typer.Option("--at", help="As Scheduler has it: rate(1 day), cron(0 3 * * ? *), at(…).")]


def held(stack: str, local: bool) -> dict[str, Any]:
    """What the use cases need, for the stack in question. Raises NotRunning, StepFailed."""
    found = stack_in_question(stack, local)
    store = operator(found.output("TableName"))
    return {**{name: store[name] for name in ("resources", "clock", "new_id")}, "schedules": schedules_of(found)}


@schedule.command()
def create(
    name: Name,
    organisation: Organisation,
    project: Project,
    at: Expression,
    timezone: Annotated[str, typer.Option(help="In which the expression is meant.")] = "UTC",
    launch: LaunchFile = None,
    dialect: DialectOption = "humanloop",
    policy: PolicyOption = "queue",
    stack: StackName = DEFAULT_NAME,
    local: Local = False,
) -> None:
    """Make a schedule."""
    body = launch_file.read(dialect, project, launch, is_all=True)
    wish = Wish(name=name, source=SCHEDULER, account="", launch=body, policy=policy)
    made = create_schedule(organisation, wish, Timing(expression=at, timezone=timezone), **held(stack, local))
    typer.echo(f"{made.name} fires at {at}, {timezone}.")


@schedule.command("list")
def list_(organisation: Organisation, stack: StackName = DEFAULT_NAME, local: Local = False) -> None:
    """List an organisation's schedules."""
    shown = listing("name", "at", "timezone")
    for name, timing in list_schedules(organisation, schedules=held(stack, local)["schedules"]).items():
        shown.add_row(name, timing.expression, timing.timezone)
    console().print(shown)


@schedule.command()
def delete(name: Name, organisation: Organisation, stack: StackName = DEFAULT_NAME, local: Local = False) -> None:
    """Delete a schedule and its trigger."""
    ports = held(stack, local)
    delete_schedule(organisation, name, schedules=ports["schedules"], resources=ports["resources"])
    typer.echo(f"{name} is deleted.")
