"""Where an evaluation's summary lies, and how to look at its execution."""

import os
import sys
from pathlib import Path

from assay.domain.evaluation import Pass
from assay.domain.keys import parse
from assay_cli.places import here
from assay_cli.stack import DEFAULT_NAME, require_stack


def text(api_key: str, evaluation_id: str) -> str:
    """Three places to look: the page, S3 and Step Functions."""
    presented = parse(api_key)
    organisation = presented.organisation if presented else ""
    stack = require_stack(DEFAULT_NAME)
    name = Pass(organisation=organisation, evaluation_id=evaluation_id, number=1).execution_name
    arn = f"{stack.output('StateMachineArn').replace(':stateMachine:', ':execution:')}:{name}"
    summary = f"s3://{stack.output('BucketName')}/{organisation}/evaluations/{evaluation_id}/summary.json"
    page = f"{near(Path(sys.executable).with_name('assay'))} open {evaluation_id}"
    return f"Page       {page}\nSummary    {summary}\n{look(arn)}"


def look(arn: str) -> str:
    """How to look at an execution: the console of AWS, or what stands for it in the local cloud."""
    if "AWS_ENDPOINT_URL" in os.environ:
        return (
            "Execution, by all three lines:\n"
            f'. {near(here().env_file)} && {near(Path(sys.executable))} -c "import boto3; print(\n'
            "boto3.client('stepfunctions').describe_execution(executionArn=\n"
            f"'{arn}'))\""
        )
    region = arn.split(":")[3]
    page = f"https://{region}.console.aws.amazon.com/states/home?region={region}#/v2/executions/details/{arn}"
    return f"Execution  {page}"


def near(path: Path) -> str:
    """A path as it is typed from here, where it lies below."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
