"""The sandboxes from the outside: an invocation of run_python, or of another runtime's."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from assay.domain.errors import AssayError, ConfigurationError
from assay.domain.sandbox import CodeBatch, CodeResults, Runtime, StackLimits

LARGEST = 6 * 1024 * 1024
"""Bytes of what Lambda takes in a synchronous invocation."""


class SandboxDied(AssayError):
    """The sandbox function itself failed: not the fault of the code that it ran."""


class RowsTooLarge(AssayError):
    """More than one invocation takes."""


class LambdaCodeRunner:
    """Implements ports.CodeRunner. `connect` makes boto3's client; `functions` names the sandbox functions.

    Whatever limits a batch comes with, it is run under the stack's.
    """

    def __init__(
        self, connect: Callable[[], Any], functions: Mapping[Runtime, str], limits: StackLimits | None = None
    ) -> None:
        self.connect = connect
        self.functions = functions
        self.limits = limits or StackLimits()

    async def run(self, batch: CodeBatch) -> CodeResults:
        if batch.runtime not in self.functions:
            raise ConfigurationError(f"This stack runs no code of the runtime '{batch.runtime}'.")
        limited = batch.model_copy(update={"limits": self.limits.of(batch.call)})
        function, payload = self.functions[batch.runtime], limited.model_dump_json().encode()
        if len(payload) > LARGEST:
            raise RowsTooLarge(f"{len(payload)} bytes are more than the {LARGEST} that the sandbox takes at once.")
        answer = await asyncio.to_thread(self.connect().invoke, FunctionName=function, Payload=payload)
        said = answer["Payload"].read()
        if "FunctionError" in answer:
            raise SandboxDied(f"The sandbox ended with: {said[:500].decode(errors='replace')}")
        return CodeResults.model_validate_json(said)
