"""One sandbox for all: what one test's code leaves behind must not be there for the next."""

import pytest

from assay.adapters.sandbox.python import PythonSandbox


@pytest.fixture(scope="session")
def sandbox() -> PythonSandbox:
    return PythonSandbox()


@pytest.fixture(scope="session")
def unfiltered() -> PythonSandbox:
    """As on a platform without seccomp."""
    return PythonSandbox(seccomp=False)
