"""`assay trigger create | list | delete`."""

from pathlib import Path
from typing import Annotated

import typer

from assay.bootstrap import operator
from assay.domain.trigger import Policy
from assay.use_cases.manage_triggers import Wish, create_trigger, delete_trigger, list_triggers
from assay_cli import launch_file
from assay_cli.commands.operator import DEFAULT_NAME, Local, Organisation, StackName, stack_in_question
from assay_cli.running.showing import console, listing

trigger = typer.Typer(
    no_args_is_help=True,
    help="""Make, list and delete triggers, with AWS credentials.

    A trigger lets events `Evaluation Requested` of one source and AWS account start evaluations in one organisation;
    docs/events.md tells what such an event looks like.""",
)

Name = Annotated[str, typer.Argument(help="The trigger's name; events give it.")]
Project = Annotated[str, typer.Option(help="The id of the project in which evaluations are started.")]
LaunchFile = Annotated[
    Path | None, typer.Option("--launch", help="JSON: the body of the launch; an event's own body adds to it.")
]
DialectOption = Annotated[
    launch_file.Dialect,
    typer.Option(
        help="Whose words the launch is in: those of POST /v4/projects/{id}/evaluations, or of POST /v1/eval."
    ),
]
PolicyOption = Annotated[Policy, typer.Option(help="What an event does while the last evaluation is under way.")]


@trigger.command()
def create(
    name: Name,
    organisation: Organisation,
    project: Project,
    source: Annotated[str, typer.Option(help="The events' source.")],
    account: Annotated[str | None, typer.Option(help="Their AWS account; else that of the stack.")] = None,
    launch: LaunchFile = None,
    dialect: DialectOption = "humanloop",
    policy: PolicyOption = "queue",
    stack: StackName = DEFAULT_NAME,
    local: Local = False,
) -> None:
    """Make a trigger."""
    found = stack_in_question(stack, local)
    wish = Wish(
        name=name,
        source=source,
        account=account or found.output("TriggerEvalFunctionArn").split(":")[4],
        launch=launch_file.read(dialect, project, launch),
        policy=policy,
    )
    held = operator(found.output("TableName"))
    made = create_trigger(organisation, wish, resources=held["resources"], clock=held["clock"], new_id=held["new_id"])
    typer.echo(f"{made.name} takes events of {made.source} in account {made.account}.")


@trigger.command("list")
def list_(organisation: Organisation, stack: StackName = DEFAULT_NAME, local: Local = False) -> None:
    """List an organisation's triggers, those of schedules too."""
    held = operator(stack_in_question(stack, local).output("TableName"))
    shown = listing("name", "source", "account", "project", "dialect", "policy")
    for each in list_triggers(organisation, resources=held["resources"]):
        launch = each.launch
        shown.add_row(each.name, each.source, each.account, launch.project_id, launch.dialect, each.policy)
    console().print(shown)


@trigger.command()
def delete(name: Name, organisation: Organisation, stack: StackName = DEFAULT_NAME, local: Local = False) -> None:
    """Delete a trigger. Evaluations that wait for their turn still get it."""
    held = operator(stack_in_question(stack, local).output("TableName"))
    typer.echo(f"{delete_trigger(organisation, name, resources=held['resources']).name} is deleted.")
