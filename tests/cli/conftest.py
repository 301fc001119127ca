"""What imports of Humanloop's exports are tried on."""

import pytest

from tests.cli.fake_humanloop import FakeApi
from tests.support.humanloop_export import one_of_everything


@pytest.fixture
def api():
    """A stack in which nothing is kept yet."""
    return FakeApi()


@pytest.fixture
def export(tmp_path):
    """An export with one of everything."""
    return one_of_everything(tmp_path / "20250605-120000")
