"""From a declared evaluation to a run: everything that it needs is sent, then it is launched, once."""

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from assay.client import Client
from assay_cli.declared.model import StoredDataset
from assay_cli.declared.reading import Declared
from assay_cli.declared.request import Body, eval_request
from assay_cli.running.experiments import base_of
from assay_cli.running.repository import repository
from assay_cli.running.uploading import Data, FileRows, lend, provide, rows_of

NO_PROJECT = str(UUID(int=0))
"""What an estimate calls a project that is not there yet."""


class Way(NamedTuple):
    """How the project is found, and how the rows come to where a launch finds them."""

    project: Callable[[Client, str], str]
    rows: Callable[[Client, str, Declared, FileRows | StoredDataset], Data]


class Prepared(NamedTuple):
    """A request that can be sent, and where its rows are."""

    body: Body
    data: Data

    @property
    def rows(self) -> int | None:
        """How many rows the run has, trials counted; None where that is not known."""
        trials = self.body["trial_count"]
        return self.data.rows * trials if self.data.rows is not None and isinstance(trials, int) else None


def kept_project(client: Client, name: str) -> str:
    """The id of the project, which is made if there is none."""
    return str(client.post("/v1/project", {"name": name}, is_repeatable=True)["id"])


def found_project(client: Client, name: str) -> str:
    """The id of the project if there is one."""
    found = client.get("/v1/project", project_name=name)["objects"]
    return str(found[0]["id"]) if found else NO_PROJECT


LAUNCH, REHEARSAL = Way(kept_project, provide), Way(found_project, lend)
"""All that a run needs is made, or nothing is."""


def prepare(client: Client, declared: Declared, way: Way = LAUNCH) -> Prepared:
    """Finds the rows, the project and the base, and makes what the way makes of them. Raises Misused, CallFailed."""
    asked, given = declared.declaration, rows_of(declared)
    project_id = way.project(client, asked.project)
    data = way.rows(client, project_id, declared, given)
    base = base_of(client, project_id, declared.name, asked.base)
    git = repository(declared.file.parent.absolute())
    return Prepared(eval_request(declared, project_id, data.body, base, {"evaluation": declared.name}, git), data)


def launch(client: Client, body: Body) -> dict[str, Any]:
    """The experiment under way. The key makes it one run, however often the request must be sent. Raises CallFailed."""
    headers = {"Prefer": "respond-async", "Idempotency-Key": str(uuid4())}
    return dict(client.post("/v1/eval", body, headers=headers, is_repeatable=True))


def estimate(client: Client, body: Body) -> dict[str, Any]:
    """What the run would come to; nothing is launched. Raises CallFailed."""
    return dict(client.post("/v1/eval", body, headers={"Prefer": "estimate"}, is_repeatable=True))
