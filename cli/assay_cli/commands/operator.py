"""What the commands of the stack's operator share: whose stack, and where it is."""

import os
from typing import Annotated

import typer

from assay.bootstrap import schedules
from assay.ports import Schedules
from assay_cli import cloud
from assay_cli.aws_session import speak_to
from assay_cli.errors import NotRunning
from assay_cli.places import here
from assay_cli.stack import DEFAULT_NAME, Stack, require_stack

Organisation = Annotated[str, typer.Option(help="Whose: a-z, 0-9 and '-', a letter first.")]
StackName = Annotated[str, typer.Option("--stack", help="The name of the CloudFormation stack.")]
Local = Annotated[bool, typer.Option("--local", help="Speak to the local cloud of this clone.")]


def stack_in_question(name: str, local: bool) -> Stack:
    """The stack of that name, in the local cloud or where the AWS credentials lead. Raises NotRunning, StepFailed."""
    if local:
        speak_to(required_url())
    where = os.environ.get("AWS_ENDPOINT_URL", "the AWS account of your credentials")
    typer.echo(f"Stack {name} at {where}", err=True)
    return require_stack(name)


def schedules_of(stack: Stack) -> Schedules:
    """The schedules of a stack."""
    return schedules(
        function_arn=stack.output("TriggerEvalFunctionArn"),
        role_arn=stack.output("ScheduleRoleArn"),
        queue_arn=stack.output("UnstartedEvaluationsArn"),
        group=stack.output("ScheduleGroupName"),
    )


def required_url() -> str:
    """Where the local cloud of this clone listens. Raises NotRunning."""
    running = cloud.running(here())
    if running is None:
        raise NotRunning
    return running.url


__all__ = ["DEFAULT_NAME", "Local", "Organisation", "StackName", "schedules_of", "stack_in_question"]
