"""The intervals hold the truth as often as they promise, where theory says that they do; the gate is right."""

import pytest

from tests.simulations.coverage import GATES, SKEWED, UNIFORM, clustered, coverage, failing, wilson_averaged

PROMISED = pytest.approx(0.95, abs=0.015)


@pytest.mark.parametrize("n", [10, 30, 100])
def test_wilsons_interval_holds_what_it_promises_averaged_over_p(n):
    assert wilson_averaged(n) == PROMISED


@pytest.mark.long
@pytest.mark.parametrize("n", [100, 300])
@pytest.mark.parametrize("world", [UNIFORM, SKEWED])
def test_the_t_interval_holds_what_it_promises(world, n):
    assert coverage(world, n, 4000).coverage == PROMISED


@pytest.mark.long
def test_clusters_that_are_known_are_accounted_for_and_unknown_ones_mislead():
    assert clustered(50, 10, 1500, told=True).coverage == PROMISED
    assert clustered(50, 10, 1500, told=False).coverage < 0.8


def test_the_gate_seldom_stops_a_run_that_is_no_worse_and_never_lets_ten_points_pass():
    (_, *alike), (_, *worse), _ = GATES
    assert failing(200, *alike, runs=200) <= 0.075
    assert failing(200, *worse, runs=200) >= 0.95
