"""Providers that give one answer, of the shape that each of them documents; and what they were sent."""

import asyncio
import json

import httpx

from assay.adapters.providers.hosts import host_of
from assay.adapters.providers.http_provider import HttpProvider
from assay.adapters.providers.wire import KeyHeaders
from assay.domain.messages import FunctionCall, Message, ToolCall
from assay.domain.task import Task

KEY = "sk-the-key"
AZURE = {"openai_azure": "https://ours.openai.azure.com/"}
PROVIDERS = ["openai", "openai_azure", "anthropic", "bedrock", "google", "groq", "cohere"]
QUESTION = (Message(role="user", content="1 and 2"),)
WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "Of a town.",
        "parameters": {"type": "object", "required": ["town"]},
    },
}
CALL = ToolCall(id="call_1", function=FunctionCall(name="weather", arguments='{"town": "Oslo"}'))
PIXEL = "data:image/png;base64,iVBORw0="


def region():
    """Where the stack is."""
    return "eu-west-1"


class Asked:
    """A provider that gives one answer; `request` is what it was sent."""

    def __init__(self, provider, status=200, body=None, headers=None):
        self.provider, self.status, self.headers = provider, status, headers or {}
        self.content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.request = None

    def answer(self, request):
        self.request = request
        return httpx.Response(self.status, content=self.content, headers=self.headers)

    def completed(self, messages=QUESTION, **task):
        """The answer to the messages."""
        return asyncio.run(
            self.call(Task(**{"provider": self.provider, "model": "m-1", "endpoint": "chat", **task}), messages)
        )

    async def call(self, task, messages):
        host = host_of(self.provider, AZURE, region)
        credentials = KeyHeaders(KEY, host.headers)
        provider = HttpProvider(httpx.MockTransport(self.answer), host.base_url + "/", host.wire, credentials)
        return await provider.complete(task, messages)

    @property
    def sent(self):
        return json.loads(self.request.content)


def of_openai(message, finish_reason="stop", **usage):
    counted = {"prompt_tokens": 9, "completion_tokens": 4, "total_tokens": 13, **usage}
    choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish_reason, "logprobs": None}
    return {
        "id": "c-1",
        "object": "chat.completion",
        "created": 1,
        "model": "m-1",
        "choices": [choice],
        "usage": counted,
    }


def of_anthropic(*content, stop_reason="end_turn", **usage):
    counted = {"input_tokens": 9, "output_tokens": 4, **usage}
    return {"id": "msg_1", "type": "message", "role": "assistant", "model": "m-1", "content": list(content),
            "stop_reason": stop_reason, "stop_sequence": None, "usage": counted}  # fmt: skip


def of_bedrock(*content, stop_reason="end_turn", **usage):
    counted = {"inputTokens": 9, "outputTokens": 4, "totalTokens": 13, **usage}
    return {"output": {"message": {"role": "assistant", "content": list(content)}}, "stopReason": stop_reason,
            "usage": counted, "metrics": {"latencyMs": 12}}  # fmt: skip


def said(provider, text, ended="stop"):
    """An answer that is a text."""
    if provider == "anthropic":
        return of_anthropic({"type": "text", "text": text}, stop_reason=THEIRS[ended])
    if provider == "bedrock":
        return of_bedrock({"text": text}, stop_reason=THEIRS[ended])
    return of_openai({"content": text}, finish_reason=ended)


THEIRS = {"stop": "end_turn", "length": "max_tokens"}
CALLED = {
    "anthropic": of_anthropic(
        {"type": "thinking", "thinking": "…", "signature": "s"},
        {"type": "tool_use", "id": "call_1", "name": "weather", "input": {"town": "Oslo"}},
        stop_reason="tool_use",
    ),
    "bedrock": of_bedrock(
        {"reasoningContent": {"reasoningText": {"text": "…"}}},
        {"toolUse": {"toolUseId": "call_1", "name": "weather", "input": {"town": "Oslo"}}},
        stop_reason="tool_use",
    ),
    "openai": of_openai(
        {"content": None, "tool_calls": [{"id": "call_1", "type": "function",
                                          "function": {"name": "weather", "arguments": '{"town": "Oslo"}'}}]},
        finish_reason="tool_calls",
    ),
}  # fmt: skip
