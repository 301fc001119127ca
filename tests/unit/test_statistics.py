"""Intervals and tests, against scipy and statsmodels, who know nothing of ours."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from assay.domain.statistics.bootstrap import bca, bca_bounds, resampled_means
from assay.domain.statistics.distributions import normal_cdf, normal_quantile, t_quantile, t_two_sided
from assay.domain.statistics.interval import clustered_error, spread, t_interval, wilson
from assay.domain.statistics.paired import Pairs, compare, holm, mcnemar_mid_p

NEAR = 1e-9
shares = st.floats(0, 1, width=32)
levels = st.sampled_from([0.8, 0.9, 0.95, 0.99, 0.999])


def near(value):
    return pytest.approx(value, rel=NEAR, abs=NEAR)


def paired(ours, base, clusters=None):
    return Pairs(ours, base, len(ours), clusters)


@given(st.floats(1e-12, 1 - 1e-12))
def test_the_quantiles_of_the_normal_are_scipys(p):
    assert normal_quantile(p) == near(stats.norm.ppf(p))
    assert normal_cdf(normal_quantile(p)) == near(p)


@given(st.floats(0.5, 0.99999), st.integers(1, 2_000_000))
def test_the_quantiles_of_students_t_are_scipys(p, df):
    assert t_quantile(p, df) == near(stats.t.ppf(p, df))


@given(st.floats(-50, 50), st.integers(1, 2_000_000))
def test_the_tails_of_students_t_are_scipys(t, df):
    assert t_two_sided(t, df) == near(2 * stats.t.sf(abs(t), df))


@given(st.integers(1, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), levels)
def test_wilsons_interval_is_that_of_statsmodels(counted, level):
    successes, n = counted
    low, high = proportion_confint(successes, n, alpha=1 - level, method="wilson")
    ours = wilson(successes, n, level)
    assert (ours.low, ours.high) == (near(low), near(high))


@given(st.floats(-5, 5), st.floats(0.001, 5), st.integers(1, 5000), levels)
def test_a_t_interval_is_scipys(centre, stderr, df, level):
    low, high = stats.t.interval(level, df, loc=centre, scale=stderr)
    ours = t_interval(centre, stderr, df, level=level)
    assert (ours.low, ours.high) == (near(low), near(high))


@given(st.lists(shares, min_size=100, max_size=150))
def test_many_scores_get_the_t_interval_of_their_mean(values):
    assume(np.std(values) > 0)
    assume(not set(values) <= {0, 1})
    found = spread(values)
    low, high = stats.t.interval(0.95, len(values) - 1, loc=np.mean(values), scale=stats.sem(values))
    assert (found.ci.method, found.ci.df) == ("t", len(values) - 1)
    assert (found.ci.low, found.ci.high) == (near(low), near(high))
    assert found.stderr == near(stats.sem(values))


@given(st.lists(st.tuples(shares, st.integers(0, 8)), min_size=12, max_size=80))
def test_the_clustered_error_is_that_of_a_regression_on_a_constant(rows):
    values, clusters = [value for value, _ in rows], [cluster for _, cluster in rows]
    assume(len(set(clusters)) > 1)
    fit = OLS(np.array(values), np.ones(len(values))).fit(
        cov_type="cluster", cov_kwds={"groups": np.array(clusters), "use_correction": False}
    )
    correction = len(set(clusters)) / (len(set(clusters)) - 1)
    assert clustered_error(values, clusters) == near(fit.bse[0] * math.sqrt(correction))


def exact_mean(values, axis=-1):
    """As numpy's, but of an exact sum: whether a resample lies below the mean must not hang on the last bit."""
    return np.apply_along_axis(lambda some: math.fsum(some) / len(some), axis, values)


@settings(max_examples=25)
@given(st.lists(shares, min_size=10, max_size=99))
def test_a_bca_interval_is_that_of_scipy_over_the_same_resamples(values):
    assume(np.ptp(values) > 1e-6)
    means = resampled_means(values, 400)
    same = SimpleNamespace(bootstrap_distribution=np.array(means))
    theirs = stats.bootstrap(
        (np.array(values),), exact_mean, n_resamples=0, bootstrap_result=same, method="BCa", vectorized=True, axis=-1
    ).confidence_interval
    assume(not math.isnan(theirs.low))
    low, high = bca_bounds(values, means, 0.95)
    assert (low, high) == (pytest.approx(theirs.low, abs=1e-9), pytest.approx(theirs.high, abs=1e-9))


