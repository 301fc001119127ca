"""Datasets: each version of one is a dataset here, since ours only grow and theirs lost datapoints, too."""

from pathlib import Path
from typing import Any

from assay.client import Refused
from assay.client.questions import cut
from assay_cli.api import Api
from assay_cli.errors import CALLERS_FAULT
from assay_cli.importing.humanloop import layout
from assay_cli.importing.humanloop.layout import Unreadable
from assay_cli.importing.humanloop.marks import described, mark, marked
from assay_cli.importing.humanloop.objects import Datapoint, File, Object, Version
from assay_cli.importing.humanloop.translate import LONGEST, message

HOME = "Humanloop datasets"
"""The project in which they are made: v4 wants one, though datasets belong to none."""


def datapoints(place: Path, version: Version) -> list[Object]:
    """The datapoints of a version, as v4 takes them. Raises Unreadable."""
    folder = place / "datapoints" / version.version_id
    if not folder.is_dir():
        raise Unreadable(layout.missing(folder))
    found = [request(one) for one in layout.read_all(folder, Datapoint)]
    if version.datapoints_count not in {None, len(found)}:
        raise Unreadable(f"{folder}: it has {len(found)} datapoints of {version.datapoints_count}")
    return found


def request(datapoint: Datapoint) -> Object:
    """A datapoint as v4 takes it."""
    said = datapoint.model_dump(include={"inputs", "target"}, exclude_none=True)
    return {**said, **({"messages": [message(one) for one in datapoint.messages]} if datapoint.messages else {})}


def name_of(file: File, version: Version) -> str:
    """The file's path; an older version's has the version's name behind it."""
    older = "" if version.version_id == file.version_id else f" {version.version_name or version.version_id}"
    return file.path[: LONGEST - len(older)] + older


class Datasets:
    """The datasets that there are already, by what they were made of."""

    def __init__(self, api: Api) -> None:
        self.api, self.there = api, marked(api.get("/datasets"))
        self.home: str | None = None

    def take(self, file: File, version: Version, rows: list[Object]) -> str:
        """The id of the dataset that the version is; what it lacks of its datapoints is sent. Raises CallFailed.

        One of whose datapoints any is refused would not be that version: what there is of it is removed.
        """
        source = mark(file.id, version.version_id)
        dataset = self.there.get(source) or self.made(file, version, source)
        try:
            self.fill(dataset, rows)
        except Refused as refusal:
            if refusal.status in CALLERS_FAULT:
                self.api.delete(f"/datasets/{dataset['id']}")
            raise
        return str(dataset["id"])

    def fill(self, dataset: dict[str, Any], rows: list[Object]) -> None:
        """Sends the datapoints that are not there. Raises CallFailed."""
        for batch in cut(rows[dataset["datapoint_count"] :]):
            self.api.post(f"/datasets/{dataset['id']}/datapoints", batch)

    def made(self, file: File, version: Version, source: str) -> dict[str, Any]:
        """A new dataset."""
        if self.home is None:
            self.home = str(self.api.client.post("/v1/project", {"name": HOME}, is_repeatable=True)["id"])
        said = version.version_description or file.description or ""
        wish = {"name": name_of(file, version), "description": described(said, source)}
        return dict(self.api.post(f"/projects/{self.home}/datasets", wish))
