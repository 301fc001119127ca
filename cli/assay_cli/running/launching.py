"""From a declared evaluation to a run: everything that it needs is sent, then it is launched, once."""

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import uuid4

from assay.client import Client
from assay_cli.declared.reading import Declared
from assay_cli.declared.request import Body, eval_request
from assay_cli.running.experiments import base_of
from assay_cli.running.repository import repository
from assay_cli.running.uploading import Data, provide

Provide = Callable[[Client, str, Declared], Data]
"""Puts the rows where a launch can find them."""


class Prepared(NamedTuple):
    """A request that can be sent, and where its rows are."""

    body: Body
    data: Data

    @property
    def rows(self) -> int | None:
        """How many rows the run has, trials counted; None where that is not known."""
        trials = self.body["trial_count"]
        return self.data.rows * trials if self.data.rows is not None and isinstance(trials, int) else None


def prepare(client: Client, declared: Declared, rows_of: Provide = provide) -> Prepared:
    """Makes the project if there is none, sends the rows that are not there yet, and finds the base."""
    asked = declared.declaration
    project_id = str(client.post("/v1/project", {"name": asked.project}, is_repeatable=True)["id"])
    data = rows_of(client, project_id, declared)
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
