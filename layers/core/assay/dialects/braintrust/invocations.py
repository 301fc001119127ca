"""The route that calls a function (contracts/braintrust.md §3.1, §7.7)."""

import asyncio
import json
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler import Response
from pydantic import BeforeValidator, Field

from assay.dialects.braintrust.function_refs import parse_version
from assay.dialects.braintrust.wire import Open
from assay.dialects.http import JSON, Call, Route
from assay.domain.errors import InvalidRequest
from assay.domain.ids import canonical
from assay.domain.value import JsonValue
from assay.use_cases.invoke_function import Invocation, Result, invoke_function

EVENTS = "text/event-stream"


class InvokeRequest(Open):
    """What the function is called with; null is as good as nothing."""

    input: JsonValue = None
    expected: JsonValue = None
    metadata: Annotated[dict[str, JsonValue], BeforeValidator(lambda given: given or {})] = Field(default_factory=dict)
    messages: Annotated[tuple[JsonValue, ...], BeforeValidator(lambda given: given or ())] = ()
    mode: Literal["auto", "parallel", "json", "text"] | None = None
    stream: bool | None = None
    strict: bool | None = None
    version: str | None = None

    def invocation(self, function_id: str) -> Invocation:
        """The request in the core's words. Raises InvalidRequest."""
        if self.mode == "parallel":
            raise InvalidRequest("mode: 'parallel' is not supported: use auto, json or text.", ("mode",))
        return Invocation(
            function_id=function_id,
            transaction_id=parse_version(self.version, ()),
            mode=self.mode or "auto",
            strict=self.strict or False,
            **self.model_dump(include={"input", "expected", "metadata", "messages"}),
        )


def invoke(call: Call, ports: Any, function_id: str) -> Response[str]:
    """POST /v1/function/{function_id}/invoke: the bare JSON value, or the same as events."""
    request = call.body(InvokeRequest)
    wish = request.invocation(function_id)
    result = asyncio.run(invoke_function(call.organisation, wish, **ports.invocation))
    if request.stream:
        headers = {"Cache-Control": "no-cache"}
        return Response(status_code=200, content_type=EVENTS, body="".join(events(result)), headers=headers)
    return Response(status_code=200, content_type=JSON, body=text_of(result.value))


def events(result: Result) -> Iterator[str]:
    """The result as both SDKs read a stream: what was printed, the value in one piece, the end."""
    if result.stdout:
        yield event("console", text_of({"stream": "stdout", "message": result.stdout}))
    yield event("text_delta" if isinstance(result.value, str) else "json_delta", text_of(result.value))
    yield event("done", "")


def event(name: str, data: str) -> str:
    """One event; its data has one line, since JSON writes a line end as two characters."""
    return f"event: {name}\ndata: {data}\n\n"


def text_of(value: JsonValue) -> str:
    """A value as JSON, whole numbers without a fraction."""
    return json.dumps(canonical(value), ensure_ascii=False)


ROUTES = (Route("POST", "/v1/function/{function_id}/invoke", invoke),)
