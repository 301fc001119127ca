"""An export taken over by the API: what is there already stays as it is, what cannot be taken over is named."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

from pydantic import BaseModel

from assay.client import Client, Refused
from assay_cli.amounts import so_many
from assay_cli.api import Api
from assay_cli.errors import CALLERS_FAULT
from assay_cli.importing.humanloop import layout, translate
from assay_cli.importing.humanloop.datasets import Datasets, datapoints, name_of
from assay_cli.importing.humanloop.layout import Unreadable
from assay_cli.importing.humanloop.logs import Logs
from assay_cli.importing.humanloop.marks import described, mark, marked
from assay_cli.importing.humanloop.objects import (
    Evaluation,
    EvaluationLog,
    EvaluatorFile,
    File,
    ProductionLog,
    PromptVersion,
    Run,
    Version,
)
from assay_cli.importing.humanloop.past import Past, control_first, gaps, name_of_run
from assay_cli.importing.humanloop.prompts import active_version, deployments, elsewhere, in_order, is_late, standing
from assay_cli.importing.left_out import Untranslatable

S = TypeVar("S", bound=BaseModel)
KNOWN = ("dataset", "evaluator", "prompt")
LOGS = "logs"


class Taken(NamedTuple):
    """One thing of the export, and what it is here."""

    kind: str
    theirs: str
    ours: str
    name: str


class TakingOver:
    """The way from an export into the API; each thing is `told` once it is in.

    What has no counterpart is `left_out`; what could not be read, or was refused, is `broken`.
    """

    def __init__(self, client: Client, told: Callable[[Taken], object]) -> None:
        self.client, self.api, self.told = client, Api(client), told
        self.left_out: list[str] = []
        self.broken: list[str] = []

    def export(self, folder: Path) -> None:
        """Takes over an export. Raises Misused where there is none, CallFailed where the API cannot be used."""
        self.broken += [layout.missing(place / layout.HEAD) for place in layout.headless(folder)]
        files = [(place, file) for place in layout.folders(folder) for file in self.readable(place / layout.HEAD, File)]
        self.datasets([one for one in files if one[1].type == "dataset"])
        self.evaluators([place for place, file in files if file.type == "evaluator"])
        for place, file in files:
            if file.type == "prompt":
                self.prompt(place, file)
            self.past(place, file)
            self.name_the_rest(place, file)

    def readable(self, path: Path, kind: type[S]) -> Iterator[S]:
        """What a file has; nothing where it is broken, which is named."""
        with self.naming(path.name):
            yield layout.read(path, kind)

    @contextmanager
    def naming(self, what: str) -> Iterator[None]:
        """Names what cannot be taken over, so that the rest goes on. Raises CallFailed."""
        try:
            yield
        except Untranslatable as problem:
            self.left_out.append(f"{what}: {problem}")
        except Unreadable as problem:
            self.broken.append(str(problem))
        except Refused as refusal:
            if refusal.status not in CALLERS_FAULT:
                raise
            self.broken.append(f"{what}: {refusal}")

    def datasets(self, files: list[tuple[Path, File]]) -> None:
        """Every version of every dataset."""
        there = Datasets(self.api)
        for place, file in files:
            for version in self.versions(place, Version):
                with self.naming(f"dataset {file.path} {version.version_id}"):
                    made = there.take(file, version, datapoints(place, version))
                    self.told(Taken("dataset", version.version_id, made, name_of(file, version)))

    def versions(self, place: Path, kind: type[S]) -> list[S]:
        """The versions of a file that can be read."""
        paths = layout.children(place / "versions")
        self.broken += [] if paths else [layout.without(place / "versions")]
        return [one for path in paths for one in self.readable(path, kind)]

    def evaluators(self, places: list[Path]) -> None:
        """Every evaluator, as it was on the export's day."""
        there = marked(self.api.get("/evaluators"))
        for place in places:
            for file in self.readable(place / layout.HEAD, EvaluatorFile):
                with self.naming(f"evaluator {file.path}"):
                    source = mark(file.id)
                    wish = translate.evaluator(file, described(file.description or "", source))
                    made = there.get(source) or self.api.post("/evaluators", wish)
                    self.told(Taken("evaluator", file.id, made["id"], file.path))

    def prompt(self, place: Path, file: File) -> None:
        """Every version of a prompt."""
        with self.naming(f"prompt {file.path}"):
            deployed = deployments(place)
            active = active_version(deployed, file)
            before, configs, project = standing(self.api, file.path), dict[str, str](), ""
            for version in in_order(self.versions(place, PromptVersion), active):
                with self.naming(f"prompt {file.path} {version.version_id}"):
                    made = self.api.post("/model-configs", translate.config(version, file.path))
                    configs[version.version_id], project = str(made["config"]["id"]), str(made["project_id"])
                    self.told(Taken("prompt", version.version_id, made["config"]["id"], file.path))
            if before and active in configs and is_late(before, [*configs.values()]):
                self.api.patch(f"/projects/{before.project}", {"active_config_id": configs[active]})
            if active and configs and active not in configs:
                self.left_out.append(f"prompt {file.path}: its active version {active} is not in; another is active")
            self.left_out += [f"prompt {file.path}: {elsewhere(one)}" for one in deployed if not one.is_default]
            if project and layout.children(place / LOGS):
                self.logs(
                    place, file, Logs(self.api, project, configs, partial(self.tell_log, file)), is_new=not before
                )

    def logs(self, place: Path, file: File, ours: Logs, *, is_new: bool) -> None:
        """The production logs of a prompt; a project that `is_new` has none yet. Raises Unreadable, CallFailed."""
        try:
            ours.take(layout.read_all(place / LOGS, ProductionLog), {} if is_new else ours.there())
        finally:
            self.broken += [f"prompt {file.path}: {one}" for one in ours.refused]
            if ours.strays:
                self.left_out.append(f"{so_many(ours.strays, 'log')} of {file.path}: of versions that are not in")

    def tell_log(self, file: File, theirs: str, ours: str) -> None:
        """Tells of a log that is in."""
        self.told(Taken("log", theirs, ours, file.path))

    def past(self, place: Path, file: File) -> None:
        """Every run of every past evaluation."""
        folders = layout.children(place / "evaluations")
        there = Past(self.client, file)
        for folder in folders:
            for evaluation in self.readable(folder / "evaluation.json", Evaluation):
                with self.naming(f"evaluation {evaluation.id} of {file.path}"):
                    self.runs(there, evaluation, folder)

    def runs(self, there: Past, evaluation: Evaluation, folder: Path) -> None:
        """Every run of one; the others are measured by the control. Raises Unreadable."""
        lines = list(layout.read_all(folder / LOGS, EvaluationLog))
        with self.naming(f"evaluation {evaluation.id}"):
            self.broken += gaps(folder, lines)
        base = None
        for run in control_first(
            [one for path in layout.children(folder / "runs") for one in self.readable(path, Run)]
        ):
            with self.naming(f"evaluation {name_of_run(evaluation, run)}"):
                made = there.take(evaluation, run, lines, base)
                base = made if run.control else base
                self.told(Taken("evaluation", run.id, made, name_of_run(evaluation, run)))

    def name_the_rest(self, place: Path, file: File) -> None:
        """Names what there is no counterpart for."""
        if file.type not in KNOWN:
            self.left_out.append(f"{file.type} {file.path}: there is no counterpart")
        if file.type != "prompt" and layout.children(place / LOGS):
            self.left_out.append(f"logs of {file.path}: only those of prompts and of evaluations are taken over")
