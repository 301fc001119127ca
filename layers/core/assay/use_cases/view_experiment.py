"""What an experiment came to, as it is stored, or as it must be worked out anew."""

from typing import NamedTuple

from assay.domain.comparison import Comparison
from assay.domain.errors import NotFound
from assay.domain.evaluation import Evaluation
from assay.domain.experiment import Experiment
from assay.domain.project import Project
from assay.ports import Prices
from assay.use_cases.compare_experiment import Stores, base_of, chosen_base, compare_experiment
from assay.use_cases.if_there import if_there


class ExperimentView(NamedTuple):
    """An experiment with its project, its numbers once there are any, and the base's name."""

    experiment: Experiment
    project: Project
    comparison: Comparison | None = None
    base_name: str | None = None
    evaluation: Evaluation | None = None


def view_experiment(organisation: str, experiment: Experiment, *, stores: Stores) -> ExperimentView:
    """The experiment without its numbers."""
    resources = stores.resources
    project = resources.get(organisation, Project, experiment.project_id)
    identifier = experiment.evaluation_id
    evaluation = resources.get(organisation, Evaluation, identifier) if identifier else None
    return ExperimentView(experiment, project, evaluation=evaluation)


def summarized(organisation: str, experiment: Experiment, *, stores: Stores) -> ExperimentView:
    """The experiment with the numbers that were stored when its run ended; None while it goes on."""
    view = view_experiment(organisation, experiment, stores=stores)
    if view.evaluation is None or not view.evaluation.is_over:
        return view
    try:
        comparison = stores.runs.comparison(organisation, view.evaluation.id)
    except NotFound:
        return view
    base = (
        if_there(organisation, Experiment, comparison.base_id, resources=stores.resources)
        if comparison.base_id
        else None
    )
    return view._replace(comparison=comparison, base_name=base.name if base else None)


def summarized_now(
    organisation: str, experiment: Experiment, base_id: str | None, *, stores: Stores, prices: Prices
) -> ExperimentView:
    """The experiment with its numbers as its rows have them now, beside the base asked for or its own."""
    if base_id is None:
        base = base_of(organisation, experiment, stores=stores)
    else:
        base = chosen_base(organisation, experiment.project_id, base_id, resources=stores.resources)
    view = view_experiment(organisation, experiment, stores=stores)
    comparison = compare_experiment(organisation, experiment, base, stores=stores, prices=prices)
    return view._replace(comparison=comparison, base_name=base.name if base else None)
