"""What the use cases need from the world. Every port takes the organisation first, where it keeps anything for one."""

from assay.ports.datasets import Datasets, Rows
from assay.ports.erasure import Erasures, Remains
from assay.ports.progress import Posted, Progress
from assay.ports.providers import Answers, OpenProvider, Prices, Provider, ProviderLimits, RequestKeyIntake, RequestKeys
from assay.ports.resources import KeyUses, Logs, Resources
from assay.ports.runs import RunRecords, Runs
from assay.ports.sandbox import CodeRunner, Sandbox
from assay.ports.time import Clock, Deadline
from assay.ports.uploads import Uploads
from assay.ports.workflow import Endings, Events, Executions, LaunchBodies, LogScoring, Schedules

__all__ = [
    "Answers",
    "Clock",
    "CodeRunner",
    "Datasets",
    "Deadline",
    "Endings",
    "Erasures",
    "Events",
    "Executions",
    "KeyUses",
    "LaunchBodies",
    "LogScoring",
    "Logs",
    "OpenProvider",
    "Posted",
    "Prices",
    "Progress",
    "Provider",
    "ProviderLimits",
    "Remains",
    "RequestKeyIntake",
    "RequestKeys",
    "Resources",
    "Rows",
    "RunRecords",
    "Runs",
    "Sandbox",
    "Schedules",
    "Uploads",
]
