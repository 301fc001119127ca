"""The provider that every evaluation on the tests' local cloud calls: what one test did to it the next one must not see."""

import time

from tests.support.stub_provider import StubProvider, add_up

PROVIDER_KEY = "sk-canary-3f9d27c1b8a64e50"
"""What the stack calls it with: it may lie in Secrets Manager and nowhere else."""


def forget(stub: StubProvider) -> None:
    """Makes the provider as if nobody had ever called it."""
    assert stub.in_flight == 0, "a test before this one has left an evaluation running"
    stub.calls = stub.peak_in_flight = 0
    stub.latency, stub.answer = 0, add_up
    for kept in (stub.requests, stub.keys, stub.arrivals, stub._rules):
        kept.clear()


def is_quiet(stub: StubProvider) -> bool:
    """Whether it is no longer called."""
    calls = stub.calls
    time.sleep(1)
    return stub.in_flight == 0 and stub.calls == calls
