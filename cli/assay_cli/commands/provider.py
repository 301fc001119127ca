"""`assay provider set | list | remove`."""

import sys
from typing import Annotated, Literal

import typer

from assay_cli import provider_settings
from assay_cli.commands.operator import DEFAULT_NAME, Local, StackName, stack_in_question
from assay_cli.errors import CommandFailed

provider = typer.Typer(
    no_args_is_help=True,
    help="""Give the stack its keys of model providers, with AWS credentials.

    They lie in one secret of Secrets Manager, which only the functions that call models may read. Evaluations whose
    requests bring keys of their own are called with those.""",
)

Provider = Literal["openai", "openai_azure", "anthropic", "bedrock", "cohere", "google", "groq"]
Name = Annotated[Provider, typer.Argument(help="The provider.")]
LONGEST = 512


def secret(stack: str, local: bool) -> str:
    """The secret of the stack in question. Raises NotRunning, StepFailed."""
    return stack_in_question(stack, local).output("ProviderKeysSecretArn")


@provider.command("set")
def set_(name: Name, stack: StackName = DEFAULT_NAME, local: Local = False) -> None:
    """Keep a provider's key, in place of the one there is. It is asked for, or read from standard input."""
    place = secret(stack, local)
    provider_settings.change_key(place, name, typed_key(name))
    typer.echo(f"The stack calls {name} with this key from now on.")


@provider.command("list")
def list_(stack: StackName = DEFAULT_NAME, local: Local = False) -> None:
    """List the providers of which there is a key; no part of a key is shown."""
    for name in provider_settings.named_keys(secret(stack, local)):
        typer.echo(name)


@provider.command()
def remove(name: Name, stack: StackName = DEFAULT_NAME, local: Local = False) -> None:
    """Remove a provider's key: only evaluations that bring one can call it then."""
    provider_settings.change_key(secret(stack, local), name, None)
    typer.echo(f"The stack has no key for {name} any more.")


def typed_key(name: str) -> str:
    """The key as a person types it, unseen, or as another program writes it. Raises CommandFailed."""
    typed = typer.prompt(f"The key for {name}", hide_input=True) if sys.stdin.isatty() else sys.stdin.readline()
    key = str(typed).strip()
    if not key or len(key) > LONGEST or not key.isascii() or not key.isprintable() or " " in key:
        raise CommandFailed(f"That is no key: it takes one line of at most {LONGEST} characters without spaces.")
    return key
