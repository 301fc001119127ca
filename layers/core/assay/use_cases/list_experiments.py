"""What came of a project's evaluations, with its numbers as they were when each ended."""

from collections.abc import Mapping

from assay.domain.errors import NotFound
from assay.domain.evaluation import Evaluation
from assay.domain.experiment import Experiment
from assay.domain.project import Project
from assay.domain.report import MOST_LISTED, ListedExperiment
from assay.domain.statistics.describe import ScoreStatistics
from assay.use_cases.compare_experiment import Stores
from assay.use_cases.if_there import if_there


def list_experiments(organisation: str, project: Project, *, stores: Stores) -> list[ListedExperiment]:
    """The newest experiments, and evaluations that make none; the newest first."""
    resources, place = stores.resources, f"{project.id}/evaluations"
    known = {one.id: one for one in resources.newest(organisation, Evaluation, place, MOST_LISTED)}
    alone = [Experiment.of(one) for one in known.values() if one.experiment_id is None]
    every = [*resources.newest(organisation, Experiment, f"{project.id}/experiments", MOST_LISTED), *alone]
    newest = sorted(every, key=lambda one: (one.created_at, one.id), reverse=True)[:MOST_LISTED]
    return [listed(organisation, each, known, stores) for each in newest]


def listed(
    organisation: str, experiment: Experiment, known: Mapping[str, Evaluation], stores: Stores
) -> ListedExperiment:
    """One of them, with its evaluation, be it one of those that are `known` or older."""
    run, evaluation = experiment.evaluation_id, None
    if run:
        evaluation = known.get(run) or if_there(organisation, Evaluation, run, resources=stores.resources)
    return ListedExperiment(
        id=experiment.id,
        is_kept=experiment.is_kept,
        name=experiment.name,
        began_at=experiment.created_at,
        status=evaluation.status if evaluation else None,
        datapoints=evaluation.dataset.datapoints if evaluation else None,
        scores=scores(organisation, evaluation, stores) if evaluation and evaluation.is_over else (),
    )


def scores(organisation: str, evaluation: Evaluation, stores: Stores) -> tuple[ScoreStatistics, ...]:
    """Its numbers; none where it ended without any."""
    try:
        return stores.runs.comparison(organisation, evaluation.id).statistics
    except NotFound:
        return ()
