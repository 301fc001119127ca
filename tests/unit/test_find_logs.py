"""Any search over any logs finds what a simple reading of all of them finds, look after look, each log once."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from assay.domain.feedback import Feedback
from assay.domain.log import Log, LogResult, Report
from assay.domain.score import FailedScore, Failure, Score
from assay.domain.task import Config, Task
from assay.use_cases.manage_resources.find_logs import LogSearch, Order, Reach, find_logs
from tests.support.fake_logs import FakeLogs
from tests.support.fake_resources import FakeResources
from tests.support.virtual_time import START

WORDS = ["", "Ünder", "UNDER the hill", "hill", "x" * 300, "x" * 299 + "y"]
MODELS = ["gpt-4", "claude"]
MOMENTS = st.integers(0, 5).map(lambda day: START + timedelta(days=day))
SOME = st.lists(st.sampled_from(WORDS), max_size=2).map(tuple)
VERDICTS = st.sampled_from([True, False, 1.0, 0.5, "good", None])


@st.composite
def logs(draw):
    """A log of the project or of another, by one of two models, with whatever can be searched."""
    number = draw(st.integers(0, 10**6))
    said = draw(st.sampled_from(WORDS))
    scores = [Score(evaluator="evv_1", value=verdict) for verdict in draw(st.lists(VERDICTS, max_size=1))]
    scores = scores or draw(st.sampled_from([[], [failed()]]))
    return Log(
        id=f"data_{number:07d}",
        created_at=draw(MOMENTS),
        updated_at=START,
        project_id=draw(st.sampled_from(["pr_1", "pr_1", "pr_1", "pr_2"])),
        config_id=f"config_{draw(st.sampled_from(MODELS))}",
        report=Report(
            source=draw(st.none() | st.sampled_from(WORDS)),
            inputs=draw(st.none() | st.just({"deep": {"in": [said]}})),
            output=draw(st.none() | st.sampled_from(WORDS)),
            metadata=draw(st.none() | st.just({said: 1}) | st.just({"of": [said, None, 0.5]})),
        ),
        feedback=tuple(
            Feedback(id="ann_1", type=draw(st.sampled_from(["rating", "issue"])), value=value, created_at=START)
            for value in draw(SOME)
        ),
        results=tuple(
            LogResult(
                evaluation_id="ev_1", ordinal=0, evaluator_id="evfn_1", score=score, created_at=START, updated_at=START
            )
            for score in scores
        ),
    )


def failed():
    return FailedScore(evaluator="evv_1", failure=Failure(kind="evaluator", message="no"))


SEARCHES = st.fixed_dictionaries(
    {"project_id": st.just("pr_1")},
    optional={
        "text": st.sampled_from(["under", "ÜNDER", "hill", "", "nowhere"]),
        "metadata_text": st.sampled_from(["hill", "0.5", "of"]),
        "since": MOMENTS,
        "until": MOMENTS,
        "sources": SOME,
        "models": st.lists(st.sampled_from(MODELS), max_size=2).map(tuple),
        "feedback": st.dictionaries(st.sampled_from(["rating", "issue"]), SOME, max_size=1),
        "results": st.dictionaries(
            st.just("evfn_1"), st.lists(st.sampled_from(["true", "1", "0.5", "good"]), max_size=2).map(tuple)
        ),
    },
).map(LogSearch.model_validate)


def wanted(search, log):
    """Whether a log is what is searched for, said once more and simply."""
    said = str(list((log.report.inputs or {}).values())) + "\0" + (log.report.output or "")
    verdicts = {"True": "true", "1.0": "1"}
    results = {verdicts.get(str(one.score.value), one.score.value) for one in log.results if one.score.status == "ok"}
    feedback = search.feedback.items()
    return (
        log.project_id == search.project_id
        and (search.since is None or log.created_at >= search.since)
        and (search.until is None or log.created_at <= search.until)
        and (search.text is None or search.text.casefold() in said.casefold())
        and (search.metadata_text is None or search.metadata_text.casefold() in str(log.report.metadata).casefold())
        and (not search.sources or log.report.source in search.sources)
        and (not search.models or log.config_id.partition("_")[2] in search.models)
        and all(
            not values or {f.value for f in log.feedback if f.type == name} & {*values} for name, values in feedback
        )
        and all(not values or {str(one) for one in results} & {*values} for values in search.results.values())
    )


def stores(every):
    """Stores with these logs and the two configs."""
    kept, resources = FakeLogs(), FakeResources()
    kept.save("org", every)
    for model in MODELS:
        task = Task(model=model)
        made = {"created_at": START, "updated_at": START, "project_id": "pr_1", "name": "c", "task": task}
        resources.create("org", Config(id=f"config_{model}", **made))
    return {"logs": kept, "resources": resources}


SHORT = Reach(places=7, logs=3)
"""So that a few logs take several looks."""


@settings(max_examples=60)
@given(st.lists(logs(), max_size=20, unique_by=lambda log: log.id), SEARCHES)
def test_look_after_look_finds_each_log_once_newest_first(every, search):
    places, found, rest = stores(every), [], None
    for _ in range(len(every) + 1):
        look = find_logs("org", search.model_copy(update={"after": rest}), **places, reach=SHORT)
        found += [entry.id for entry in look.entries]
        rest = look.rest
        if rest is None:
            break
    right = sorted((log.created_at, log.id) for log in every if wanted(search, log))
    assert found == [identifier for _, identifier in right][::-1]


KEYS = {
    "source": lambda log: (log.report.source or "")[:200],
    "model": lambda log: log.config_id,
    "timestamp": lambda log: log.created_at,
    "feedback": lambda log: " ".join(one.value[:200] for one in log.feedback if one.type == "rating"),
}
ORDERS = st.lists(
    st.builds(Order, column=st.sampled_from([*KEYS]), name=st.just("rating"), descending=st.booleans()), max_size=3
).map(tuple)


@settings(max_examples=40)
@given(st.lists(logs(), max_size=7, unique_by=lambda log: log.id), ORDERS)
def test_what_one_look_goes_over_is_sorted_by_each_column_in_turn(every, order):
    ours = [log for log in every if log.project_id == "pr_1" and len(log.report.source or "") < 200]
    ours = [log for log in ours if all(len(one.value) < 200 for one in log.feedback)]
    right = sorted(ours, key=lambda log: (log.created_at, log.id), reverse=True)
    for one in reversed(order):
        right.sort(key=KEYS[one.column], reverse=one.descending)
    look = find_logs("org", LogSearch(project_id="pr_1", order=order), **stores(ours))
    assert [entry.id for entry in look.entries] == [log.id for log in right]


def test_a_search_reads_no_more_than_it_says():
    every = [
        Log(id=f"data_{n}", created_at=START, updated_at=START, project_id="pr_1", config_id="c", report=Report())
        for n in range(9)
    ]
    places = stores(every)
    read = []
    places["logs"].present = lambda _, ids: read.extend(ids) or {}
    look = find_logs("org", LogSearch(project_id="pr_1", text="x"), **places, reach=SHORT)
    assert (len(read), look.entries, look.rest.endswith("data_5")) == (3, [], True)


def test_a_search_reads_at_least_one_log_however_large_it_is():
    every = [
        Log(id=f"data_{n}", created_at=START, updated_at=START, project_id="pr_1", config_id="c", report=Report())
        for n in range(3)
    ]
    search = LogSearch(project_id="pr_1", text="")
    look = find_logs("org", search, **stores(every), reach=Reach(bytes=1))
    assert ([entry.id for entry in look.entries], look.rest.endswith("data_1")) == (["data_2"], True)
