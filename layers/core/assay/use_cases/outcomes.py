"""The experiment of an evaluation: the one that it makes, or what stands for it where it makes none."""

from assay.domain.errors import NotFound
from assay.domain.evaluation import Evaluation
from assay.domain.experiment import Experiment
from assay.ports import Resources
from assay.use_cases.if_there import if_there


def outcome(organisation: str, evaluation: Evaluation, *, resources: Resources) -> Experiment:
    """The evaluation's experiment. Raises NotFound where it made one that is deleted."""
    if evaluation.experiment_id is None:
        return Experiment.of(evaluation)
    return resources.get(organisation, Experiment, evaluation.experiment_id)


def outcome_if_there(organisation: str, identifier: str, *, resources: Resources) -> Experiment | None:
    """The experiment of that id, or that of the evaluation of that id; None where there is neither."""
    if found := if_there(organisation, Experiment, identifier, resources=resources):
        return found
    evaluation = if_there(organisation, Evaluation, identifier, resources=resources)
    return Experiment.of(evaluation) if evaluation and evaluation.experiment_id is None else None


def require_outcome(organisation: str, identifier: str, *, resources: Resources) -> Experiment:
    """As outcome_if_there. Raises NotFound."""
    found = outcome_if_there(organisation, identifier, resources=resources)
    if found is None:
        raise NotFound("experiment", identifier)
    return found


def outcome_before(organisation: str, experiment: Experiment, *, resources: Resources) -> Experiment | None:
    """What came of the last evaluation before it that completed, over the same dataset, and made no experiment."""
    every = resources.listed(organisation, Evaluation, f"{experiment.project_id}/evaluations")
    earlier = [
        each
        for each in every
        if each.experiment_id is None
        and each.status == "completed"
        and each.dataset.dataset_id == experiment.dataset_id
        if (each.created_at, each.id) < (experiment.created_at, experiment.id)
    ]
    last = max(earlier, key=lambda each: (each.created_at, each.id), default=None)
    return Experiment.of(last) if last else None
