"""Where an evaluation's summary lies, and how to look at its execution."""

import os
import sys

from assay.domain.evaluation import Pass
from assay.domain.keys import parse
from assay_cli.places import here
from assay_cli.stack import DEFAULT_NAME, require_stack


def text(api_key: str, evaluation_id: str) -> str:
    """Two places to look: S3 and Step Functions."""
    presented = parse(api_key)
    organisation = presented.organisation if presented else ""
    stack = require_stack(DEFAULT_NAME)
    name = Pass(organisation=organisation, evaluation_id=evaluation_id, number=1).execution_name
    arn = f"{stack.output('StateMachineArn').replace(':stateMachine:', ':execution:')}:{name}"
    summary = f"s3://{stack.output('BucketName')}/{organisation}/evaluations/{evaluation_id}/summary.json"
    return f"Summary    {summary}\nExecution  {arn}\n{look(arn)}"


def look(arn: str) -> str:
    """How to look at an execution: the console of AWS, or what stands for it in the local cloud."""
    if "AWS_ENDPOINT_URL" in os.environ:
        call = f"boto3.client('stepfunctions').describe_execution(executionArn='{arn}')"
        return f'To look at it: . {here().env_file} && {sys.executable} -c "import boto3; print({call})"'
    region = arn.split(":")[3]
    page = f"https://{region}.console.aws.amazon.com/states/home?region={region}#/v2/executions/details/{arn}"
    return f"To look at it: {page}"
