"""`assay keys create | list | rotate | revoke`."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from assay.bootstrap import key_uses, operator
from assay.domain.keys import ApiKey, Bounds, Scope
from assay.use_cases.manage_keys import create_key, list_keys, revoke_key, rotate_key
from assay_cli.commands.operator import DEFAULT_NAME, Local, Organisation, StackName, stack_in_question
from assay_cli.durations import duration

keys = typer.Typer(
    no_args_is_help=True,
    help="""Make, list, rotate and revoke API keys, with AWS credentials.

    They belong to the stack where your AWS credentials lead; with --local, or after `eval "$(assay env)"`, to the one
    in the local cloud. The first key of an organisation makes the organisation; an admin key can make others by the
    API, at /v1/api_key.""",
)

WIDE = 200
"""Columns for a reader that is no terminal: nothing is cut off."""

KeyId = Annotated[str, typer.Argument(help="The key's id, as `assay keys list` shows it.")]
Expiry = Annotated[timedelta | None, typer.Option(parser=duration, help="When it ends: 90d, 12h, 30m from now.")]
Grace = Annotated[timedelta | None, typer.Option(parser=duration, help="How long the old secret stays good: 1h, 7d.")]


def store(stack: str, local: bool) -> dict[str, Any]:
    """What the use cases need, for the stack in question. Raises NotRunning, StepFailed."""
    return operator(stack_in_question(stack, local).output("TableName"))


@keys.command()
def create(
    organisation: Organisation,
    scope: Annotated[Scope, typer.Option(help="What its holder may do.")] = "admin",
    name: Annotated[str, typer.Option(help="What people call it.")] = "",
    project: Annotated[str | None, typer.Option(help="The id of the one project that it is for.")] = None,
    expires_in: Expiry = None,
    stack: StackName = DEFAULT_NAME,
    local: Local = False,
) -> None:
    """Make a key and print it. It is shown this once: only its hash is kept."""
    expires_at = datetime.now(UTC) + expires_in if expires_in is not None else None
    bounds = Bounds(scope=scope, project_id=project, expires_at=expires_at)
    typer.echo(create_key(organisation, bounds, name=name, **store(stack, local)).text)


@keys.command("list")
def list_(organisation: Organisation, stack: StackName = DEFAULT_NAME, local: Local = False) -> None:
    """List an organisation's keys, revoked ones too. When a key was last used is right to within minutes."""
    table = stack_in_question(stack, local).output("TableName")
    held = operator(table)
    found = list_keys(organisation, resources=held["resources"], uses=key_uses(table))
    shown = Table("id", "name", "scope", "project", "created", "last used", "state")
    for key, at in found:
        used = f"{at:%Y-%m-%d %H:%M}" if at else "never"
        shown.add_row(
            key.id, key.name, key.scope, key.project_id or "all", f"{key.created_at:%Y-%m-%d %H:%M}", used,
            state(key, held["clock"].now()),
        )  # fmt: skip
    console = Console()
    Console(width=None if console.is_terminal else WIDE).print(shown)


@keys.command()
def rotate(
    key_id: KeyId,
    organisation: Organisation,
    grace: Grace = None,
    stack: StackName = DEFAULT_NAME,
    local: Local = False,
) -> None:
    """Give a key a new secret and print it. The old one ends at once, or after --grace."""
    held = store(stack, local)
    made = {name: held[name] for name in ("resources", "clock", "entropy")}
    typer.echo(rotate_key(organisation, key_id, grace or timedelta(), **made).text)


@keys.command()
def revoke(
    key_id: KeyId,
    organisation: Organisation,
    stack: StackName = DEFAULT_NAME,
    local: Local = False,
) -> None:
    """End a key at once."""
    held = store(stack, local)
    key = revoke_key(organisation, key_id, resources=held["resources"], clock=held["clock"])
    typer.echo(f"{key.id} is {state(key, held['clock'].now())}.")


def state(key: ApiKey, now: datetime) -> str:
    """Whether the key is good, and until when."""
    if key.revoked_at:
        return f"revoked on {key.revoked_at:%Y-%m-%d %H:%M}"
    if key.expires_at is None:
        return "good"
    return f"{'good until' if key.is_good(now) else 'expired on'} {key.expires_at:%Y-%m-%d %H:%M}"
