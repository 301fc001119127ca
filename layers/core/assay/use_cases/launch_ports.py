"""What launching an experiment needs from the world."""

from typing import NamedTuple

from assay.domain.ids import NewId, NewUuid
from assay.ports import Clock, Datasets, Executions, Prices, Resources, Rows
from assay.use_cases.await_experiment import Pause
from assay.use_cases.start_evaluation import LaunchLimits


class LaunchPorts(NamedTuple):
    """The ports, with the stack's limits."""

    resources: Resources
    datasets: Datasets
    dataset_rows: Rows
    executions: Executions
    prices: Prices
    limits: LaunchLimits
    clock: Clock
    new_id: NewId
    new_uuid: NewUuid
    pause: Pause
