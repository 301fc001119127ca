"""What cannot go on ends, and says why: everything already paid for is kept and summed up."""

from assay.domain.evaluation import Evaluation, Pass, Status
from assay.domain.failure import LaneFailed, PassFailed
from assay.ports import Clock, Datasets, Events, Posted, Prices, Progress, RequestKeys, Resources, Rows, Runs
from assay.use_cases.compare_experiment import Stores
from assay.use_cases.races import settled
from assay.use_cases.summarize_experiment import End, forget_keys


def fail_evaluation(
    failure: LaneFailed | PassFailed,
    *,
    resources: Resources,
    runs: Runs,
    datasets: Datasets,
    experiment_rows: Rows,
    progress: Progress,
    posted: Posted,
    events: Events,
    request_keys: RequestKeys,
    prices: Prices,
    clock: Clock,
) -> Status:
    """Fails a pending or running evaluation; one that is over stays what it is. Says what it is now. Raises NotFound.

    The failure of a lane is only noted: the evaluation goes on, and its summary will tell. Workers that nobody waits
    for any more are told to stop before anything is added up: each of their calls costs money.
    """
    if isinstance(failure, LaneFailed):
        progress.fail_lane(failure)
        return "running"
    settled(lambda: halt(failure.this, failure.reason, resources=resources, clock=clock))
    stores = Stores(resources, datasets, runs, experiment_rows, posted)
    end = End(failure.this, stores, events=events, prices=prices, clock=clock)
    summary = settled(lambda: end.of_pass(None, failed=failure.reason))
    forget_keys(failure.this, resources.get(failure.this.organisation, Evaluation, summary.evaluation_id), request_keys)
    return summary.status


def halt(this: Pass, reason: str, *, resources: Resources, clock: Clock) -> None:
    """Tells the workers of the pass to stop. Raises Conflict where somebody else changed the evaluation."""
    before = resources.get(this.organisation, Evaluation, this.evaluation_id)
    halted = before.halted_by(this, clock.now(), reason)
    if halted != before:
        resources.replace(this.organisation, before, halted)
