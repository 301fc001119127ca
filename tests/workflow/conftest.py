"""A stack whose state machine runs, and an organisation of its own for each test."""

from itertools import count

import pytest

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
