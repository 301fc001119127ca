"""A client of Assay's own API, for scripts, notebooks and the `assay` command: the routes of `/v1`.

What is asked stands in `questions`, each once; `clients` carries it, waiting or not.
"""

from assay.client.asking import PASSING
from assay.client.clients import AsyncClient, Client
from assay.client.errors import CallFailed, NotOver, NotReached, Refused
from assay.client.rows import ExperimentRow, Rows
from assay.client.summary import ExperimentSummary

__all__ = [
    "PASSING",
    "AsyncClient",
    "CallFailed",
    "Client",
    "ExperimentRow",
    "ExperimentSummary",
    "NotOver",
    "NotReached",
    "Refused",
    "Rows",
]
