"""What a report says in words, and which rows it holds."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.domain.comparison import Comparison, Experiments
from assay.domain.ranking import Ranking
from assay.domain.report import LONGEST_TEXT, MOST_SCORES, Base, Latency, Metric, Report, ScoreReport, shortened
from assay.domain.statistics.describe import describe
from assay.domain.statistics.items import ItemScores
from assay.domain.statistics.judge import Judge
from assay.domain.statistics.paired import Pairs, compare
from assay.domain.trace import Trace
from assay.domain.verdict import verdict
from assay.report.pages import embedded
from assay.report.words import answer, decimal, difference, dollars, doubts, figures, pretty
from assay.use_cases.report_experiment import MOST_BYTES, Kept, n_scores, scores, weight
from tests.support.build import NOON


def statistics(ours, base, *, higher_is_better=True, scored=None):
    """Those of one score beside its base."""
    items = ItemScores()
    for item, value in enumerate(ours):
        items.score(item, value)
    pairs = Pairs(ours[: len(base)], base, scored or len(ours))
    beside = compare(pairs, "base", higher_is_better=higher_is_better)
    judge = Judge("score", is_share=True, higher_is_better=higher_is_better)
    return describe(items, judge, comparison=beside)


def halves(ones, of=200):
    return [1.0] * ones + [0.0] * (of - ones)


def test_what_is_no_difference_says_what_could_have_been_seen():
    said = verdict(statistics([*halves(100)[1:], 1.0], halves(100)))
    assert said.finding == "same"
    assert said.text.startswith("No difference that 200 datapoints can show; they would show ")
    assert said.text.endswith(" points.")


@pytest.mark.parametrize(
    ("ours", "base", "direction", "finding", "beginning"),
    [
        (150, 100, True, "better", "Better by 25.0 points (with 95% confidence, "),
        (50, 100, True, "worse", "Worse by 25.0 points (with 95% confidence, "),
        (150, 100, False, "worse", "Worse by 25.0 points (with 95% confidence, "),
        (50, 100, None, "different", "Lower by 25.0 points (with 95% confidence, "),
    ],
)
def test_a_proved_difference_says_which_way_and_how_far(ours, base, direction, finding, beginning):
    said = verdict(statistics(halves(ours), halves(base), higher_is_better=direction))
    assert (said.finding, said.text.startswith(beginning)) == (finding, True)


def test_too_few_pairs_say_nothing_and_partial_ones_say_so():
    assert verdict(statistics([1.0, 0.0], [0.0, 1.0])).text == "2 datapoints in common are too few to say."
    assert verdict(statistics(halves(100), [])).text == "No datapoint is in the base too."
    partial = verdict(statistics(halves(100), halves(100)[50:150]))
    assert partial.text.endswith("Only 50% of the datapoints are in the base too.")
    assert verdict(statistics(halves(100), halves(100))).text == "The same on all 200 datapoints."


def both(ours, base, errors=()):
    """An experiment and its base, of rows that are the same where their places are."""
    found = Experiments()
    for item, value in enumerate(ours):
        metrics = {"errors": float(item in errors), "duration": float(item)}
        found.add(item, Trace(str(item), {} if item in errors else {"score": value}, metrics))
    for item, value in enumerate(base):
        found.add_to_base(Trace(str(item), {"score": value}, {}))
    return found


def test_errors_come_first_then_losses_then_gains_then_low_scores():
    ranking = Ranking(both([0.5, 0.9, 0.2, 0.1, 0.3, 0.0], [0.5, 0.4, 0.6, 0.1, 0.4, 0.0], errors={5}), {})
    assert [pick.item for pick in ranking.worst(10)] == [5, 2, 4, 1, 3, 0]
    assert [pick.item for pick in ranking.worst(2)] == [5, 2]
    assert ranking.worst(3)[1].base_scores == {"score": 0.6}


def test_where_less_is_better_a_rise_is_a_loss():
    ranking = Ranking(both([0.5, 0.9], [0.9, 0.5]), {"score": False})
    assert [pick.item for pick in ranking.worst(2)] == [1, 0]


def test_half_of_the_rows_took_no_longer_than_the_median():
    found = Ranking(both([0.0] * 100, []), {}).latency()
    assert (found.p50, found.p90, found.p99, found.longest) == (50, 90, 99, 99)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=50))
def test_a_histogram_counts_every_score_once(values):
    found = Ranking(both(values, []), {}).histogram("score", is_share=True)
    assert sum(found.counts) == len(values)


@given(st.permutations(list(range(12))), st.integers(1, 400))
def test_the_rows_that_stay_are_those_of_the_best_rank_in_their_order(order, most):
    kept = Kept(most)
    for rank in order:
        kept.add(rank, f'"{rank:020d}"')
    stayed = [int(json.loads(row)) for row in kept.rows()]
    assert stayed == list(range(len(stayed)))
    assert len(stayed) == min(most // weight(f'"{0:020d}"'), 12)


@given(st.text())
def test_what_is_embedded_is_the_same_json_and_ends_no_script(text):
    said = str(embedded(json.dumps(text, ensure_ascii=False)))
    assert "<" not in said
    assert json.loads(said) == text


def test_a_text_is_cut_to_what_a_page_shows_wherever_it_stands():
    long = "x" * (LONGEST_TEXT + 1)
    cut = shortened({"a": [long]})
    assert cut["a"][0].endswith("(20,001 characters in all)")
    assert shortened({"a": [1, None, "short"]}) == {"a": [1, None, "short"]}


def test_an_answer_of_lambdas_holds_the_rows_of_a_page():
    assert MOST_BYTES < 6 * 1024 * 1024


def test_a_setting_reads_as_people_write_it():
    value = {"name": "judge", "code": "def f():\n    return 1", "tags": ["a", "b"], "limits": {"most": 3}, "none": []}
    assert pretty(value) == (
        "name: judge\ncode:\n  def f():\n      return 1\ntags:\n  - a\n  - b\nlimits:\n  most: 3\nnone: "
    )


def a_report(*found, **fields):
    """A run of 200 datapoints with those scores."""
    told = {"status": "completed", "datapoints": 200, "trials": 1, "began_at": NOON, "n_outputs": 200, "n_missing": 0}
    shown = tuple(ScoreReport(name=one.name, statistics=one) for one in found)
    return Report(title="run", project="sums", scores=shown, **told | fields)


def named(name, ones):
    """A score that differs from a base of a hundred by so many."""
    return statistics([*halves(ones)[1:], 1.0], halves(100)).model_copy(update={"name": name})


def test_the_first_sentence_says_of_every_score_whether_it_differs():
    beside = {"base": Base(id="b", name="before")}
    assert answer(a_report(named("up", 150), named("same", 100), **beside)) == (
        "Better than before on up. No difference is shown on same."
    )
    six = [named(f"s{number}", 150) for number in range(6)]
    assert answer(a_report(*six, **beside)) == "Better than before on s0, s1, s2, s3, s4 and 1 other."
    many = [named(f"s{number}", 150) for number in range(8)]
    assert answer(a_report(*many, **beside)) == "Better than before on s0, s1, s2, s3, s4 and 3 others."
    assert answer(a_report(*many)).endswith("; and 3 others.")


def test_one_row_is_not_called_rows():
    said = list(doubts(a_report(datapoints=1, n_outputs=0, n_missing=1, errors_by_kind={"refused": 1})))
    assert said == [
        "1 of 1 row has no output (1 refused). It counts in no mean.",
        "1 of 1 row never got its turn.",
    ]


def test_of_a_score_that_no_row_has_nothing_is_doubted():
    none = statistics([], []).model_copy(update={"n_items": 12, "n_trials": 12})
    refused = {"datapoints": 12, "n_outputs": 0, "errors_by_kind": {"refused": 12}}
    assert list(doubts(a_report(none, **refused))) == [
        "12 of 12 rows have no output (12 refused). They count in no mean."
    ]


def test_what_is_next_to_nothing_is_not_called_a_difference():
    took = {"latency": Latency(p50=0.1, p90=0.1, p99=0.1, longest=0.1), "cost": 0.0000012}
    metrics = (Metric(name="duration", mean=0.1, diff=-5.6e-6), Metric(name="estimated_cost", mean=0.0, diff=2e-7))
    said = {name: (value, beside) for name, value, beside in figures(a_report(**took, metrics=metrics))}
    assert said["Latency p50"] == ("100 ms", "")
    assert said["Cost of models"] == ("$0.0000012", "+$0.0000002 a row beside the base")


@given(st.floats(-1e12, 1e12).filter(lambda value: abs(value) >= 1e-6))
def test_numbers_are_written_without_powers_of_ten(value):
    said = decimal(value, 4)
    assert "e" not in said
    assert float(said.replace(",", "").replace("\u2212", "-")) == pytest.approx(value, rel=1e-3)


def test_amounts_and_differences_have_signs_where_they_mean_something():
    plain = statistics(halves(100), halves(100)).model_copy(update={"bounds": None})
    assert [difference(plain, value) for value in (0.0, 1234.5, -0.25)] == ["0", "+1,230", "\u22120.25"]
    assert [dollars(value) for value in (0, 12.3, 0.25)] == ["$0.00", "$12.30", "$0.25"]


def test_of_many_scores_those_that_differ_are_shown_and_the_rest_is_counted():
    every = tuple(named(f"s{number}", 150 if number == 60 else 100) for number in range(90))
    found, ranking = Comparison(base_id="b", statistics=every), Ranking(both([], []), {})
    shown = [one.name for one in scores(found, ranking)]
    assert (len(shown), shown[0], n_scores(found)) == (MOST_SCORES, "s60", 90)
    few = found.model_copy(update={"statistics": every[:3]})
    assert ([one.name for one in scores(few, ranking)], n_scores(few)) == (["s0", "s1", "s2"], None)
