"""What an evaluation came to: its rows added up in dataset order, its summary written, its end announced."""

from collections.abc import Iterator, Sequence

from assay.domain.errors import NotFound
from assay.domain.evaluation import Aggregate, Evaluation, Pass
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.plan import Plan
from assay.domain.posted import outputs
from assay.domain.price import Spent, total
from assay.domain.score import AnyOutput, FailedOutput, ScoredRow, merged
from assay.domain.score_names import ScoreNames
from assay.domain.statistics.describe import ScoreStatistics
from assay.domain.statistics.tally import Tally
from assay.domain.summary import OutputFold, ScoreFold, Summary, count_output, count_scores
from assay.domain.task import AnyTask
from assay.ports import (
    Clock,
    Datasets,
    Events,
    Executions,
    Posted,
    Prices,
    Progress,
    RequestKeys,
    Resources,
    Rows,
    RunRecords,
    Runs,
)
from assay.report.pages import experiment_page
from assay.use_cases.compare_experiment import Beside, Stores, store_comparison
from assay.use_cases.counted import Counted, counted
from assay.use_cases.races import settled
from assay.use_cases.report_experiment import report_experiment

NOTHING = "There were no rows: nothing was evaluated."


def summarize_experiment(
    this: Pass,
    *,
    resources: Resources,
    runs: Runs,
    datasets: Datasets,
    experiment_rows: Rows,
    progress: Progress,
    posted: Posted,
    executions: Executions,
    events: Events,
    request_keys: RequestKeys,
    prices: Prices,
    clock: Clock,
) -> Summary:
    """Ends a pass: completes the evaluation, or lets it wait for its clients, or starts the pass that must follow.

    One that is over already is summed up as it is.
    """
    lanes, resting = progress.lane_failures(this), progress.resting_lanes(this)
    reason = " ".join(f"Lane {failed.lane} failed: {failed.reason}" for failed in lanes) or None
    stores = Stores(resources, datasets, runs, experiment_rows)
    end = End(this, stores, posted=posted, events=events, prices=prices, clock=clock)
    summary = settled(lambda: end.of_pass(reason, failed=None, unfinished=bool(resting)))
    evaluation = resources.get(this.organisation, Evaluation, this.evaluation_id)
    if evaluation.is_working and evaluation.passes > this.number:
        executions.start(evaluation.latest_pass(this.organisation))
    forget_keys(this, evaluation, request_keys)
    return summary


def forget_keys(this: Pass, evaluation: Evaluation, request_keys: RequestKeys) -> None:
    """Ends what the evaluation had of its client's provider keys, where nothing of it can run any more."""
    if evaluation.is_over and not evaluation.is_working:
        request_keys.forget(this)


