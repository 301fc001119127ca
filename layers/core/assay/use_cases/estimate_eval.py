"""What an eval would come to, without launching it."""

from itertools import islice

from assay.domain.dataset import Datapoint
from assay.domain.estimate import Estimate
from assay.use_cases.estimate_evaluation import PIECE, estimated, sampled, spread
from assay.use_cases.launch_eval import NewEval
from assay.use_cases.launch_ports import LaunchPorts


def estimate_eval(organisation: str, new: NewEval, ports: LaunchPorts) -> Estimate:
    """The estimate for an eval that is not launched (use_cases/launch_eval.new_eval)."""
    sample = sample_of(organisation, new, ports)
    return estimated(new.evaluation, new.parts.task.task, new.parts.scorers, sample, ports.prices)


def sample_of(organisation: str, new: NewEval, ports: LaunchPorts) -> list[Datapoint]:
    """Some of its rows: the latest ones of a dataset whose rows may change, of others as `sampled` has it."""
    version, data = new.evaluation.dataset, new.parts.data
    if data.rows or not version.datapoints:
        return spread(data.rows)
    if data.transaction is None:
        return sampled(organisation, version, ports.datasets)
    latest = ports.dataset_rows.down(organisation, version.dataset_id, version.sequence)
    return [Datapoint.of(row) for row in islice(latest, 3 * PIECE)]
