"""A stack whose state machine runs, and an organisation of its own for each test."""

from itertools import count

import boto3
import pytest

from assay_cli.running import following
from tests.support.loopback import listening
from tests.support.stub_provider import StubProvider
from tests.workflow.evals import Evals
from tests.workflow.machine import Machine, running

NUMBERS = count(1)


@pytest.fixture(scope="module")
def cloud():
    with running() as made:
        yield made


@pytest.fixture
def machine(cloud):
    cloud.functions.rules.clear()
    cloud.functions.calls.clear()
    return Machine(cloud, f"org-{next(NUMBERS)}")


@pytest.fixture(scope="module")
def provider(cloud):
    """A provider that the stack may call, with a key for it."""
    with StubProvider() as stub, pytest.MonkeyPatch.context() as environment:
        environment.setenv("ASSAY_OPENAI_BASE_URL", stub.base_url)
        environment.setenv("ASSAY_ALLOWED_PROVIDER_HOSTS", f"127.0.0.1:{stub.port}")
        secrets = boto3.client("secretsmanager")
        secrets.put_secret_value(SecretId="assay-provider-keys", SecretString='{"openai_api_key": "sk-1"}')
        yield stub


@pytest.fixture
def evals(cloud):
    """A project that nobody else has."""
    cloud.functions.rules.clear()
    cloud.functions.calls.clear()
    return Evals(cloud, f"run-{next(NUMBERS)}")


@pytest.fixture
def loopback(cloud, evals, monkeypatch):
    """The API on a port of this machine, for commands that find it and its key in the environment."""
    monkeypatch.setattr(following, "LONGEST_PAUSE", 0.2)
    with listening(cloud.functions) as found:
        monkeypatch.setenv("ASSAY_URL", found.url)
        monkeypatch.setenv("ASSAY_API_KEY", evals.api.headers["Authorization"].removeprefix("Bearer "))
        yield found