class End:
    """The end of a pass."""

    def __init__(
        self, this: Pass, stores: Stores, *, posted: Posted, events: Events, prices: Prices, clock: Clock
    ) -> None:
        self.this, self.stores = this, stores
        self.resources, self.runs = stores.resources, stores.runs
        self.posted, self.events, self.prices, self.clock = posted, events, prices, clock

    def of_pass(self, reason: str | None, *, failed: str | None, unfinished: bool = False) -> Summary:
        """Makes of the evaluation what it is after the pass, and writes the summary of everything that there is.

        All of it is there before the status says so; where another pass is under way, it is for that one to write it.
        Raises Conflict where somebody else changed the evaluation.
        """
        organisation = self.this.organisation
        evaluation = self.resources.get(organisation, Evaluation, self.this.evaluation_id)
        failed = failed or (evaluation.reason if evaluation.is_halted else None)
        versions = self.resources.get_many(organisation, EvaluatorVersion, evaluation.posted)
        plan = self.plan()
        fold = Fold(organisation, evaluation, plan, self.records(evaluation, plan), self.posted, versions)
        ended = evaluation.after(
            self.this,
            self.clock.now(),
            judged=fold.rounds,
            failed=failed,
            unfinished=unfinished,
            is_partial=reason is not None,
            reason=failed or reason or fold.reason or (evaluation.reason if evaluation.is_cut_off else None),
            aggregates=fold.aggregates(),
        )
        is_ours = evaluation.is_worked_by(self.this) or not evaluation.is_working
        beside = self.compared(ended) if is_ours else None
        statistics = beside.comparison.statistics if beside else fold.statistics(is_over=ended.is_over)
        summary = fold.summary(ended, self.prices, statistics)
        if is_ours:
            self.save(ended, summary, beside)
        if ended != evaluation:
            self.resources.replace(organisation, evaluation, ended)
        if ended.is_to_be_announced:
            self.announce(ended, summary)
        return summary

    def save(self, ended: Evaluation, summary: Summary, beside: Beside | None) -> None:
        """Writes the summary, and the page of the experiment."""
        organisation = self.this.organisation
        self.runs.save_summary(organisation, summary)
        if beside:
            report = report_experiment(organisation, ended, summary, beside, resources=self.resources)
            self.runs.save_report(organisation, ended.id, report, experiment_page(report))

    def compared(self, ended: Evaluation) -> Beside | None:
        """How the experiment is beside its base once it is over, which is kept; None where there is no experiment."""
        if not (ended.is_over and ended.experiment_id):
            return None
        return store_comparison(
            self.this.organisation, ended, ended.experiment_id, stores=self.stores, prices=self.prices
        )

    def plan(self) -> Plan | None:
        """The plan; None where it was never prepared."""
        try:
            return self.runs.plan(self.this.organisation, self.this.evaluation_id)
        except NotFound:
            return None

    def records(self, evaluation: Evaluation, plan: Plan | None) -> RunRecords:
        """What counts of the evaluation; it is sealed where it is for this pass to end it."""
        if plan and plan.generated_by == "server" and evaluation.is_worked_by(self.this):
            return Counted(self.runs, self.runs.seal(self.this, plan))
        return counted(self.this.organisation, evaluation, self.runs)

    def announce(self, ended: Evaluation, summary: Summary) -> None:
        """Tells whoever listens that the evaluation is over, and notes it: a death in between tells them twice."""
        self.events.announce(self.this.organisation, ended, summary)
        told = ended.model_copy(update={"announced": ended.passes, "revision": ended.revision + 1})
        self.resources.replace(self.this.organisation, ended, told)


