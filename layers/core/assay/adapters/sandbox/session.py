"""One batch under way: its directory, and a harness that is replaced when a row breaks it."""

import marshal
import shutil
import tempfile
from types import TracebackType
from typing import Any, Self

from assay.adapters.sandbox import host, outcome
from assay.adapters.sandbox.egress import Egress
from assay.adapters.sandbox.interpreter import Broken, Interpreter, Unstartable
from assay.domain.sandbox import CodeResult, SandboxLimits
from assay.domain.value import JsonValue


class Session:
    """Answers rows one by one. On leaving, nothing of them is there any more, or SandboxTainted is raised."""

    def __init__(
        self, setup: dict[str, Any], limits: SandboxLimits, required: frozenset[str], egress: Egress | None
    ) -> None:
        self._setup, self._limits, self._required, self._egress = setup, limits, required, egress
        self._interpreter: Interpreter | None = None
        self._hopeless: str | None = None

    def __enter__(self) -> Self:
        self._directory = tempfile.mkdtemp(prefix="assay-sandbox-")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._discard()
        try:
            shutil.rmtree(self._directory)
        except (OSError, RecursionError) as trouble:
            raise host.SandboxTainted("a directory of user code could not be removed") from trouble

    def answer(self, row: tuple[JsonValue, ...]) -> CodeResult:
        """The result of one row, whatever its code does."""
        try:
            arguments = marshal.dumps(row)
        except ValueError as error:
            return CodeResult(error=f"The arguments cannot be passed to the code: {error}")
        try:
            heard = self.interpreter().ask(arguments)
        except Unstartable as error:
            return CodeResult(error=str(error))
        except Broken:
            self._discard()
            return CodeResult(error=outcome.DIED)
        return outcome.result(heard, self._limits)

    def interpreter(self) -> Interpreter:
        """The present harness, or a new one. What does not start once is not tried again: no row has a part in it."""
        if self._hopeless is not None:
            raise Unstartable(self._hopeless)
        if self._interpreter is None:
            try:
                self._interpreter = Interpreter(
                    self._setup, self._limits, self._directory, self._required, self._egress
                )
            except Unstartable as error:
                self._hopeless = str(error)
                raise
        return self._interpreter

    def _discard(self) -> None:
        """Ends the harness and all below it."""
        if self._interpreter is not None:
            ended, self._interpreter = self._interpreter, None
            ended.end()
