"""Resources, runs and progress: the fakes and the adapters keep the same words (assay/ports)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from assay.domain.errors import AlreadyExists, Conflict, InvalidRequest, NotFound, Superseded
from assay.domain.evaluation import Aggregate, Evaluation, Pass
from assay.domain.failure import LaneFailed
from assay.domain.ids import make_id
from assay.domain.lane import InFlight, LaneProgress
from assay.domain.project import Project
from assay.domain.provider_limit import Denial, Hold, ProviderLimit
from assay.domain.score import ScoredRow
from assay.domain.summary import Summary
from assay.domain.task import Config
from tests.support.build import (
    NOON,
    TIMES,
    a_config,
    a_plan,
    a_score,
    a_task,
    an_evaluation,
    an_evaluator_version,
    an_output,
)


def a_project(name="sums", identifier="pr_1"):
    return Project(id=identifier, name=name, **TIMES)


def identifier(number):
    """Ids as they come one second after the other, of which the later sorts later."""
    return make_id("pr_", NOON + timedelta(seconds=number), bytes([255 - number % 256] * 14))


# Resources


def test_a_resource_is_got_by_its_id_and_kind_alone(ports, acme):
    ports.resources.create(acme, a_project())
    assert ports.resources.get(acme, Project, "pr_1") == a_project()
    for organisation, kind, wanted in ((acme, Config, "pr_1"), (acme, Project, "pr_2"), (f"{acme}0", Project, "pr_1")):
        with pytest.raises(NotFound):
            ports.resources.get(organisation, kind, wanted)
    for strange in ("", "x" * 5000, "@", "pr_1#", "\0"):
        with pytest.raises(NotFound):
            ports.resources.get(acme, Project, strange)


def test_an_id_is_taken_once(ports, acme):
    ports.resources.create(acme, a_config())
    with pytest.raises(AlreadyExists):
        ports.resources.create(acme, a_config(name="another"))
    assert ports.resources.get(acme, Config, "config_1").name == "adder"
    ports.resources.create(f"{acme}0", a_config(name="another"))


def test_a_unique_name_is_taken_once(ports, acme):
    ports.resources.create(acme, a_project())
    with pytest.raises(AlreadyExists, match=r"sums|taken"):
        ports.resources.create(acme, a_project(identifier="pr_2"))
    with pytest.raises(NotFound):
        ports.resources.get(acme, Project, "pr_2")
    ports.resources.create(acme, a_project("products", "pr_2"))


def test_of_several_resources_all_are_created_or_none(ports, acme):
    ports.resources.create(acme, a_project())
    with pytest.raises(AlreadyExists):
        ports.resources.create(acme, a_config(), a_project(identifier="pr_2"))
    with pytest.raises(NotFound):
        ports.resources.get(acme, Config, "config_1")
    assert ports.resources.listed(acme, Config, "pr_1/configs") == []


def test_many_are_got_in_the_order_of_their_ids_however_many(ports, acme):
    made = [a_project(f"sums {n}", identifier(n)) for n in range(130)]
    for one in made:
        ports.resources.create(acme, one)
    wanted = [one.id for one in reversed(made)] + [made[3].id] * 2
    assert [one.id for one in ports.resources.get_many(acme, Project, wanted)] == wanted
    assert ports.resources.get_many(acme, Project, iter(())) == []
    for lacking in ("pr_unknown", "", "x" * 5000):
        with pytest.raises(NotFound):
            ports.resources.get_many(acme, Project, [*wanted, lacking])
    with pytest.raises(NotFound):
        ports.resources.get_many(acme, Config, wanted[:1])
    assert ports.resources.listed(acme, Project, "projects") == made


def test_large_resources_are_listed_whole(ports, acme):
    made = [a_config(id=f"config_{n:03d}", task=a_task(other={"x": "y" * 90_000})) for n in range(25)]
    for one in made:
        ports.resources.create(acme, one)
    assert ports.resources.listed(acme, Config, "pr_1/configs") == made


def test_a_list_is_in_order_of_creation_and_of_one_name_only(ports, acme):
    later, earlier = a_project("later", identifier(2)), a_project("earlier", identifier(1))
    ports.resources.create(acme, later)
    ports.resources.create(acme, earlier)
    ports.resources.create(acme, an_evaluation(project_id=earlier.id))
    assert ports.resources.listed(acme, Project, "projects") == [earlier, later]
    assert ports.resources.listed(acme, Evaluation, f"{later.id}/evaluations") == []
    assert ports.resources.listed(f"{acme}0", Project, "projects") == []


def test_a_resource_is_replaced_by_its_next_revision_only(ports, acme):
    before = a_project()
    ports.resources.create(acme, before)
    after = before.revised(NOON, active_config_id="config_1")
    ports.resources.replace(acme, before, after)
    assert ports.resources.get(acme, Project, "pr_1") == after
    with pytest.raises(Conflict):
        ports.resources.replace(acme, before, before.revised(NOON, active_config_id="config_2"))
    assert ports.resources.get(acme, Project, "pr_1") == after
    assert ports.resources.listed(acme, Project, "projects") == [after]


def test_what_is_not_there_cannot_be_replaced(ports, acme):
    with pytest.raises(Conflict):
        ports.resources.replace(acme, a_project(), a_project().revised(NOON))
    with pytest.raises(NotFound):
        ports.resources.get(acme, Project, "pr_1")


def test_of_many_who_replace_at_once_one_does(cloud, acme):
    cloud.stores.forget_items()
    resources, before = cloud.stores.resources, a_project()
    resources.create(acme, before)

    def replaced(number):
        try:
            resources.replace(acme, before, before.revised(NOON, active_config_id=f"config_{number}"))
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(20) as threads:
        assert sum(threads.map(replaced, range(20))) == 1


def test_what_is_larger_than_an_item_should_be_is_refused(cloud, acme):
    with pytest.raises(InvalidRequest, match="Too large"):
        cloud.stores.resources.create(acme, a_config(task=a_task(other={"x": "y" * 100_000})))
    with pytest.raises(InvalidRequest, match="Too large"):
        cloud.stores.resources.create(acme, a_config(task=a_task(other={"x": "é" * 50_000})))
    with pytest.raises(InvalidRequest, match="too long"):
        cloud.stores.resources.create(acme, a_project("é" * 600))


# Runs


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


def a_summary(**fields):
    counts = dict.fromkeys(("datapoints", "trials", "rows", "n_outputs", "n_errors", "n_missing"), 1)
    defaults = {"evaluation_id": "ev_1", "status": "completed", "errors_by_kind": {}, "prompt_tokens": 1, "output_tokens": 1,
                "latency_mean": 0.5, "scores": (), "started_at": NOON, "finished_at": NOON, "wall_seconds": 0}  # fmt: skip
    return Summary(**{**defaults, **counts, **fields})


def test_the_latest_summary_is_kept(ports, acme):
    with pytest.raises(NotFound):
        ports.runs.summary(acme, "ev_1")
    ports.runs.save_summary(acme, a_summary(status="failed"))
    ports.runs.save_summary(acme, a_summary())
    assert ports.runs.summary(acme, "ev_1") == a_summary()


# Progress


def test_every_attempt_at_a_lane_gets_a_higher_token(ports, acme):
    assert [ports.progress.take_lane(acme, "ev_1", 0) for _ in range(3)] == [1, 2, 3]
    assert ports.progress.take_lane(acme, "ev_1", 1) == ports.progress.take_lane(f"{acme}0", "ev_1", 0) == 1


def test_what_attempts_spent_adds_up_and_each_says_it_anew(ports, acme):
    assert ports.progress.spent(acme, "ev_1") == 0
    for attempt, dollars in (("generate-0-1", 0.25), ("score-0-2", 1e-7), ("generate-0-1", 0.5)):
        ports.progress.report_spent(acme, "ev_1", attempt, dollars)
    assert ports.progress.spent(acme, "ev_1") == 0.5 + 1e-7
    assert ports.progress.spent(acme, "ev_2") == ports.progress.spent(f"{acme}0", "ev_1") == 0


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
    assert ports.progress.noted(acme, "ev_1", 0) == InFlight()
    ports.progress.note(acme, "ev_1", 0, 2, InFlight(rows=(1, 2), deaths={1: 2}))
    with pytest.raises(Superseded):
        ports.progress.note(acme, "ev_1", 0, 1, InFlight(rows=(7,)))
    assert ports.progress.noted(acme, "ev_1", 0) == InFlight(rows=(1, 2), deaths={1: 2})
    ports.progress.note(acme, "ev_1", 0, 2, InFlight())
    assert ports.progress.noted(acme, "ev_1", 0) == ports.progress.noted(acme, "ev_1", 1) == InFlight()


# Provider limits


def test_the_longest_hold_of_an_account_is_kept_for_all_who_ask(ports, acme):
    def hold(seconds):
        return Hold(until=NOON + timedelta(seconds=seconds), seconds=seconds)

    assert ports.limits.read(acme, "key-1") == ProviderLimit()
    for seconds in (20, 60.5, 30):
        ports.limits.hold(acme, "key-1", hold(seconds))
    assert ports.limits.read(acme, "key-1") == ProviderLimit(hold=hold(60.5))
    for organisation, account in ((acme, "key-2"), (acme, "key-"), (f"{acme}0", "key-1")):
        assert ports.limits.read(organisation, account) == ProviderLimit()


def test_denials_are_kept_for_each_model_beside_the_hold(ports, acme):
    hold, denial = Hold(until=NOON, seconds=1), Denial(at=NOON, message="401: wrong key")
    for model in ("gpt-x", "models/gpt#y"):
        ports.limits.deny(acme, "key-1", model, denial)
    ports.limits.hold(acme, "key-1", hold)
    found = ports.limits.read(acme, "key-1")
    assert found == ProviderLimit(hold=hold, denials={"gpt-x": denial, "models/gpt#y": denial})


# Seals


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