def test_the_same_scores_get_the_same_bca_interval_and_others_another():
    values = [0.1, 0.9, 0.4, 0.7, 0.2, 0.65, 0.3, 0.8, 0.05, 0.55]
    assert bca(values, 0.95) == bca(list(values), 0.95)
    assert bca(values, 0.95) != bca(values[::-1], 0.95)


@given(st.lists(st.tuples(shares, shares), min_size=10, max_size=120))
def test_two_runs_are_compared_by_scipys_paired_t(pairs):
    ours, base = zip(*pairs, strict=True)
    differences = np.array(ours) - np.array(base)
    assume(np.ptp(differences) > 1e-6)
    assume(not {*ours, *base} <= {0, 1})
    theirs = stats.ttest_rel(ours, base)
    interval = theirs.confidence_interval(0.95)
    found = compare(paired(ours, base))
    assert found.method == "paired_t"
    assert found.diff == near(float(np.mean(differences)))
    assert found.p_value == near(theirs.pvalue)
    assert (found.ci.low, found.ci.high) == (near(interval.low), near(interval.high))


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_pass_and_fail_are_compared_by_mcnemars_mid_p(won, lost, even):
    differences = [1.0] * won + [-1.0] * lost + [0.0] * even
    exact = mcnemar([[even, lost], [won, 0]], exact=True).pvalue
    mid = exact - stats.binom.pmf(min(won, lost), won + lost, 0.5) if won != lost else 1.0
    assert mcnemar_mid_p(differences) == near(mid)


@settings(max_examples=15, deadline=None)  # statsmodels takes its time
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holms_adjustment_is_that_of_statsmodels(p_values):
    assert holm(p_values) == pytest.approx(list(multipletests(p_values, method="holm")[1]), abs=1e-12)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=10, max_size=60))
def test_the_verdict_on_pass_and_fail_is_mid_p_and_its_interval_the_paired_t(pairs):
    ours = [float(mine) for mine, _ in pairs]
    base = [float(theirs) for _, theirs in pairs]
    found = compare(paired(ours, base))
    differences = np.array(ours) - np.array(base)
    assert found.method == "mcnemar_mid_p"
    assert found.p_value == mcnemar_mid_p(list(differences))
    if np.ptp(differences):
        assert found.ci.method == "t"
    else:
        assert found.silence == "no spread seen"


@given(st.lists(st.tuples(shares, shares), max_size=40), st.integers(0, 5))
def test_every_pair_is_won_lost_or_even_and_the_diff_is_that_of_the_means(pairs, alone):
    ours, base = [mine for mine, _ in pairs], [theirs for _, theirs in pairs]
    found = compare(Pairs(ours, base, len(pairs) + alone), "x1")
    assert (found.base, found.n_paired) == ("x1", len(pairs))
    assert found.coverage == pytest.approx(len(pairs) / (len(pairs) + alone) if pairs else 0)
    if pairs:
        assert found.wins + found.losses + found.ties == len(pairs)
        assert found.diff == pytest.approx(np.mean(ours) - np.mean(base))
    else:
        assert (found.diff, found.ci, found.p_value) == (None, None, None)


def test_wins_follow_the_direction_and_without_one_nobody_wins():
    pairs = paired([1.0, 1.0, 0.0, 0.5], [0.0, 0.0, 1.0, 0.5])
    better, worse = compare(pairs), compare(pairs, higher_is_better=False)
    assert (better.wins, better.losses, better.ties) == (2, 1, 1)
    assert (worse.wins, worse.losses, worse.ties) == (1, 2, 1)
    neither = compare(pairs, higher_is_better=None)
    assert (neither.wins, neither.losses, neither.ties) == (None, None, 1)


def test_a_comparison_takes_clusters_into_account():
    ours, base = [0.9, 0.8, 0.7, 0.9] * 10, [0.5, 0.4, 0.6, 0.5] * 10
    clusters = [item // 2 for item in range(40)]
    found = compare(paired(ours, base, clusters))
    assert (found.method, found.ci.method, found.ci.df) == ("clustered_paired_t", "clustered_t", 19)
    differences = [mine - theirs for mine, theirs in zip(ours, base, strict=True)]
    assert found.stderr == near(clustered_error(differences, clusters))


@pytest.mark.parametrize(
    ("values", "silence"),
    [([0.5] * 9, "too few"), ([0.25] * 30, "no spread seen"), ([0.25] * 200, "no spread seen"), ([], "too few")],
)
def test_no_interval_is_claimed_where_none_can_be(values, silence):
    found = spread(values)
    assert (found.ci, found.silence) == (None, silence)


def test_a_single_pass_has_an_interval_and_it_is_wide():
    found = spread([1.0])
    assert found.ci.method == "wilson"
    assert found.ci.high - found.ci.low > 0.5
