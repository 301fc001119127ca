"""The `assay` command: its subcommands, and the one place where an error becomes a line and an exit code."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
from botocore.exceptions import BotoCoreError, ClientError
from typer.core import TyperGroup

from assay.client import CallFailed, NotReached, Refused
from assay.domain.errors import AssayError, RequestError
from assay_cli.commands.demo import demo
from assay_cli.commands.deploy import deploy
from assay_cli.commands.down import down
from assay_cli.commands.env import env
from assay_cli.commands.export import export
from assay_cli.commands.imports import imports
from assay_cli.commands.init import init
from assay_cli.commands.keys import keys
from assay_cli.commands.organisation import organisation
from assay_cli.commands.provider import provider
from assay_cli.commands.resume import resume
from assay_cli.commands.run import run
from assay_cli.commands.schedules import schedule
from assay_cli.commands.show import compare, open_, show
from assay_cli.commands.smoke import smoke
from assay_cli.commands.triggers import trigger
from assay_cli.commands.up import up
from assay_cli.declared.reading import Invalid
from assay_cli.errors import CALLERS_FAULT, CommandFailed, Misused

EXPECTED = (CommandFailed, CallFailed, AssayError, BotoCoreError, ClientError)


@contextmanager
def errors_as_lines() -> Iterator[None]:
    """Turns what may go wrong outside of us into one line on stderr and an exit code; into one for each bad line."""
    try:
        yield
    except Invalid as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(error.exit_code) from error
    except OSError as error:
        typer.echo(f"assay: {error.filename}: {error.strerror}." if error.filename else f"assay: {error}", err=True)
        raise typer.Exit(Misused.exit_code) from error
    except EXPECTED as error:
        hint = " `assay up` starts the local cloud." if isinstance(error, NotReached) else ""
        typer.echo(f"assay: {' '.join(str(error).split())}{hint}", err=True)
        raise typer.Exit(exit_code(error)) from error


def exit_code(error: Exception) -> int:
    """The exit code for an error (errors.py)."""
    if isinstance(error, Refused):
        return Misused.exit_code if error.status in CALLERS_FAULT else CommandFailed.exit_code
    if isinstance(error, RequestError):
        return Misused.exit_code
    return error.exit_code if isinstance(error, CommandFailed) else CommandFailed.exit_code


class Commands(TyperGroup):
    """The subcommands, none of which ends in a traceback that a user could have caused."""

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]
        with errors_as_lines():
            return super().invoke(ctx)


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    help="Assay: LLM evaluations inside your own AWS account.",
)
for command in (up, down, env, deploy, smoke, demo, init, run, show, compare, export, resume):
    app.command()(command)
app.command("open")(open_)
app.add_typer(imports, name="import")
app.add_typer(keys, name="keys")
app.add_typer(provider, name="provider")
app.add_typer(organisation, name="organisation")
app.add_typer(trigger, name="trigger")
app.add_typer(schedule, name="schedule")
