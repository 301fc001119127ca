"""A second `assay up` moves a stack that is up to another provider."""

import pytest

from tests.e2e.launching import launch, sums
from tests.support.stub_provider import StubProvider

pytestmark = pytest.mark.local_cloud


def test_a_second_up_with_another_base_url_moves_the_stack_to_that_provider(api, cloud, provider):
    with StubProvider() as other:
        cloud.up(OPENAI_BASE_URL=other.base_url, OPENAI_API_KEY="sk-of-the-other")
        try:
            assert launch(api, sums(3)).over()["status"] == "completed"
        finally:
            cloud.up()
    assert (other.calls, provider.calls) == (3, 0)
    assert launch(api, sums(2)).over()["status"] == "completed"
    assert (other.calls, provider.calls) == (3, 2)
