"""What evaluations of the Humanloop dialect come to on their pages: also where clients post what is in them."""

from datetime import timedelta

import pytest
from pydantic import SecretStr

from assay.domain.dataset import Datapoint
from assay.domain.errors import InvalidRequest, NotFound, ProviderRefused
from assay.domain.evaluation import Pass
from assay.domain.experiment import Experiment
from assay.domain.fault import FaultLine
from assay.domain.link import LIFE, Sight, path_to_evaluation, signed
from assay.domain.log import Report
from assay.domain.posted import PostedResult
from assay.domain.project import Project
from assay.domain.report import MOST_LISTED, ReportRow
from assay.use_cases.compare_experiment import Stores
from assay.use_cases.follow_link import follow_link
from assay.use_cases.list_experiments import list_experiments
from assay.use_cases.summarize_experiment import summarize_experiment
from assay.use_cases.update_evaluation.logs import PostLog, post_log
from assay.use_cases.update_evaluation.status import update_status
from assay.use_cases.view_report import Sources, view_live, view_report, view_rows
from tests.support.build import NOON, TIMES, a_score, an_evaluation, an_evaluator_version
from tests.support.engine import ORGANISATION, Engine
from tests.support.fake_posted import FakeLogScoring
from tests.unit.test_compare_experiment import an_experiment

SECRET = SecretStr("of links")
HUMAN = an_evaluator_version(id="evv_h", name="Liked", type="human", code=None, arguments_type="target_free")


class Run(Engine):
    """An evaluation in a project, and its page."""

    def __init__(self, **fields):
        super().__init__(**fields)
        self.resources.create(ORGANISATION, Project(id="pr_1", name="sums", **TIMES), HUMAN)
        self.secret = SECRET

    @property
    def sources(self):
        stores = Stores(self.resources, self.datasets, self.runs, self.experiment_rows, self.posted)
        return Sources(stores, self.progress, self.posted, self.prices, self.clock)

    def seen(self, identifier=None, now=NOON):
        """What a link to the evaluation opens."""
        identifier = identifier or self.evaluation.id
        token = signed(Sight(organisation=ORGANISATION, kind="evaluation", id=identifier, until=NOON + LIFE), SECRET)
        path = path_to_evaluation(ORGANISATION, identifier)
        return follow_link(path, token, secret=SECRET, resources=self.resources, now=now).experiment

    def page(self, base=None):
        return view_report(ORGANISATION, self.seen(), base, sources=self.sources).report

    def rows(self):
        """The rows on the page, in the order of the dataset."""
        found = [ReportRow.model_validate_json(row) for row in self.page().rows]
        return sorted(found, key=lambda row: row.index)

    def followed(self, identifier, project="pr_1"):
        """What a link to a project opens where an evaluation's page lies."""
        token = signed(Sight(organisation=ORGANISATION, kind="project", id=project, until=NOON + LIFE), SECRET)
        path = path_to_evaluation(ORGANISATION, identifier)
        return follow_link(path, token, secret=SECRET, resources=self.resources, now=NOON)

    def again(self, **fields):
        """Another evaluation of the same."""
        self.evaluation = an_evaluation(
            id="ev_2",
            dataset=self.evaluation.dataset,
            created_at=self.clock.now(),
            updated_at=self.clock.now(),
            **fields,
        )
        self.this = Pass(organisation=ORGANISATION, evaluation_id="ev_2", number=1)
        self.resources.create(ORGANISATION, self.evaluation)


def test_an_evaluation_has_a_page_with_the_numbers_of_its_summary():
    run = Run(datapoints=12)
    summary = run.finish()
    page = run.page()
    assert (page.head.title, page.head.project, page.head.status) == ("ev_1", "sums", "completed")
    assert [score.statistics for score in page.head.scores] == list(summary.statistics)
    assert [row.scores for row in run.rows()] == [{"Exact match": 1.0}] * 12


def test_an_evaluation_stands_beside_the_one_before_it_over_the_same_dataset():
    run = Run(datapoints=12)
    run.finish()
    run.again(name="second")
    run.provider.answer = lambda messages: str(messages[-1].content)
    run.finish()
    head = run.page().head
    assert (head.title, head.base.name) == ("second", "ev_1")
    (score,) = head.scores
    assert (score.statistics.comparison.n_paired, score.statistics.comparison.base) == (12, "ev_1")
    assert run.page(base="ev_1").head.base.name == "ev_1"
    rows = view_rows(ORGANISATION, run.seen(), 0, sources=run.sources).rows
    assert all(ReportRow.model_validate_json(row).base for row in rows)


