"""The local cloud that the tests on it share, and the model provider that its stack calls."""

from collections import Counter
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import HealthCheck, settings

from tests.e2e.local_cloud import LocalCloud, free_port
from tests.e2e.shared_provider import PROVIDER_KEY, forget
from tests.support.stub_provider import StubProvider

SECONDS_TO_COME_UP = 600

settings.register_profile(
    "values", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
settings.load_profile("values")
"""Property tests are about values, not about how busy the machine is. Here, since a profile counts from its loading on."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first test on the local cloud waits for that to be built; there is one for all, so one process has them all.

    Elsewhere a process has whole modules, whose fixtures are then made once. First, since xdist reads these marks.
    """
    for item in items:
        is_on_the_cloud = bool(item.get_closest_marker("local_cloud"))
        if is_on_the_cloud:
            item.add_marker(pytest.mark.timeout(SECONDS_TO_COME_UP))
        group = "local cloud" if is_on_the_cloud else item.path.stem
        item.add_marker(pytest.mark.xdist_group(group))
    if twice := [name for name, times in Counter(item.nodeid for item in items).items() if times > 1]:
        raise pytest.UsageError(f"of tests with one name only one would be run: {twice}")


@pytest.fixture(scope="session")
def stub() -> Iterator[StubProvider]:
    """The provider at which the stack's OPENAI_BASE_URL points."""
    with StubProvider() as stub:
        yield stub


@pytest.fixture(scope="session")
def cloud(stub: StubProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """A local cloud apart from the user's own: another state, another port, and nothing that holds user code but what Lambda
    has. It is taken down whatever happens.
    """
    settings = {"OPENAI_BASE_URL": stub.base_url, "OPENAI_API_KEY": PROVIDER_KEY, "ASSAY_SANDBOX_EXTRAS": "false"}
    cloud = LocalCloud(tmp_path_factory.mktemp("assay"), settings)
    with cloud.taken_down():
        cloud.up("--port", str(free_port()))
        yield cloud


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
