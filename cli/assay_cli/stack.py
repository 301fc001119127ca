"""A deployed stack: its outputs, its parameters, its functions."""

import json
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import ClientError

from assay_cli.errors import StepFailed

DEFAULT_NAME = "assay"


@dataclass(frozen=True)
class Stack:
    """A stack as CloudFormation describes it."""

    name: str
    outputs: dict[str, str]
    parameters: dict[str, str]

    def output(self, name: str) -> str:
        """One of its outputs. Raises StepFailed where it has none of that name."""
        if name not in self.outputs:
            raise StepFailed(f"The stack {self.name} has no output {name}: deploy it again.")
        return self.outputs[name]


def find_stack(name: str) -> Stack | None:
    """The stack of that name; None where there is none."""
    try:
        found = boto3.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            return None
        raise
    outputs = {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", [])}
    parameters = {each["ParameterKey"]: each["ParameterValue"] for each in found.get("Parameters", [])}
    return Stack(name, outputs, parameters)


def require_stack(name: str) -> Stack:
    """The stack of that name. Raises StepFailed where there is none."""
    stack = find_stack(name)
    if stack is None:
        raise StepFailed(f"There is no stack named {name} where these AWS credentials lead.")
    return stack


def invoke(function: str, event: dict[str, Any]) -> Any:
    """What a function of the stack answers. Raises StepFailed where it fails."""
    answer = boto3.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event, default=str).encode())
    said = answer["Payload"].read()
    if "FunctionError" in answer:
        raise StepFailed(f"{function} failed: {said.decode()[:500]}")
    return json.loads(said or b"null")