def test_a_project_lists_its_evaluations_with_their_numbers_and_its_link_opens_them():
    run = Run(datapoints=12)
    run.finish()
    run.again(name="second")
    newer, older = list_experiments(
        ORGANISATION, run.resources.get(ORGANISATION, Project, "pr_1"), stores=run.sources.stores
    )
    assert [(one.id, one.name, one.status, one.datapoints, one.is_kept) for one in (newer, older)] == [
        ("ev_2", "second", "pending", 12, False),
        ("ev_1", "ev_1", "completed", 12, False),
    ]
    assert ([score.mean for score in older.scores], newer.scores) == ([1.0], ())
    assert run.followed("ev_1").experiment.id == "ev_1"


def test_of_many_a_project_lists_the_newest_and_an_old_evaluation_whose_experiment_is_among_them():
    run = Run(datapoints=12)
    run.finish()
    later = run.clock.now() + timedelta(hours=1)
    for number in range(MOST_LISTED):
        run.resources.create(ORGANISATION, an_evaluation(id=f"ev_9{number:03}", created_at=later))
    experiment = an_experiment(1, project_id="pr_1", evaluation_id="ev_1", created_at=later + timedelta(hours=1))
    run.resources.create(ORGANISATION, experiment)
    project = run.resources.get(ORGANISATION, Project, "pr_1")
    newest, *others = list_experiments(ORGANISATION, project, stores=run.sources.stores)
    assert (newest.id, newest.status, newest.scores[0].mean) == (experiment.id, "completed", 1.0)
    assert [one.id for one in others] == [f"ev_9{number:03}" for number in range(MOST_LISTED - 1, 0, -1)]


def test_a_projects_link_opens_no_evaluation_of_another_project():
    run = Run(datapoints=3)
    run.resources.create(ORGANISATION, Project(id="pr_2", name="other", **TIMES))
    for identifier, project in (("ev_1", "pr_2"), ("ev_none", "pr_1"), ("ev_1/", "pr_1")):
        with pytest.raises(NotFound):
            run.followed(identifier, project)


def test_a_base_that_is_none_is_refused_in_a_sentence():
    run = Run(datapoints=12)
    run.finish()
    with pytest.raises(
        InvalidRequest, match=r"No experiment with id 'nope'\. There is no base to lay this run beside\."
    ):
        run.page(base="nope")
    with pytest.raises(InvalidRequest, match="This is the run itself"):
        run.page(base="ev_1")
    first = run.evaluation
    run.again(name="second")
    run.evaluation = first
    with pytest.raises(InvalidRequest, match=r"second is still pending: it can be compared with once it is over\."):
        run.page(base="ev_2")


def test_a_page_says_why_rows_failed_and_how_many():
    run = Run(datapoints=12)
    right = run.provider.answer
    run.provider.answer = lambda said: ProviderRefused("No.") if "Add 7 and" in str(said[-1].content) else right(said)
    run.finish()
    (fault,) = run.page().head.faults
    assert fault == FaultLine(evaluator=None, kind="refused", rows=1, message="No.")


def test_datapoints_that_differ_in_their_messages_only_are_not_taken_for_one():
    run = Run(datapoints=0)
    with_points(run, *({"messages": ({"role": "user", "content": str(n)},)} for n in range(12)))
    run.finish()
    run.evaluation = run.current
    run.again()
    run.finish()
    assert run.page().head.scores[0].statistics.comparison.n_paired == 12


def with_points(run, *points):
    """Gives the evaluation a dataset of these datapoints."""
    inputs, target = {"a": "1", "b": "1"}, {"output": "2"}
    made = [
        Datapoint(**{"id": f"dp_1_s_{n}", "inputs": inputs, "target": target, **one}) for n, one in enumerate(points)
    ]
    run.datasets.append(ORGANISATION, "evts_1", "s", made)
    dataset = run.evaluation.dataset.model_copy(update={"datapoints": len(made), "sequence": 1})
    run.resources.replace(ORGANISATION, run.current, run.current.revised(NOON, dataset=dataset))


