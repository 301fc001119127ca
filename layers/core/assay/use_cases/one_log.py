"""A log by its id."""

from assay.domain.log import Log
from assay.ports import Logs


def one_log(organisation: str, identifier: str, *, logs: Logs) -> Log:
    """The log of an id. Raises NotFound."""
    (log,) = logs.get_many(organisation, [identifier])
    return log
