"""What cannot go on ends, and says why: everything already paid for is kept and summed up."""

from assay.domain.evaluation import Status
from assay.domain.failure import LaneFailed, PassFailed
from assay.ports import Clock, Events, Progress, Resources, Runs
from assay.use_cases.summarize_experiment import finish


def fail_evaluation(
    failure: LaneFailed | PassFailed,
    *,
    resources: Resources,
    runs: Runs,
    progress: Progress,
    events: Events,
    clock: Clock,
) -> Status:
    """Fails a pending or running evaluation; one that is over stays what it is. Says what it is now. Raises NotFound.

    The failure of a lane is only noted: the evaluation goes on, and its summary will tell.
    """
    if isinstance(failure, LaneFailed):
        progress.fail_lane(failure)
        return "running"
    summary = finish(
        failure.this,
        "failed",
        failure.reason,
        resources=resources,
        runs=runs,
        progress=progress,
        events=events,
        clock=clock,
    )
    return summary.status
