"""What a run writes and reads, and its seal: the fake and the adapter keep the same words (assay/ports)."""

import pytest

from assay.domain.errors import NotFound
from assay.domain.evaluation import Pass
from assay.domain.report import FullReport, Report
from assay.domain.score import ScoredRow
from tests.support.build import (
    NOON,
    a_plan,
    a_score,
    a_summary,
    an_evaluator_version,
    an_output,
)


def test_the_plan_of_a_later_pass_is_written_over_the_earlier_one_of_that_evaluation_alone(ports, acme):
    with pytest.raises(NotFound):
        ports.runs.plan(acme, "ev_1")
    first, other = a_plan(), a_plan(evaluation_id="ev_2")
    later = a_plan(rounds=(*first.rounds, (an_evaluator_version(id="evv_2"),)))
    for plan in (first, other, later):
        ports.runs.save_plan(acme, plan)
        assert ports.runs.plan(acme, plan.evaluation_id) == plan
    assert ports.runs.plan(acme, "ev_2") == other
    with pytest.raises(NotFound):
        ports.runs.plan(f"{acme}0", "ev_1")


def test_the_lanes_of_each_pass_lie_under_a_name_of_their_own(ports, acme):
    first, second = (
        ports.runs.save_lanes(acme, Pass(organisation=acme, evaluation_id="ev_1", number=n), [0, 1]) for n in (1, 2)
    )
    assert first != second


@pytest.mark.parametrize(
    ("what", "place", "others"), [("outputs", (7,), [(8,)]), ("scores", (2, 7), [(2, 8), (1, 7), (7, 2)])]
)
def test_a_complete_chunk_is_there_once_written_and_never_changes(ports, acme, what, place, others):
    read, write = getattr(ports.runs, what), getattr(ports.runs, f"save_{what}")
    first, other = rows_of(what, "5"), rows_of(what, "6")
    assert read(acme, "ev_1", *place) is None
    write(acme, "ev_1", *place, first)
    write(acme, "ev_1", *place, other)
    assert read(acme, "ev_1", *place) == first
    assert (read(acme, "ev_2", *place), read(f"{acme}0", "ev_1", *place)) == (None, None)
    for elsewhere in others:
        assert read(acme, "ev_1", *elsewhere) is None
        write(acme, "ev_1", *elsewhere, other)
        assert read(acme, "ev_1", *elsewhere) == other
    assert read(acme, "ev_1", *place) == first


def rows_of(what, text, ordinals=range(3)):
    """Rows as outputs, or as scores."""
    if what == "outputs":
        return [an_output(f"{text}\r\n\u2028\x85{n}", ordinal=n) for n in ordinals]
    return [ScoredRow(ordinal=n, scores=(a_score(text),)) for n in ordinals]


@pytest.mark.parametrize(("what", "place"), [("outputs", (7,)), ("scores", (2, 7))])
@pytest.mark.parametrize("rows", [3, 401])
def test_of_a_complete_chunk_some_rows_can_be_read_by_their_ordinals(ports, acme, what, place, rows):
    read, write = getattr(ports.runs, what), getattr(ports.runs, f"save_{what}")
    chunk = rows_of(what, "5", range(1000, 1000 + rows))
    assert read(acme, "ev_1", *place, range(1000, 1001)) is None
    write(acme, "ev_1", *place, chunk)
    for span in (range(1001, 1003), range(999, 1001), range(1002, 2000), range(1000, 1000 + rows)):
        assert read(acme, "ev_1", *place, span) == [row for row in chunk if row.ordinal in span]
    for outside in (range(990, 1000), range(1000 + rows, 3000), range(1001, 1001)):
        assert read(acme, "ev_1", *place, outside) == []


def test_of_checkpoints_some_rows_can_be_read_by_their_ordinals(ports, acme):
    outputs = rows_of("outputs", "5", range(10))
    scores = rows_of("scores", "5", range(10))
    for number, some in enumerate((slice(0, 10, 2), slice(1, 10, 2))):
        ports.runs.save_output_part(acme, "ev_1", 3, f"00000{number}", outputs[some])
        ports.runs.save_score_part(acme, "ev_1", 1, 3, f"00000{number}", scores[some])
    assert ports.runs.output_parts(acme, "ev_1", 3, range(3, 6)) == outputs[3:6]
    assert ports.runs.score_parts(acme, "ev_1", 1, 3, range(3, 6)) == [scores[4], scores[3], scores[5]]
    assert ports.runs.output_parts(acme, "ev_1", 3, range(10, 20)) == []
    assert ports.runs.score_parts(acme, "ev_1", 1, 3, range(10, 20)) == []


def test_an_empty_chunk_is_complete_too(ports, acme):
    ports.runs.save_outputs(acme, "ev_1", 0, [])
    assert ports.runs.outputs(acme, "ev_1", 0) == ports.runs.outputs(acme, "ev_1", 0, range(5)) == []


