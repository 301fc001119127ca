"""The `assay` command: its subcommands, and the one place where an error becomes a line and an exit code."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
from botocore.exceptions import BotoCoreError, ClientError
from typer.core import TyperGroup

from assay.domain.errors import AssayError
from assay_cli.commands.demo import demo
from assay_cli.commands.deploy import deploy
from assay_cli.commands.down import down
from assay_cli.commands.env import env
from assay_cli.commands.keys import keys
from assay_cli.commands.organisation import organisation
from assay_cli.commands.provider import provider
from assay_cli.commands.resume import resume
from assay_cli.commands.schedules import schedule
from assay_cli.commands.triggers import trigger
from assay_cli.commands.up import up
from assay_cli.errors import EXIT_CODE, CommandFailed

EXPECTED = (CommandFailed, AssayError, BotoCoreError, ClientError)


@contextmanager
def errors_as_one_line() -> Iterator[None]:
    """Turns what may go wrong outside of us into one line on stderr and EXIT_CODE."""
    try:
        yield
    except EXPECTED as error:
        typer.echo(f"assay: {' '.join(str(error).split())}", err=True)
        raise typer.Exit(EXIT_CODE) from error


class Commands(TyperGroup):
    """The subcommands, none of which ends in a traceback that a user could have caused."""

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]
        with errors_as_one_line():
            return super().invoke(ctx)


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    help="Assay: LLM evaluations inside your own AWS account.",
)
for command in (up, down, env, deploy, demo, resume):
    app.command()(command)
app.add_typer(keys, name="keys")
app.add_typer(provider, name="provider")
app.add_typer(organisation, name="organisation")
app.add_typer(trigger, name="trigger")
app.add_typer(schedule, name="schedule")
