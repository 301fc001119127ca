"""Past evaluations: each run is an experiment of the project that its file is here."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from assay.client import Client
from assay.client.questions import cut
from assay_cli.importing.humanloop import layout
from assay_cli.importing.humanloop.objects import Evaluation, EvaluationLog, File, Run, Stats
from assay_cli.importing.humanloop.rows import rows
from assay_cli.importing.left_out import Untranslatable

ROWLESS = "its rows are not in the export, which has them where EXPORT_LOGS was true"


class Past:
    """The past evaluations of one file, in the project of its path, which is made where it is needed."""

    def __init__(self, client: Client, file: File) -> None:
        self.client, self.file = client, file

    @cached_property
    def project(self) -> str:
        """The project's id. Raises CallFailed."""
        return str(self.client.post("/v1/project", {"name": self.file.path}, is_repeatable=True)["id"])

    def take(self, evaluation: Evaluation, run: Run, lines: Sequence[EvaluationLog], base: str | None) -> str:
        """The id of the experiment that the run is, with all its rows. Raises Untranslatable, CallFailed."""
        ours = [line for line in lines if line.run_id == run.id]
        if not ours:
            raise Untranslatable(ROWLESS)
        wish = experiment(evaluation, run, base)
        found = self.client.post("/v1/experiment", {"project_id": self.project, **wish}, is_repeatable=True)
        self.fill(str(found["id"]), rows(ours))
        return str(found["id"])

    def fill(self, experiment_id: str, wanted: Sequence[dict[str, Any]]) -> None:
        """Sends the rows that are not there."""
        there = {row.id for row in self.client.rows(experiment_id)}
        for batch in cut([row for row in wanted if row["id"] not in there]):
            self.client.post(f"/v1/experiment/{experiment_id}/insert", {"events": batch}, is_repeatable=True)


def experiment(evaluation: Evaluation, run: Run, base: str | None) -> dict[str, Any]:
    """The run, under the evaluation's name and its own id, measured by the control's."""
    of = {"evaluation": evaluation.id, "run": run.id, "status": run.status, **version_ids(run)}
    metadata = {"humanloop": {name: value for name, value in of.items() if value}}
    named = {"name": name_of_run(evaluation, run), "metadata": metadata}
    return {**named, "base_exp_id": base} if base else named


def name_of_run(evaluation: Evaluation, run: Run) -> str:
    """What its experiment is called: several runs share an evaluation's name."""
    return f"{evaluation.name or evaluation.id} {run.id}"


def version_ids(run: Run) -> dict[str, Any]:
    """Which version of what was run on which version of a dataset."""
    sides = {"version": run.version, "dataset_version": run.dataset}
    return {name: (side or {}).get("version_id") for name, side in sides.items()}


def gaps(folder: Path, lines: Sequence[EvaluationLog]) -> Iterator[str]:
    """What a past evaluation lacks in the export: runs, and rows of runs that have some. Raises Unreadable."""
    names = {path.name for path in layout.children(folder / "runs")}
    if not names:
        yield layout.without(folder / "runs")
    there = Counter(line.run_id for line in lines)
    yield from (layout.missing(folder / "runs" / one) for one in sorted(there.keys() - names) if names)
    path = folder / "stats.json"
    stats = layout.read(path, Stats) if path.exists() else Stats()
    for one in stats.run_stats:
        if there[one.run_id] and one.num_logs not in {None, there[one.run_id]}:
            yield f"{folder / 'logs'}: it has {there[one.run_id]} rows of {one.num_logs} of {one.run_id}"


def control_first(runs: Sequence[Run]) -> list[Run]:
    """The runs, the one that others are measured by before them."""
    return sorted(runs, key=lambda run: (not run.control, run.created_at.isoformat() if run.created_at else "", run.id))
