"""How far a run has come: the fake and the adapter keep the same words (assay/ports)."""

import pytest

from assay.domain.allowance import Account
from assay.domain.errors import Superseded
from assay.domain.evaluation import Aggregate, Pass
from assay.domain.failure import LaneFailed
from assay.domain.lane import InFlight, LaneProgress


def test_every_attempt_at_a_lane_gets_a_higher_token(ports, acme):
    assert [ports.progress.take_lane(acme, "ev_1", 0) for _ in range(3)] == [1, 2, 3]
    assert ports.progress.take_lane(acme, "ev_1", 1) == ports.progress.take_lane(f"{acme}0", "ev_1", 0) == 1


def test_what_attempts_spent_adds_up_and_each_says_it_anew(ports, acme):
    assert ports.progress.spent(acme, "ev_1") == Account(0, 0)
    for attempt, account in (("generate-0-1", (0.25, 7)), ("score-0-2", (1e-7, 20)), ("generate-0-1", (0.5, 10))):
        ports.progress.report_spent(acme, "ev_1", attempt, Account(*account))
    assert ports.progress.spent(acme, "ev_1") == Account(0.5 + 1e-7, 30)
    assert ports.progress.spent(acme, "ev_2") == ports.progress.spent(f"{acme}0", "ev_1") == Account(0, 0)


def test_an_attempt_that_a_later_one_has_overtaken_may_report_nothing(ports, acme):
    ports.progress.report(acme, "ev_1", 2, LaneProgress(chunk=0, rows=5))
    ports.progress.report_scores(acme, "ev_1", 2, 0, 0, [Aggregate(evaluator="evv_1", n_scored=2, total=1)])
    for token in (2, 3):
        ports.progress.report(acme, "ev_1", token, LaneProgress(chunk=0, rows=token))
    with pytest.raises(Superseded):
        ports.progress.report(acme, "ev_1", 2, LaneProgress(chunk=0, rows=9))
    with pytest.raises(Superseded):
        ports.progress.report_scores(acme, "ev_1", 1, 0, 0, [])
    assert ports.progress.chunks(acme, "ev_1") == [LaneProgress(chunk=0, rows=3)]
    assert ports.progress.aggregates(acme, "ev_1") == [Aggregate(evaluator="evv_1", n_scored=2, total=1)]


def test_sums_are_over_all_chunks_and_a_replay_counts_once(ports, acme):
    for _ in range(2):
        for chunk in range(12):
            found = [Aggregate(evaluator="evv_1", n_scored=1, n_errors=chunk % 2, total=0.5)]
            ports.progress.report_scores(acme, "ev_1", 1, 0, chunk, found)
            ports.progress.report(acme, "ev_1", 1, LaneProgress(chunk=chunk, rows=chunk, complete=True))
    assert ports.progress.aggregates(acme, "ev_1") == [Aggregate(evaluator="evv_1", n_scored=12, n_errors=6, total=6)]
    assert [counts.chunk for counts in ports.progress.chunks(acme, "ev_1")] == list(range(12))
    assert ports.progress.aggregates(acme, "ev_2") == ports.progress.chunks(f"{acme}0", "ev_1") == []


def test_the_sums_of_each_round_are_kept_beside_those_of_the_others(ports, acme):
    def report(token, round_, evaluator, total):
        sums = [Aggregate(evaluator=evaluator, n_scored=2, total=total)]
        ports.progress.report_scores(acme, "ev_1", token, round_, 0, sums)

    report(3, 0, "evv_1", 1)
    report(1, 1, "evv_2", 9)
    report(2, 1, "evv_2", 2)
    with pytest.raises(Superseded):
        report(1, 1, "evv_2", 8)
    assert {one.evaluator: (one.n_scored, one.total) for one in ports.progress.aggregates(acme, "ev_1")} == {
        "evv_1": (2, 1),
        "evv_2": (2, 2),
    }


def test_sums_over_more_than_a_page_of_items_are_whole(ports, acme):
    wide = [Aggregate(evaluator=f"evv_{n:04d}", n_scored=1, total=1) for n in range(500)]
    for chunk in range(40):
        ports.progress.report_scores(acme, "ev_1", 1, 0, chunk, wide)
    assert {(one.n_scored, one.total) for one in ports.progress.aggregates(acme, "ev_1")} == {(40, 40.0)}


def a_pass(acme, number=1, evaluation="ev_1"):
    return Pass(organisation=acme, evaluation_id=evaluation, number=number)


def test_why_a_lane_failed_is_kept_once_for_each_lane_of_a_pass(ports, acme):
    failures = [LaneFailed(this=a_pass(acme), lane=lane, reason=f"because {lane}") for lane in (0, 2)]
    for failure in (*failures, failures[1]):
        ports.progress.fail_lane(failure)
    assert ports.progress.lane_failures(a_pass(acme)) == failures
    for other in (a_pass(acme, 2), a_pass(acme, 10), a_pass(acme, 1, "ev_2"), a_pass(f"{acme}0")):
        assert ports.progress.lane_failures(other) == []


def test_lanes_to_be_gone_on_with_are_kept_for_each_pass(ports, acme):
    for lane in (11, 2, 2):
        ports.progress.rest_lane(a_pass(acme), lane)
    assert ports.progress.resting_lanes(a_pass(acme)) == [2, 11]
    for other in (a_pass(acme, 2), a_pass(acme, 10), a_pass(acme, 1, "ev_2"), a_pass(f"{acme}0")):
        assert ports.progress.resting_lanes(other) == []


def test_the_rows_in_flight_are_those_that_the_latest_attempt_noted(ports, acme):
    assert ports.progress.noted(acme, "ev_1", 0, "generate") == InFlight()
    ports.progress.note(acme, "ev_1", 0, "generate", 2, InFlight(rows=(1, 2), deaths={1: 2}))
    with pytest.raises(Superseded):
        ports.progress.note(acme, "ev_1", 0, "generate", 1, InFlight(rows=(7,)))
    assert ports.progress.noted(acme, "ev_1", 0, "generate") == InFlight(rows=(1, 2), deaths={1: 2})
    ports.progress.note(acme, "ev_1", 0, "generate", 2, InFlight())
    assert (
        ports.progress.noted(acme, "ev_1", 0, "generate")
        == ports.progress.noted(acme, "ev_1", 0, "score")
        == InFlight()
    )
