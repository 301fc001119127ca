"""Where a provider's key may be sent: over https to public addresses, resolved once; elsewhere only as it is allowed."""

import asyncio

import pytest
from aiohttp.abc import AbstractResolver
from pydantic import SecretStr

from assay.adapters.providers import open_providers
from assay.adapters.providers.guarded_resolver import GuardedResolver, NotPublic
from assay.adapters.providers.http_provider import MOST_BYTES, HttpProvider
from assay.adapters.providers.open_providers import Operator, open_provider, open_transport, resolver_for
from assay.adapters.providers.openai import OpenAIWire
from assay.adapters.providers.wire import KeyHeaders
from assay.domain.errors import ConfigurationError, ProviderGarbled, ProviderRefused
from assay.domain.messages import Message
from tests.support.build import a_task
from tests.support.faults import Fault
from tests.support.providers import region
from tests.support.stub_provider import StubProvider

ASKED = (Message(role="user", content="1 and 2"),)


class Answers(AbstractResolver):
    """A resolver that gives each answer once, and the last for ever."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), 0

    async def resolve(self, host, port=0, family=0):
        self.asked += 1
        addresses = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(addresses, Exception):
            raise addresses
        return [
            {"hostname": host, "host": each, "port": port, "family": 2, "proto": 0, "flags": 0} for each in addresses
        ]

    async def close(self):
        pass


def resolved(guarded, times=1):
    """The addresses that a name leads to, as often as it is asked."""

    async def ask():
        return [[one["host"] for one in await guarded.resolve("models.example", 443)] for _ in range(times)]

    return asyncio.run(ask())


def test_a_name_means_for_ever_what_it_meant_at_first():
    rebinding = Answers(["8.8.8.8"], ["127.0.0.1"])
    assert resolved(GuardedResolver(rebinding), 3) == [["8.8.8.8"]] * 3
    assert rebinding.asked == 1


@pytest.mark.parametrize("addresses", [["169.254.169.254"], ["8.8.8.8", "10.0.0.1"], ["::1"], ["::ffff:8.8.8.8"], []])
def test_a_name_with_an_address_that_is_not_public_leads_nowhere(addresses):
    with pytest.raises(NotPublic):
        resolved(GuardedResolver(Answers(addresses)))


def refused(base_url, monkeypatch, *answers, allowed=frozenset()):
    """Why the provider at the URL may not be called."""
    monkeypatch.setattr(open_providers, "GuardedResolver", lambda: GuardedResolver(Answers(*answers)))
    with pytest.raises(ConfigurationError) as why:
        asyncio.run(resolver_for(base_url, frozenset(allowed)))
    return str(why.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://models.example/v1",
        "ftp://models.example",
        "file:///etc/passwd",
        "https://",
        "https://u:p@models.example",
        "",
    ],
)
def test_only_https_is_spoken_and_no_password_is_sent(url, monkeypatch):
    said = refused(url, monkeypatch, ["8.8.8.8"])
    assert "neither https" in said
    assert "p@" not in said


@pytest.mark.parametrize("host", ["127.0.0.1", "169.254.169.254", "[::1]", "[::ffff:10.0.0.1]", "[64:ff9b::a00:1]"])
def test_a_literal_address_is_looked_at_too(host, monkeypatch):
    assert "AllowedProviderHosts" in refused(f"https://{host}/v1", monkeypatch, ["8.8.8.8"])


def test_a_name_in_a_private_network_is_refused_before_any_call(monkeypatch):
    assert "AllowedProviderHosts" in refused("https://models.internal:8443/v1", monkeypatch, ["10.1.2.3"])
    opened = asyncio.run(resolver_for("https://models.internal:8443/v1", frozenset({"models.internal:8443"})))
    assert not isinstance(opened, GuardedResolver)


def test_a_name_that_cannot_be_resolved_now_may_be_later(monkeypatch):
    monkeypatch.setattr(open_providers, "GuardedResolver", lambda: GuardedResolver(Answers(OSError("no answer"))))
    assert asyncio.run(resolver_for("https://models.example", frozenset()))


async def asked_at(base_url, resolver):
    key = KeyHeaders("sk-1", {"Authorization": "Bearer {}"})
    async with open_transport(resolver) as transport:
        return await HttpProvider(transport, base_url, OpenAIWire(), key).complete(a_task(provider="openai"), ASKED)


def test_a_call_goes_to_the_resolved_address_under_the_name():
    with StubProvider() as stub:
        answer = asyncio.run(asked_at(f"http://models.example:{stub.port}/v1/", Answers(["127.0.0.1"])))
    assert answer.text == "The answer is 3."


def test_a_redirection_is_not_followed():
    with StubProvider() as other, StubProvider() as stub:
        stub.script(Fault(status=307, headers={"Location": f"{other.base_url}/chat/completions"}, body=b""))
        with pytest.raises(ProviderRefused, match="307"):
            asyncio.run(asked_at(stub.base_url + "/", Answers(["127.0.0.1"])))
        assert other.calls == 0


def test_an_answer_that_never_ends_is_not_read_to_its_end():
    with StubProvider() as stub:
        stub.script(Fault(body=b" " * (MOST_BYTES + 1)))
        with pytest.raises(ProviderGarbled, match="longer"):
            asyncio.run(asked_at(stub.base_url + "/", Answers(["127.0.0.1"])))


def test_a_stack_calls_its_provider_only_where_it_may():
    async def opened():
        operator = Operator({"openai": "https://127.0.0.1:9/v1"}, frozenset(), region)
        async with open_provider(a_task(provider="openai"), {"openai": SecretStr("k")}, operator):
            raise AssertionError

    with pytest.raises(ConfigurationError, match="not public"):
        asyncio.run(opened())
