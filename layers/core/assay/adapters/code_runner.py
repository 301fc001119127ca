"""The sandboxes from the outside: an invocation of run_python, or of another runtime's."""

import asyncio
from collections.abc import Mapping
from typing import Any

from assay.domain.errors import AssayError, ConfigurationError
from assay.domain.sandbox import CodeBatch, CodeResults, Runtime


class SandboxDied(AssayError):
    """The sandbox function itself failed: not the fault of the code that it ran."""


class LambdaCodeRunner:
    """Implements ports.CodeRunner. `client` is boto3's; `functions` are the names of the sandbox functions."""

    def __init__(self, client: Any, functions: Mapping[Runtime, str]) -> None:
        self.client = client
        self.functions = functions

    async def run(self, batch: CodeBatch) -> CodeResults:
        if batch.runtime not in self.functions:
            raise ConfigurationError(f"This stack runs no code of the runtime '{batch.runtime}'.")
        answer = await asyncio.to_thread(
            self.client.invoke, FunctionName=self.functions[batch.runtime], Payload=batch.model_dump_json().encode()
        )
        payload = answer["Payload"].read()
        if "FunctionError" in answer:
            raise SandboxDied(f"The sandbox ended with: {payload[:500].decode(errors='replace')}")
        return CodeResults.model_validate_json(payload)
