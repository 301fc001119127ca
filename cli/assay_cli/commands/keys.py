"""`assay keys create | list | revoke`."""

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from assay.bootstrap import operator
from assay.domain.keys import ApiKey, Scope
from assay.use_cases.manage_keys import create_key, list_keys, revoke_key
from assay_cli.commands.operator import DEFAULT_NAME, Local, Organisation, StackName, stack_in_question

keys = typer.Typer(
    no_args_is_help=True,
    help="""Make, list and revoke API keys, with AWS credentials.

    They belong to the stack where your AWS credentials lead; with --local, or after `eval "$(assay env)"`, to the one
    in the local cloud.""",
)


def store(stack: str, local: bool) -> dict[str, Any]:
    """What the use cases need, for the stack in question. Raises NotRunning, StepFailed."""
    return operator(stack_in_question(stack, local).output("TableName"))


@keys.command()
def create(
    organisation: Organisation,
    scope: Annotated[Scope, typer.Option(help="What its holder may do.")] = "admin",
    stack: StackName = DEFAULT_NAME,
    local: Local = False,
) -> None:
    """Make a key and print it. It is shown this once: only its hash is kept."""
    _, shown = create_key(organisation, scope, **store(stack, local))
    typer.echo(shown)


@keys.command("list")
def list_(organisation: Organisation, stack: StackName = DEFAULT_NAME, local: Local = False) -> None:
    """List an organisation's keys, revoked ones too."""
    found = list_keys(organisation, resources=store(stack, local)["resources"])
    shown = Table("id", "scope", "created", "state")
    for key in found:
        shown.add_row(key.id, key.scope, f"{key.created_at:%Y-%m-%d %H:%M}", state(key))
    Console().print(shown)


@keys.command()
def revoke(
    key_id: Annotated[str, typer.Argument(help="The key's id, as `assay keys list` shows it.")],
    organisation: Organisation,
    stack: StackName = DEFAULT_NAME,
    local: Local = False,
) -> None:
    """End a key at once."""
    held = store(stack, local)
    key = revoke_key(organisation, key_id, resources=held["resources"], clock=held["clock"])
    typer.echo(f"{key.id} is {state(key)}.")


def state(key: ApiKey) -> str:
    """Whether the key is good."""
    return f"revoked on {key.revoked_at:%Y-%m-%d %H:%M}" if key.revoked_at else "good"
