"""`assay deploy`."""

from typing import Annotated, Literal

import typer
from rich.console import Console

from assay_cli import announcement, sam
from assay_cli.aws_session import require_account
from assay_cli.layer_check import check_layer, slow_start
from assay_cli.places import here
from assay_cli.sam_parameters import chosen
from assay_cli.stack import DEFAULT_NAME, Stack, require_stack
from assay_cli.steps import Steps

Environment = Annotated[Literal["dev", "prod"], typer.Option(help="Which settings of samconfig.toml.")]
Parameters = Annotated[
    list[str] | None, typer.Option("--parameter", metavar="NAME=VALUE", help="A parameter of the template; repeatable.")
]


def deploy(
    *,
    stack: Annotated[str, typer.Option(help="The name of the CloudFormation stack.")] = DEFAULT_NAME,
    environment: Environment = "dev",
    architecture: Annotated[Literal["arm64", "x86_64"], typer.Option(help="Of the functions.")] = "arm64",
    python: Annotated[str, typer.Option(help="The functions' Python.")] = "3.13",
    parameter: Parameters = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Deploy the stack to your AWS account, after saying what that will create."""
    steps, places, target = Steps(Console()), here(), sam.Target.aws(python, architecture)
    made = sam.Build.for_aws(places, target)
    account = require_account()
    log = places.root / ".aws-sam/deploy.log"
    log.parent.mkdir(exist_ok=True)
    with steps.step("Build the stack"):
        sam.build(places, target, made, log)
        for layer in ("DependenciesLayer", "OfferedLayer"):
            check_layer(made.folder / layer, target)
    if said := slow_start(made.folder / "DependenciesLayer", target):
        steps.say(said)
    parameters = {**chosen(places, environment, parameter or ()), **target.parameters}
    steps.say(announcement.text(made.template.read_text(), stack, account, parameters))
    if not yes:
        typer.confirm("Deploy it?", abort=True)
    with steps.step("Deploy the stack"):
        sam.run(places, sam.deploy_command(places, made, stack, environment, parameters), target, log)
    steps.say(what_now(require_stack(stack)))


def what_now(stack: Stack) -> str:
    """Where the new stack answers, and what it needs before it is of use."""
    return (
        f"The API answers at {stack.output('ApiUrl')}\n"
        f"`assay provider set openai --stack {stack.name}` keeps the key with which it calls models.\n"
        f"`assay keys create --organisation NAME --stack {stack.name}` makes an API key."
    )
