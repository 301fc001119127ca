"""The sandbox from the outside: an invocation of run_python."""

import asyncio
from typing import Any

from assay.domain.errors import AssayError
from assay.domain.sandbox import CodeBatch, CodeResults


class SandboxDied(AssayError):
    """The sandbox function itself failed: not the fault of the code that it ran."""


class LambdaCodeRunner:
    """Implements ports.CodeRunner. `client` is boto3's; `function` the sandbox function's name."""

    def __init__(self, client: Any, function: str) -> None:
        self.client = client
        self.function = function

    async def run(self, batch: CodeBatch) -> CodeResults:
        answer = await asyncio.to_thread(
            self.client.invoke, FunctionName=self.function, Payload=batch.model_dump_json().encode()
        )
        payload = answer["Payload"].read()
        if "FunctionError" in answer:
            raise SandboxDied(f"The sandbox ended with: {payload[:500].decode(errors='replace')}")
        return CodeResults.model_validate_json(payload)