def test_of_each_checkpointed_row_the_first_record_counts_in_order_of_the_parts_names(ports, acme):
    def part(name, *outputs):
        ports.runs.save_output_part(acme, "ev_1", 3, name, [an_output(text, ordinal=n) for n, text in outputs])

    assert ports.runs.output_parts(acme, "ev_1", 3) == []
    part("000002-000000", (4, "late"), (9, "nine"))
    part("000001-000001", (1, "again"), (4, "early"))
    part("000001-000000", (2, "two"), (1, "one"))
    found = ports.runs.output_parts(acme, "ev_1", 3)
    assert [(output.ordinal, output.text) for output in found] == [(1, "one"), (2, "two"), (4, "early"), (9, "nine")]
    assert ports.runs.output_parts(acme, "ev_1", 33) == []


def test_checkpointed_scores_come_in_the_order_written(ports, acme):
    pieces = [ScoredRow(ordinal=n, scores=(a_score(n > 1, f"evv_{n}"),)) for n in range(4)]
    ports.runs.save_score_part(acme, "ev_1", 1, 3, "000002", pieces[2:])
    ports.runs.save_score_part(acme, "ev_1", 1, 3, "000001", pieces[:2])
    ports.runs.save_score_part(acme, "ev_1", 2, 3, "000001", pieces[:1])
    assert ports.runs.score_parts(acme, "ev_1", 1, 3) == pieces
    assert ports.runs.score_parts(acme, "ev_1", 2, 3) == pieces[:1]
    for round_, chunk in ((0, 3), (3, 1), (1, 33)):
        assert ports.runs.score_parts(acme, "ev_1", round_, chunk) == []
    assert ports.runs.score_parts(acme, "ev_2", 1, 3) == ports.runs.score_parts(f"{acme}0", "ev_1", 1, 3) == []


def test_the_latest_summary_is_kept(ports, acme):
    with pytest.raises(NotFound):
        ports.runs.summary(acme, "ev_1")
    ports.runs.save_summary(acme, a_summary(status="failed"))
    ports.runs.save_summary(acme, a_summary())
    assert ports.runs.summary(acme, "ev_1") == a_summary()


def test_the_first_seal_of_a_pass_says_what_counts_of_every_chunk_that_is_not_complete(ports, acme):
    plan = a_plan(rounds=((an_evaluator_version(),), (an_evaluator_version(id="evv_2"),)), starts=(0, 4, 8))
    first, second = (Pass(organisation=acme, evaluation_id="ev_1", number=n) for n in (1, 2))
    assert ports.runs.sealed(first) is None
    ports.runs.save_outputs(acme, "ev_1", 0, [an_output(ordinal=n) for n in range(4)])
    for name in ("000002-000000", "000001-000000"):
        ports.runs.save_output_part(acme, "ev_1", 1, name, [an_output(ordinal=5)])
    ports.runs.save_output_part(acme, "ev_1", 0, "000001-000000", [an_output(ordinal=0)])
    ports.runs.save_scores(acme, "ev_1", 1, 0, [])
    ports.runs.save_score_part(acme, "ev_1", 0, 0, "000003-000000", [ScoredRow(ordinal=0)])
    seal = ports.runs.seal(first, plan)
    assert seal.outputs == {1: ("000001-000000", "000002-000000"), 2: ()}
    assert seal.scores == ({0: ("000003-000000",), 1: (), 2: ()}, {1: (), 2: ()})
    ports.runs.save_outputs(acme, "ev_1", 2, [])
    assert ports.runs.seal(first, plan) == ports.runs.sealed(first) == seal
    assert ports.runs.sealed(second) is None
    assert ports.runs.seal(second, plan).outputs == {1: ("000001-000000", "000002-000000")}


def test_of_checkpoints_those_that_count_are_read_alone(ports, acme):
    for number in (1, 2):
        ports.runs.save_output_part(acme, "ev_1", 3, f"00000{number}-000000", [an_output(str(number), ordinal=number)])
        ports.runs.save_score_part(acme, "ev_1", 1, 3, f"00000{number}-000000", [ScoredRow(ordinal=number)])
    only = ("000002-000000",)
    assert [row.ordinal for row in ports.runs.output_parts(acme, "ev_1", 3, None, only)] == [2]
    assert [row.ordinal for row in ports.runs.score_parts(acme, "ev_1", 1, 3, range(9), only)] == [2]
    assert ports.runs.output_parts(acme, "ev_1", 3, None, ()) == []


def test_a_report_is_read_as_it_was_written_line_breaks_and_all(ports, acme):
    head = Report(title="a\nb\u2028c", project="p", status="completed", datapoints=2, trials=1, began_at=NOON,
                  n_outputs=2, n_missing=0)  # fmt: skip
    report = FullReport(head, ('{"text":"one\\ntwo"}', '{"text":"\u2028"}'))
    with pytest.raises(NotFound):
        ports.runs.report(acme, "ev_1")
    for full in (FullReport(head), report):
        ports.runs.save_report(acme, "ev_1", full, "<p>a page</p>")
        assert ports.runs.report(acme, "ev_1") == full
    with pytest.raises(NotFound):
        ports.runs.report(f"{acme}0", "ev_1")
