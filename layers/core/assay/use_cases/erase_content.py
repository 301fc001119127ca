"""What was deleted is erased from every store: items and objects, down to the last row."""

from typing import TypeVar

from assay.domain.dataset import Dataset
from assay.domain.erasure import Erasure
from assay.domain.errors import Unfinished
from assay.domain.evaluation import Evaluation
from assay.domain.experiment import Experiment
from assay.domain.function import Function, FunctionVersion
from assay.domain.project import Project
from assay.domain.task import Config
from assay.domain.value import Resource
from assay.ports import Clock, Executions, Remains, Resources
from assay.use_cases.if_there import if_there
from assay.use_cases.races import settled
from assay.use_cases.update_evaluation.status import update_status

R = TypeVar("R", bound=Resource)

LISTED: dict[type[Resource], str] = {Function: "functions", FunctionVersion: "function-versions", Config: "configs"}
"""What stands in a project and has nothing beside it, by the list that it is on."""


def erase_content(
    wish: Erasure, *, resources: Resources, remains: Remains, executions: Executions, clock: Clock
) -> None:
    """Erases all of it; again does no harm.

    An evaluation that still runs is cancelled first. Raises Unfinished where that is not over yet: ask again later.
    """
    eraser = Eraser(wish.organisation, resources, remains, executions, clock)
    if wish.kind == "project":
        eraser.project(wish.id)
    elif wish.kind == "experiment":
        eraser.experiment(wish.id, wish.evaluation_id)
    else:
        eraser.abandoned.add(wish.id)
    eraser.end()


class Eraser:
    """Erases what belongs to an organisation.

    `abandoned` are the datasets, `unused` the tasks that nobody registered, which may not be needed any more.
    """

    def __init__(
        self, organisation: str, resources: Resources, remains: Remains, executions: Executions, clock: Clock
    ) -> None:
        self.organisation, self.resources, self.remains = organisation, resources, remains
        self.executions, self.clock = executions, clock
        self.abandoned: set[str] = set()
        self.unused: set[str] = set()
        self.running: list[Evaluation] = []

    def project(self, project_id: str) -> None:
        """Everything that stands in a project; what evaluations need that still end is left for another time."""
        for evaluation in self.resources.listed(self.organisation, Evaluation, f"{project_id}/evaluations"):
            self.evaluation(evaluation)
        if self.running:
            return
        for experiment in self.resources.listed(self.organisation, Experiment, f"{project_id}/experiments"):
            self.remove(experiment)
            self.remains.erase(self.organisation, "experiments", experiment.id)
        for dataset in self.resources.listed(self.organisation, Dataset, f"{project_id}/datasets"):
            self.remove(dataset)
            self.abandoned.add(dataset.id)
        for kind, name in LISTED.items():
            for each in self.resources.listed(self.organisation, kind, f"{project_id}/{name}"):
                self.remove(each)
        self.remains.erase_logs(self.organisation, project_id)

    def experiment(self, experiment_id: str, evaluation_id: str | None) -> None:
        """An experiment's rows, and the evaluation that made it."""
        self.remains.erase(self.organisation, "experiments", experiment_id)
        evaluation = self.found(Evaluation, evaluation_id) if evaluation_id else None
        if evaluation is not None:
            self.evaluation(evaluation)

    def evaluation(self, evaluation: Evaluation) -> None:
        """An evaluation, with whatever it made and whatever was posted to it; cancelled first where it runs."""
        if not evaluation.is_over or evaluation.is_working:
            self.cancel(evaluation)
            self.running.append(evaluation)
            return
        self.remove(evaluation)
        self.remains.erase(self.organisation, "evaluations", evaluation.id)
        if evaluation.is_posted_to:
            rows = evaluation.dataset.datapoints * evaluation.trials
            self.remains.erase_posted(self.organisation, evaluation.id, rows)
        self.unused.add(evaluation.config_id)
        self.abandoned.add(evaluation.dataset.dataset_id)

    def cancel(self, evaluation: Evaluation) -> None:
        """Has an evaluation that runs end."""
        if not evaluation.is_over:
            update_status(
                self.organisation,
                evaluation.id,
                "cancelled",
                resources=self.resources,
                executions=self.executions,
                clock=self.clock,
            )

    def remove(self, resource: Resource) -> None:
        """A resource with its places on lists and its name; nothing happens where it is gone."""

        def gone() -> None:
            present = self.found(type(resource), resource.id)
            if present is not None:
                self.resources.delete(self.organisation, present)

        settled(gone)

    def end(self) -> None:
        """Deleted datasets, and tasks that came with a launch, where no evaluation needs them. Raises Unfinished."""
        needed = self.needed()
        for dataset_id in self.abandoned - needed:
            if self.found(Dataset, dataset_id) is None:
                self.remains.erase(self.organisation, "datasets", dataset_id)
        for config_id in self.unused - needed:
            config = self.found(Config, config_id)
            if config is not None and not config.listed_in:
                self.remove(config)
        if self.running:
            raise Unfinished(f"{len(self.running)} evaluations are still being cancelled.")

    def found(self, kind: type[R], identifier: str) -> R | None:
        return if_there(self.organisation, kind, identifier, resources=self.resources)

    def needed(self) -> set[str]:
        """The datasets and the tasks of all evaluations that there are: of projects, and of those that still end."""
        projects = self.resources.listed(self.organisation, Project, "projects")
        kept = [
            evaluation
            for project in projects
            for evaluation in self.resources.listed(self.organisation, Evaluation, f"{project.id}/evaluations")
        ]
        return {each for one in (*kept, *self.running) for each in (one.dataset.dataset_id, one.config_id)}