class Fold:
    """Everything that an evaluation's rows add up to. Rows that are missing are counted as such."""

    def __init__(
        self,
        organisation: str,
        evaluation: Evaluation,
        plan: Plan | None,
        records: RunRecords,
        posted: Posted,
        versions: Sequence[EvaluatorVersion],
    ) -> None:
        self.organisation, self.evaluation, self.records, self.posted = organisation, evaluation, records, posted
        self.versions, self.rounds = versions, 0
        self.outputs, self.scores, self.tally = OutputFold(), list[ScoreFold](), Tally()
        self.reason: str | None = None
        self.task: AnyTask | None = None
        if plan:
            self.add(plan)
        else:
            self.reason = "The evaluation was never prepared."

    def add(self, plan: Plan) -> None:
        """Takes in all chunks, in order."""
        self.rounds, self.task = len(plan.rounds), plan.config.task
        self.scores = [ScoreFold(version) for version in (*plan.evaluators, *self.versions)]
        for item in range(plan.dataset.datapoints):
            self.tally.row(item, plan.trials)
        for output in self.all_outputs(plan):
            self.outputs.add(output)
            count_output(self.tally, output, plan)
            if isinstance(output, FailedOutput) and output.failure.kind == "denied":
                self.reason = output.failure.message
        names = {fold.version.id: fold.version.name for fold in self.scores}
        given = ScoreNames(names.values())
        for row in self.all_scores(plan):
            for fold in self.scores:
                fold.add(row)
            count_scores(self.tally, row, names, given, plan)
        self.reason = self.reason or self.complaint(plan) or given.complaint

    def complaint(self, plan: Plan) -> str | None:
        """What is amiss with the run as a whole, beside its errors."""
        if not plan.rows:
            return NOTHING
        if plan.until and self.outputs.rows < plan.rows:
            return f"It was cut off at {plan.until:%H:%M:%S} UTC, when its time was over."
        return None

    def all_outputs(self, plan: Plan) -> Iterator[AnyOutput]:
        """Every output that there is, in dataset order: of complete chunks, else of their checkpoints."""
        place = (self.organisation, plan.evaluation_id)
        for chunk in range(plan.chunks):
            if plan.generated_by == "client":
                yield from outputs(self.posted.logs(*place, plan.chunk(chunk)))
            else:
                yield from self.records.outputs(*place, chunk) or self.records.output_parts(*place, chunk)

    def all_scores(self, plan: Plan) -> Iterator[ScoredRow]:
        """Every score that there is: those that are posted, then ours, round by round."""
        place = (self.organisation, plan.evaluation_id)
        if self.evaluation.is_posted_to:
            for chunk in range(plan.chunks):
                yield from (result.row() for result in self.posted.results(*place, plan.chunk(chunk)))
        for round_ in range(len(plan.rounds) if plan.generated_by == "server" else 0):
            for chunk in range(plan.chunks):
                rows = self.records.scores(*place, round_, chunk)
                yield from rows if rows is not None else merged(self.records.score_parts(*place, round_, chunk))

    def aggregates(self) -> tuple[Aggregate, ...]:
        """The sums of each evaluator."""
        return tuple(fold.aggregate() for fold in self.scores)

    def statistics(self, *, is_over: bool) -> tuple[ScoreStatistics, ...]:
        """How sure each evaluator's scores are; while more may come, nothing is missing yet."""
        judges = {fold.version.id: fold.version.judge(owes=is_over) for fold in self.scores}
        return tuple(self.tally.statistics(judges))

    def costs(self, prices: Prices) -> Iterator[float | None]:
        """What the task's model and each judging model cost, in dollars; a client's models are not ours."""
        if self.evaluation.generated_by == "server" and self.task and self.task.kind != "code":
            model = self.task.as_model()
            yield self.outputs.spent.cost(prices.price(model.provider, model.model))
        for fold in self.scores:
            if judge := fold.version.model:
                yield fold.spent.cost(prices.price(judge.provider, judge.model))
            if embedder := fold.version.embedder:
                yield Spent(prompt_tokens=fold.embedded).cost(prices.price(embedder.provider, embedder.model))

    def summary(self, ended: Evaluation, prices: Prices, statistics: tuple[ScoreStatistics, ...]) -> Summary:
        """The summary of the evaluation as it ended."""
        rows = ended.dataset.datapoints * ended.trials
        failed = sum(self.outputs.errors.values())
        return Summary(
            evaluation_id=ended.id,
            status=ended.status,
            reason=ended.reason,
            datapoints=ended.dataset.datapoints,
            trials=ended.trials,
            rows=rows,
            n_outputs=self.outputs.outputs,
            n_errors=failed,
            n_missing=rows - self.outputs.outputs - failed,
            n_cached=self.outputs.cached,
            errors_by_kind=dict(sorted(self.outputs.errors.items())),
            prompt_tokens=self.outputs.prompt_tokens,
            output_tokens=self.outputs.output_tokens,
            judge_prompt_tokens=sum(fold.prompt_tokens for fold in self.scores),
            judge_output_tokens=sum(fold.output_tokens for fold in self.scores),
            cost=total(self.costs(prices)),
            latency_mean=self.outputs.latency_mean,
            scores=tuple(fold.summary(rows, self.outputs.outputs) for fold in self.scores),
            statistics=statistics,
            started_at=ended.created_at,
            finished_at=ended.updated_at,
            wall_seconds=(ended.updated_at - ended.created_at).total_seconds(),
        )
