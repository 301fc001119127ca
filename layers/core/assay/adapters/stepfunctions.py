"""The state machine: executions are named after their pass, so starting one twice starts it once."""

import json
from typing import Any

from botocore.exceptions import ClientError

from assay.domain.evaluation import Pass


class StepFunctions:
    """Implements ports.Executions. `client` is boto3's."""

    def __init__(self, client: Any, state_machine_arn: str) -> None:
        self.client = client
        self.state_machine_arn = state_machine_arn

    def start(self, this: Pass) -> None:
        state = {"organisation": this.organisation, "evaluation_id": this.evaluation_id, "pass": this.number}
        try:
            self.client.start_execution(
                stateMachineArn=self.state_machine_arn, name=this.execution_name, input=json.dumps(state)
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
                raise

    def stop(self, this: Pass, reason: str) -> None:
        machine = self.state_machine_arn.replace(":stateMachine:", ":execution:")
        try:
            self.client.stop_execution(executionArn=f"{machine}:{this.execution_name}", cause=reason)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ExecutionDoesNotExist":
                raise
