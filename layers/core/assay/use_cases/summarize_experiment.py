"""What an evaluation came to: its rows added up in dataset order, its summary written, its end announced."""

from collections.abc import Iterator

from assay.domain.errors import Conflict, NotFound
from assay.domain.evaluation import TRANSITIONS, Aggregate, Evaluation, Pass, Status
from assay.domain.experiment import OutputFold, ScoreFold, Summary
from assay.domain.plan import Plan
from assay.domain.score import AnyOutput, FailedOutput, ScoredRow
from assay.ports import Clock, Events, Progress, Resources, Runs


def summarize_experiment(
    this: Pass, *, resources: Resources, runs: Runs, progress: Progress, events: Events, clock: Clock
) -> Summary:
    """Completes a running evaluation. One that is over already is summed up as it is."""
    lanes = progress.lane_failures(this.organisation, this.evaluation_id)
    reason = " ".join(f"Lane {failed.lane} failed: {failed.reason}" for failed in lanes) or None
    return finish(
        this,
        "completed",
        reason,
        resources=resources,
        runs=runs,
        progress=progress,
        events=events,
        clock=clock,
    )


def finish(
    this: Pass,
    status: Status,
    reason: str | None,
    *,
    resources: Resources,
    runs: Runs,
    progress: Progress,
    events: Events,
    clock: Clock,
) -> Summary:
    """Ends the evaluation with `status` if it is not over, and writes the summary of everything that there is.

    The summary is there before the status says so. Where somebody else ends the evaluation first, their end holds.
    """
    evaluation = resources.get(this.organisation, Evaluation, this.evaluation_id)
    fold = Fold(this.organisation, evaluation, runs)
    if status not in TRANSITIONS[evaluation.status]:
        return saved(this.organisation, fold.summary(evaluation), runs)
    ended = evaluation.revised(clock.now(), status=status, is_working=False, reason=reason or fold.reason, aggregates=fold.aggregates())
    summary = saved(this.organisation, fold.summary(ended), runs)
    try:
        resources.replace(this.organisation, evaluation, ended)
    except Conflict:
        return finish(
            this, status, reason, resources=resources, runs=runs, progress=progress, events=events, clock=clock
        )
    events.announce(this.organisation, ended, summary)
    return summary


def saved(organisation: str, summary: Summary, runs: Runs) -> Summary:
    """The summary, written."""
    runs.save_summary(organisation, summary)
    return summary


class Fold:
    """Everything that an evaluation's rows add up to. Rows that are missing are counted as such."""

    def __init__(self, organisation: str, evaluation: Evaluation, runs: Runs) -> None:
        self.organisation, self.evaluation, self.runs = organisation, evaluation, runs
        self.outputs, self.scores = OutputFold(), list[ScoreFold]()
        self.reason: str | None = None
        try:
            self.add(runs.plan(organisation, evaluation.id))
        except NotFound:
            self.reason = "The evaluation was never prepared."

    def add(self, plan: Plan) -> None:
        """Takes in all chunks, in order."""
        self.scores = [ScoreFold(version) for version in plan.evaluators]
        for output in self.all_outputs(plan):
            self.outputs.add(output)
            if isinstance(output, FailedOutput) and output.failure.kind == "denied":
                self.reason = output.failure.message
        for row in self.all_scores(plan):
            for fold in self.scores:
                fold.add(row)

    def all_outputs(self, plan: Plan) -> Iterator[AnyOutput]:
        """Every output that there is, in dataset order: of complete chunks, else of their checkpoints."""
        place = (self.organisation, plan.evaluation_id)
        for chunk in range(plan.chunks):
            yield from self.runs.outputs(*place, chunk) or self.runs.output_parts(*place, chunk)

    def all_scores(self, plan: Plan) -> Iterator[ScoredRow]:
        """Every row's scores that there are, round by round, in the same order."""
        place = (self.organisation, plan.evaluation_id)
        for round_ in range(len(plan.rounds)):
            for chunk in range(plan.chunks):
                yield from self.runs.scores(*place, round_, chunk) or self.runs.score_parts(*place, round_, chunk)

    def aggregates(self) -> tuple[Aggregate, ...]:
        """The sums of each evaluator."""
        return tuple(fold.aggregate() for fold in self.scores)

    def summary(self, ended: Evaluation) -> Summary:
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
            errors_by_kind=dict(sorted(self.outputs.errors.items())),
            prompt_tokens=self.outputs.prompt_tokens,
            output_tokens=self.outputs.output_tokens,
            latency_mean=self.outputs.latency_mean,
            scores=tuple(fold.summary(rows) for fold in self.scores),
            started_at=ended.created_at,
            finished_at=ended.updated_at,
            wall_seconds=(ended.updated_at - ended.created_at).total_seconds(),
        )
