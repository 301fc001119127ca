"""A stack in moto's memory for each module, and an organisation of its own for each test."""

from itertools import count

import pytest

from assay import bootstrap
from assay.domain.keys import Bounds
from assay.use_cases.manage_keys import create_key
from tests.integration.world import Standing
from tests.support.api_gateway import Api
from tests.support.aws import stack
from tests.support.entry_points import Lambda
from tests.support.fake_datasets import FakeDatasets
from tests.support.fake_resources import FakeResources
from tests.support.fake_runs import FakeProgress, FakeRuns
from tests.support.fakes import FakeAnswers, FakeProviderLimits

NUMBERS = count(1)


def key(organisation, scope="write", **bounds):
    """A new API key, as its holder presents it."""
    return create_key(organisation, Bounds(scope=scope, **bounds), **bootstrap.operator("assay")).text


@pytest.fixture(scope="module")
def cloud():
    with stack(Lambda()) as made:
        yield made


@pytest.fixture(scope="module")
def standing(request, cloud):
    """What the module's function `everything` makes in an organisation, once for all tests of the module."""
    return Standing(cloud, request.module.everything)


@pytest.fixture
def organisation(cloud):
    cloud.stores.forget_items()
    return f"org-{next(NUMBERS)}"


@pytest.fixture
def api(cloud, organisation):
    return Api(cloud.functions, {"X-API-KEY": key(organisation)})


@pytest.fixture
def v1(cloud, organisation):
    """The same organisation's caller of the other dialect."""
    return Api(cloud.functions, {"Authorization": f"Bearer {key(organisation)}"}, "/v1")


@pytest.fixture
def project(v1):
    """A project's id."""
    return v1.post("/project", {"name": "p"}).body["id"]


@pytest.fixture
def dataset(v1, project):
    """The id of an empty dataset of the project."""
    return v1.post("/dataset", {"project_id": project, "name": "d"}).body["id"]


@pytest.fixture
def experiment(v1, project):
    """The id of an experiment of the project without rows."""
    return v1.post("/experiment", {"project_id": project, "name": "e"}).body["id"]


@pytest.fixture
def reader(cloud, organisation):
    """The same organisation's caller, who may only read."""
    return Api(cloud.functions, {"X-API-KEY": key(organisation, "read")})


@pytest.fixture
def elsewhere():
    """Another organisation."""
    return f"org-{next(NUMBERS)}"


@pytest.fixture
def stranger(cloud, organisation, elsewhere):
    """A caller of another organisation than that of `api`."""
    return Api(cloud.functions, {"X-API-KEY": key(elsewhere)})


class Fakes:
    """The stores' ports in memory."""

    def __init__(self):
        self.resources, self.datasets = FakeResources(), FakeDatasets()
        self.runs, self.progress = FakeRuns(), FakeProgress()
        self.limits, self.answers = FakeProviderLimits(), FakeAnswers()


@pytest.fixture(params=["fakes", "adapters"])
def ports(request):
    """Every port of the stores: once in memory, once over (an imitation of) AWS. Both must keep the same words."""
    if request.param == "fakes":
        return Fakes()
    stores = request.getfixturevalue("cloud").stores
    stores.forget_items()
    return stores


@pytest.fixture
def acme():
    """An organisation of which nothing is kept yet."""
    return f"acme-{next(NUMBERS)}"
