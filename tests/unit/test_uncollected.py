"""Bulk work with values is not held up by looking for cycles."""

import gc

import pytest

from assay.use_cases.uncollected import uncollected


def test_no_cycles_are_looked_for_meanwhile_and_then_they_are_again():
    with uncollected():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_they_are_again_after_a_failure():
    with pytest.raises(ValueError, match="no"), uncollected():
        raise ValueError("no")
    assert gc.isenabled()


def test_whoever_does_without_anyhow_still_does():
    with uncollected():
        with uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
