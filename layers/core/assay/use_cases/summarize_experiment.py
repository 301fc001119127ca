"""What an evaluation came to: its rows added up in dataset order, its summary written, its end announced."""

from functools import partial

from assay.domain.errors import NotFound
from assay.domain.evaluation import Evaluation, Pass
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.plan import Plan
from assay.domain.summary import Summary
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
from assay.use_cases.fold import Fold
from assay.use_cases.races import settled
from assay.use_cases.report_experiment import report_experiment
from assay.use_cases.run_side import RunSide, run_side
from assay.use_cases.uncollected import uncollected


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
    stores = Stores(resources, datasets, runs, experiment_rows, posted)
    end = End(this, stores, events=events, prices=prices, clock=clock)
    summary = settled(lambda: end.of_pass(reason, failed=None, unfinished=bool(resting)))
    evaluation = resources.get(this.organisation, Evaluation, this.evaluation_id)
    if evaluation.is_working and evaluation.passes > this.number:
        executions.start(evaluation.latest_pass(this.organisation))
    forget_keys(this, evaluation, request_keys)
    return summary


def forget_keys(this: Pass, evaluation: Evaluation, request_keys: RequestKeys) -> None:
    """Ends what the evaluation had of its client's provider keys, where nothing of it can run any more."""
    if evaluation.is_at_rest:
        request_keys.forget(this)


class End:
    """The end of a pass."""

    def __init__(self, this: Pass, stores: Stores, *, events: Events, prices: Prices, clock: Clock) -> None:
        self.this, self.stores = this, stores
        self.resources, self.runs = stores.resources, stores.runs
        self.posted, self.events, self.prices, self.clock = stores.posted, events, prices, clock

    @uncollected()
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
        is_ours = evaluation.is_worked_by(self.this) or not evaluation.is_working
        side = self.side(evaluation, plan) if is_ours else None
        fold = Fold(organisation, evaluation, plan, self.records(evaluation, plan), self.posted, versions, side)
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
        beside = self.compared(ended, fold, side) if is_ours else None
        statistics = beside.comparison.statistics if beside else fold.statistics(ended)
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

    def side(self, evaluation: Evaluation, plan: Plan | None) -> RunSide | None:
        """What of a comparison is added up while the rows are."""
        return run_side(self.this.organisation, evaluation, plan, stores=self.stores, prices=self.prices)

    def compared(self, ended: Evaluation, fold: Fold, side: RunSide | None) -> Beside | None:
        """How the evaluation's outcome is beside its base once it is over, which is kept."""
        if not ended.is_over:
            return None
        found = store_comparison(
            self.this.organisation,
            ended,
            partial(fold.statistics, ended),
            side=side.whole if side else None,
            stores=self.stores,
            prices=self.prices,
        )
        if found and side:
            side.hand_on(found.rows)
        return found

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
