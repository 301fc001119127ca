"""A stack in moto's memory for each module, and an organisation of its own for each test."""

from itertools import count

import pytest
from hypothesis import HealthCheck, settings

from assay import bootstrap
from assay.use_cases.manage_keys import create_key
from tests.support.api_gateway import Api
from tests.support.aws import stack
from tests.support.entry_points import Lambda

settings.register_profile(
    "stores", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
settings.load_profile("stores")

NUMBERS = count(1)


def key(organisation, scope="write"):
    """A new API key, as its holder presents it."""
    return create_key(organisation, scope, **bootstrap.operator("assay"))[1]


@pytest.fixture(scope="module")
def cloud():
    with stack(Lambda()) as made:
        yield made


@pytest.fixture
def organisation(cloud):
    return f"org-{next(NUMBERS)}"


@pytest.fixture
def api(cloud, organisation):
    return Api(cloud.functions, {"X-API-KEY": key(organisation)})


@pytest.fixture
def reader(cloud, organisation):
    """The same organisation's caller, who may only read."""
    return Api(cloud.functions, {"X-API-KEY": key(organisation, "read")})


@pytest.fixture
def stranger(cloud):
    """A caller of another organisation."""
    return Api(cloud.functions, {"X-API-KEY": key(f"org-{next(NUMBERS)}")})
