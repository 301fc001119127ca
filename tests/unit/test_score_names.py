"""An experiment's scores have only so many names; what is beyond them is an error that is counted and said."""

import pytest

from assay.domain.comparison import Experiments
from assay.domain.score import NamedScore, Score, ScoredRow
from assay.domain.score_names import MOST_NAMES, ScoreNames
from assay.domain.statistics.judge import Judge
from assay.domain.statistics.tally import Tally
from assay.domain.summary import count_scores
from assay.domain.trace import Trace
from tests.unit.test_compare_experiment import Lab

JUDGES = {"fickle": Judge("fickle"), "steady": Judge("steady")}
ROWS = MOST_NAMES + 40


def of_row(row):
    """A row that one scorer judges by a name of its own, and another as ever."""
    judged = {"fickle": {f"row {row}": 1.0}, "steady": {"steady": 0.5}}
    return Trace(str(row), {f"row {row}": 1.0, "steady": 0.5}, {}, judged)


@pytest.fixture(scope="module")
def compared():
    both = Experiments(expected=JUDGES)
    for row in range(ROWS):
        both.add(row, of_row(row))
    for row in range(ROWS):
        both.add_to_base(of_row(row))
    return both, both.compared("base", JUDGES, JUDGES)


def test_there_are_lines_for_the_first_names_and_for_every_scorers_own(compared):
    _, comparison = compared
    assert [line.name for line in comparison.scores][:3] == ["row 0", "steady", "row 1"]
    assert len(comparison.scores) == MOST_NAMES + 1
    assert {one.name for one in comparison.statistics} == {line.name for line in comparison.scores}


def test_results_with_further_names_are_errors_of_their_scorer_alone(compared):
    both, comparison = compared
    found = {one.name: one for one in comparison.statistics}
    assert found["row 0"].n_errors["evaluator"] == both.names.refused == 40
    assert (found["steady"].n_scored, sum(found["steady"].n_errors.values())) == (ROWS, 0)
    assert both.names.complaint.startswith("Scores have more than 500 names: 40 results")


def test_a_base_takes_no_more_room_than_the_experiment_beside_it(compared):
    both, comparison = compared
    assert set(both.base_scores.columns) == {line.name for line in comparison.scores}


def test_records_and_traces_come_to_the_same_errors_in_whatever_order_a_rows_scores_were_written():
    tallies = []
    for step in (1, -1):
        tally, given = Tally(), ScoreNames(JUDGES)
        for row in range(ROWS):
            tally.row(row)
            scores = (
                Score(evaluator="fickle", value=1, named=(NamedScore(name=f"row {row}", value=1),)),
                Score(evaluator="steady", value=0.5),
            )
            count_scores(tally, ScoredRow(ordinal=row, scores=scores[::step]), {one: one for one in JUDGES}, given, ONE)
        tallies.append(list(tally.statistics(JUDGES)))
    assert tallies[0] == tallies[1]
    assert {one.name: one.n_errors["evaluator"] for one in tallies[0]}["row 0"] == 40


class ONE:
    """A plan of one trial."""

    trials = 1


def test_a_name_that_is_there_already_is_always_admitted():
    names = ScoreNames()
    assert names.admits([f"{number}" for number in range(MOST_NAMES)])
    assert (names.admits(["one more"]), names.admits(["7", "8"]), names.refused) == (False, True, 1)


def test_an_evaluation_without_rows_says_so():
    lab = Lab(datapoints=0)
    lab.begin(1)
    assert lab.finish().reason == "There were no rows: nothing was evaluated."
    assert lab.current.reason == "There were no rows: nothing was evaluated."
