"""The local cloud that the tests on it share, and the model provider that its stack calls."""

from collections.abc import Iterator

import httpx
import pytest

from tests.e2e.local_cloud import LocalCloud, free_port
from tests.e2e.shared_provider import PROVIDER_KEY, forget
from tests.support.stub_provider import StubProvider

SECONDS_TO_COME_UP = 600


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first test on the local cloud waits for that to be built."""
    for item in items:
        if item.get_closest_marker("local_cloud"):
            item.add_marker(pytest.mark.timeout(SECONDS_TO_COME_UP))


@pytest.fixture(scope="session")
def stub() -> Iterator[StubProvider]:
    """The provider at which the stack's OPENAI_BASE_URL points."""
    with StubProvider() as stub:
        yield stub


@pytest.fixture(scope="session")
def cloud(stub: StubProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """A local cloud apart from the user's own: another state, another port. It is taken down whatever happens."""
    settings = {"OPENAI_BASE_URL": stub.base_url, "OPENAI_API_KEY": PROVIDER_KEY}
    cloud = LocalCloud(tmp_path_factory.mktemp("assay"), settings)
    try:
        cloud.up("--port", str(free_port()))
        yield cloud
    finally:
        cloud.assay("down")


@pytest.fixture
def provider(stub: StubProvider, cloud: LocalCloud) -> StubProvider:
    """The provider as if nobody had ever called it."""
    forget(stub)
    return stub


@pytest.fixture
def api(cloud: LocalCloud) -> Iterator[httpx.Client]:
    """The API of the local cloud under `/v4`, for the holder of an admin key."""
    with cloud.client() as client:
        yield client
