"""What was deleted is erased from every store: items and objects, down to the last row."""

from contextlib import suppress
from typing import TypeVar

from assay.domain.dataset import Dataset
from assay.domain.erasure import Erasure
from assay.domain.errors import Conflict, Unfinished
from assay.domain.evaluation import Evaluation
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.experiment import Experiment
from assay.domain.function import Function, FunctionVersion
from assay.domain.project import Project
from assay.domain.task import Config
from assay.domain.trigger import TRIGGERS, Trigger, Turn, Waiting, turn_id, waiting_list
from assay.domain.value import Resource
from assay.ports import Clock, Endings, Executions, Remains, Resources
from assay.use_cases.if_there import if_there
from assay.use_cases.races import settled
from assay.use_cases.update_evaluation.status import update_status

R = TypeVar("R", bound=Resource)

LISTED: dict[type[Resource], str] = {Function: "functions", FunctionVersion: "function-versions", Config: "configs"}
"""What stands in a project and has nothing beside it, by the list that it is on."""


def erase_content(
    wish: Erasure,
    *,
    resources: Resources,
    remains: Remains,
    schedules: Endings,
    executions: Executions,
    clock: Clock,
) -> None:
    """Erases all of it; again does no harm.

    An evaluation that still runs is cancelled first. Raises Unfinished where that is not over yet: ask again later.
    """
    if wish.kind == "logs":
        for log_id in wish.logs:
            remains.erase_reports(wish.organisation, wish.id, log_id)
        return
    eraser = Eraser(wish.organisation, resources, remains, executions, clock)
    if wish.kind == "project":
        eraser.triggers(wish.id, schedules)
        eraser.project(wish.id)
    elif wish.kind == "experiment":
        eraser.experiment(wish.id, wish.evaluation_id)
    else:
        eraser.abandoned.add(wish.id)
    eraser.end()


class Eraser:
    """Erases what belongs to an organisation.

    `abandoned` are the datasets, `unused` the tasks and scorers by their ids, which may not be needed any more.
    """

    def __init__(
        self, organisation: str, resources: Resources, remains: Remains, executions: Executions, clock: Clock
    ) -> None:
        self.organisation, self.resources, self.remains = organisation, resources, remains
        self.executions, self.clock = executions, clock
        self.abandoned: set[str] = set()
        self.unused: dict[str, type[Config | EvaluatorVersion]] = {}
        self.running: list[Evaluation] = []

    def triggers(self, project_id: str, schedules: Endings) -> None:
        """The triggers that launch what is in a project, their schedules, and the turns of what they launched."""
        for trigger in self.resources.listed(self.organisation, Trigger, TRIGGERS):
            if trigger.launch.project_id != project_id:
                continue
            schedules.delete(self.organisation, trigger.name)
            self.remove(trigger)
            for waiting in self.resources.listed(self.organisation, Waiting, waiting_list(trigger.id)):
                self.remove(waiting)
            turn = self.found(Turn, turn_id(trigger.id))
            if turn is not None:
                self.remove(turn)

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
        self.remains.erase_answers(self.organisation, project_id)

    def experiment(self, experiment_id: str, evaluation_id: str | None) -> None:
        """An experiment's rows, and the evaluation that made it."""
        self.remains.erase(self.organisation, "experiments", experiment_id)
        evaluation = self.found(Evaluation, evaluation_id) if evaluation_id else None
        if evaluation is not None:
            self.evaluation(evaluation)

    def evaluation(self, evaluation: Evaluation) -> None:
        """An evaluation, with whatever it made and whatever was posted to it; cancelled first where it runs."""
        if not evaluation.is_at_rest:
            self.cancel(evaluation)
            self.running.append(evaluation)
            return
        self.remove(evaluation)
        self.remains.erase(self.organisation, "evaluations", evaluation.id)
        if evaluation.is_posted_to:
            rows = evaluation.dataset.datapoints * evaluation.trials
            self.remains.erase_posted(self.organisation, evaluation.id, rows)
        self.unused[evaluation.config_id] = Config
        self.unused.update(dict.fromkeys(evaluation.evaluator_versions, EvaluatorVersion))
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
        """Deleted datasets, and what came with a launch, where no evaluation needs them. Raises Unfinished.

        What may have come with another launch meanwhile is read before it is looked whether any needs it: a launch
        keeps it in another revision once its evaluation is there, and then it is left.
        """
        parts = self.parts()
        needed = self.needed()
        for dataset_id in self.abandoned - needed:
            if self.found(Dataset, dataset_id) is None:
                self.remains.erase(self.organisation, "datasets", dataset_id)
        for part in parts:
            if part.id not in needed:
                with suppress(Conflict):
                    self.resources.delete(self.organisation, part)
        if self.running:
            raise Unfinished(f"{len(self.running)} evaluations are still being cancelled.")

    def parts(self) -> list[Config | EvaluatorVersion]:
        """The tasks and scorers that came with a launch, of those that may not be needed any more."""
        found = [self.found(kind, identifier) for identifier, kind in self.unused.items()]
        return [part for part in found if part is not None and came_with_a_launch(part)]

    def found(self, kind: type[R], identifier: str) -> R | None:
        return if_there(self.organisation, kind, identifier, resources=self.resources)

    def needed(self) -> set[str]:
        """The datasets, tasks and scorers of all evaluations there are: of projects, and of those that still end."""
        projects = self.resources.listed(self.organisation, Project, "projects")
        kept = [
            evaluation
            for project in projects
            for evaluation in self.resources.listed(self.organisation, Evaluation, f"{project.id}/evaluations")
        ]
        return {
            each
            for one in (*kept, *self.running)
            for each in (one.dataset.dataset_id, one.config_id, *one.evaluator_versions)
        }


def came_with_a_launch(part: Config | EvaluatorVersion) -> bool:
    """Whether nobody registered it: it is known by what it says alone."""
    return not part.listed_in if isinstance(part, Config) else part.scorer is not None
