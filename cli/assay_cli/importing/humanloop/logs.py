"""Production logs: each is a log of its prompt's project, under the id that it had there as its reference."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from assay.client import Refused
from assay.client.questions import cut
from assay_cli.api import Api
from assay_cli.errors import CALLERS_FAULT
from assay_cli.importing.humanloop.objects import Object, ProductionLog
from assay_cli.importing.humanloop.translate import message

PAGE = 1000
Told = Callable[[str, str], object]
"""Is told the id of a log there, and its id here."""


class Logs:
    """The logs of a project, of configs by the versions that they are of.

    Of each that is in, its ids there and here are `told`; `refused` says which were not taken, `strays` counts those
    of versions that are not in.
    """

    def __init__(self, api: Api, project: str, configs: Mapping[str, str], told: Told) -> None:
        self.api, self.project, self.configs, self.told = api, project, configs, told
        self.refused: list[str] = []
        self.strays = 0

    def take(self, logs: Iterable[ProductionLog], there: Mapping[str, str]) -> None:
        """Keeps the logs that are not there. Raises CallFailed."""
        for batch in cut(self.new(logs, there)):
            self.send(batch)

    def new(self, logs: Iterable[ProductionLog], there: Mapping[str, str]) -> Iterator[Object]:
        """What is to be sent."""
        for log in logs:
            config = self.configs.get(str((log.prompt or {}).get("version_id")))
            if log.id in there:
                self.told(log.id, there[log.id])
            elif config is None:
                self.strays += 1
            else:
                yield {"project_id": self.project, "config_id": config, **request(log)}

    def send(self, batch: list[Object]) -> None:
        """Sends logs; where some are refused, all but those. Raises CallFailed."""
        try:
            made = self.api.post("/logs", batch)
        except Refused as refusal:
            if refusal.status not in CALLERS_FAULT:
                raise
            middle = len(batch) // 2
            if not middle:
                self.refused.append(f"log {batch[0]['reference_id']}: {refusal}")
                return
            self.send(batch[:middle])
            self.send(batch[middle:])
            return
        for log, kept in zip(batch, made, strict=True):
            self.told(str(log["reference_id"]), kept["id"])

    def there(self) -> dict[str, str]:
        """The ids of those that are there, by their references. Raises CallFailed."""
        found: dict[str, str] = {}
        where: dict[str, Any] = {"page": 0, "size": PAGE}
        while True:
            page = self.api.get("/logs", project_id=self.project, **where)
            found |= {one["reference_id"]: one["id"] for one in page["records"] if one["reference_id"]}
            if (page["page"] + 1) * page["size"] < page["total"]:
                where = {**where, "page": page["page"] + 1, "size": page["size"]}
            elif page["next"]:
                where = {"page": 0, "size": PAGE, "cursor": page["next"]}
            else:
                return found


def request(log: ProductionLog) -> Object:
    """A log as v4 takes it, but for its project and config."""
    plain = log.model_dump(
        mode="json",
        include={"inputs", "output", "error", "prompt_tokens", "output_tokens", "source", "metadata", "created_at"},
    )
    begun, ended = log.start_time, log.end_time
    said: Object = {
        "reference_id": log.id,
        **plain,
        "created_at": plain["created_at"] or (begun.isoformat() if begun else None),
        "duration": (ended - begun).total_seconds() if begun and ended else None,
        "messages": [message(one) for one in log.messages or ()] or None,
        "output_message": message(log.output_message) if log.output_message else None,
    }
    return {name: value for name, value in said.items() if value is not None}