def posting(run, *rows):
    """A client that posts logs and what people think of them, and ends the evaluation."""
    ports = {"resources": run.resources, "clock": run.clock}
    for row in rows:
        wish = PostLog(evaluation_id="ev_1", datapoint_id=f"dp_1_s_{row}", report=Report(output=f"said {row}"))
        post_log(ORGANISATION, wish, **ports, datasets=run.datasets, posted=run.posted, scoring=FakeLogScoring())
        result = PostedResult(ordinal=row, log_id="log", score=a_score(row == 0, HUMAN.id), **TIMES)
        run.posted.save_result(ORGANISATION, "ev_1", result)


def posted_to():
    """An evaluation whose client generates, and people judge."""
    run = Run(datapoints=0)
    with_points(run, {}, {}, {})
    after = run.current.revised(NOON, generated_by="client", rounds=(), posted=(HUMAN.id,), status="running")
    run.resources.replace(ORGANISATION, run.current, after)
    run.prepare()
    summarize_experiment(run.this, **run.ends, executions=run.executions)
    return run


def test_what_clients_post_is_on_the_page_and_what_they_owe_is_counted():
    run = posted_to()
    posting(run, 0, 1)
    progress = view_live(ORGANISATION, run.seen(), sources=run.sources)
    assert (progress.done, progress.rows, progress.awaits_client) == (2, 3, True)
    update_status(
        ORGANISATION, "ev_1", "completed", resources=run.resources, executions=run.executions, clock=run.clock
    )
    summary = run.next_pass()
    assert [(row.trials[0].output, row.scores) for row in run.rows()] == [
        ("said 0", {"Liked": 1.0}),
        ("said 1", {"Liked": 0.0}),
    ]
    (score,) = run.page().head.scores
    assert (score.statistics.n_scored, score.statistics) == (2, summary.statistics[0])
    assert run.page().head.n_missing == 1


def test_an_evaluation_of_a_deleted_project_ends_all_the_same_and_shows_nothing():
    run = Run(datapoints=3)
    run.resources.delete(ORGANISATION, run.resources.get(ORGANISATION, Project, "pr_1"))
    assert run.finish().status == "completed"
    with pytest.raises(NotFound):
        run.seen()


def test_links_to_evaluations_end_with_those_of_their_project():
    run = Run(datapoints=3)
    project = run.resources.get(ORGANISATION, Project, "pr_1")
    assert run.seen().id == "ev_1"
    run.resources.replace(ORGANISATION, project, project.revised(NOON, links_from=NOON.replace(hour=NOON.hour + 1)))
    with pytest.raises(NotFound):
        run.seen()


def test_a_token_opens_no_other_evaluation():
    run = Run(datapoints=3)
    run.again()
    token = signed(Sight(organisation=ORGANISATION, kind="evaluation", id="ev_1", until=NOON + LIFE), SECRET)
    with pytest.raises(NotFound):
        follow_link(path_to_evaluation(ORGANISATION, "ev_2"), token, secret=SECRET, resources=run.resources, now=NOON)


def test_who_cuts_off_an_evals_links_cuts_off_those_of_its_evaluation():
    run = Run(datapoints=3)
    experiment = Experiment(id="x", project_id="pr_1", name="x", evaluation_id="ev_2", **TIMES)
    run.again(experiment_id="x")
    run.resources.create(ORGANISATION, experiment)
    assert run.seen().id == "x"
    later = NOON.replace(hour=NOON.hour + 1)
    run.resources.replace(ORGANISATION, experiment, experiment.revised(NOON, links_from=later))
    with pytest.raises(NotFound):
        run.seen()


def test_an_evaluation_that_was_cancelled_is_nobodys_base():
    run = Run(datapoints=12)
    run.finish()
    run.resources.replace(ORGANISATION, run.current, run.current.revised(NOON, status="cancelled"))
    run.again()
    run.finish()
    assert run.page().head.base is None


def test_what_comes_of_an_evaluation_takes_one_reading_of_its_rows(monkeypatch):
    run, asked = Run(datapoints=30), []
    run.clock.run(run.lanes(run.prepare()))
    outputs = run.runs.outputs
    monkeypatch.setattr(run.runs, "outputs", lambda *place: asked.append(place) or outputs(*place))
    summarize_experiment(run.this, **run.ends, executions=run.executions)
    assert [chunk for *_, chunk, ordinals in asked if ordinals is None] == list(
        range(run.runs.plan(ORGANISATION, run.evaluation.id).chunks)
    )
