"""An experiment beside its base: which that is, and what both come to."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from typing import NamedTuple

from assay.domain.comparison import Comparison, Experiments
from assay.domain.comparison_key import BY_INPUT, ComparisonKey
from assay.domain.dataset import Dataset
from assay.domain.errors import InvalidRequest, NotFound
from assay.domain.evaluation import Evaluation
from assay.domain.experiment import Experiment
from assay.domain.ids import canonical_json
from assay.domain.project import Project
from assay.domain.rows import BaseRows, NoRows
from assay.domain.spans import Content
from assay.domain.statistics.describe import ScoreStatistics
from assay.domain.statistics.judge import Judge
from assay.domain.trace import PriceOf
from assay.ports import Datasets, Posted, Prices, Resources, Rows, Runs
from assay.use_cases.if_there import if_there
from assay.use_cases.logged_traces import logged_traces
from assay.use_cases.outcomes import outcome, outcome_before, require_outcome
from assay.use_cases.run_rows import ReadTrace, RunRows, RunTrace, run_rows

FIELDS = {"inputs": "input", "target": "expected"}
"""Our words in a row, and those in a comparison key."""
OURS = {theirs: ours for ours, theirs in FIELDS.items()}


class Stores(NamedTuple):
    """Whatever the rows of experiments are read from."""

    resources: Resources
    datasets: Datasets
    runs: Runs
    experiment_rows: Rows
    posted: Posted


class Side(NamedTuple):
    """An experiment's own rows as they are added up, and then those of its base. `names` are the fields looked at.

    Where there is no base nobody asks for keys: to make one of each row took a fifth of the time of summing up.
    """

    base: Experiment | None
    key: ComparisonKey
    names: frozenset[str]
    cluster_by: str | None
    price_of: PriceOf
    both: Experiments

    def add(self, each: ReadTrace | RunTrace) -> None:
        """Takes in a row of the experiment."""
        root = each.fields(self.names) if self.base or self.cluster_by else {}
        trace = each.trace(self.key.of(fields(root)) if self.base else None, self.price_of)
        cluster = cluster_of(root, self.cluster_by) if self.cluster_by else None
        self.both.add(each.item, trace._replace(cluster=cluster) if cluster else trace)

    def add_to_base(self, each: ReadTrace | RunTrace) -> None:
        """Takes in a row of the base."""
        self.both.add_to_base(each.trace(self.key.of(fields(each.fields(self.names))), self.price_of))


class Beside(NamedTuple):
    """An experiment beside its base: what it came to, what that was worked out from, and the rows of both runs."""

    experiment: Experiment
    base: Experiment | None
    comparison: Comparison
    both: Experiments
    key: ComparisonKey
    rows: BaseRows
    base_rows: BaseRows

    def saying(self, statistics: tuple[ScoreStatistics, ...]) -> "Beside":
        """The same with these statistics, beside the base as the scores of those names are."""
        found = {one.name: one.comparison for one in self.comparison.statistics}
        every = tuple(one.model_copy(update={"comparison": found.get(one.name)}) for one in statistics)
        return self._replace(comparison=self.comparison.model_copy(update={"statistics": every}))


def store_comparison(
    organisation: str,
    ended: Evaluation,
    statistics: Callable[[], tuple[ScoreStatistics, ...]],
    *,
    side: Side | None = None,
    stores: Stores,
    prices: Prices,
) -> Beside | None:
    """Keeps what an evaluation that just ended came to; nothing where its experiment or its project is deleted.

    `statistics` are the evaluation's: they hold where no experiment is made, since clients may owe rows to it.
    """
    try:
        stores.resources.get(organisation, Project, ended.project_id)
        experiment = outcome(organisation, ended, resources=stores.resources)
    except NotFound:
        return None
    base = side.base if side else base_of(organisation, experiment, stores=stores)
    found = lay_beside(organisation, experiment, base, ended=ended, side=side, stores=stores, prices=prices)
    if not experiment.is_kept:
        found = found.saying(statistics())
    stores.runs.save_comparison(organisation, ended.id, found.comparison)
    return found


def compare_experiment(
    organisation: str, experiment: Experiment, base: Experiment | None, *, stores: Stores, prices: Prices
) -> Comparison:
    """What the experiment comes to."""
    return lay_beside(organisation, experiment, base, stores=stores, prices=prices).comparison


def lay_beside(
    organisation: str,
    experiment: Experiment,
    base: Experiment | None,
    *,
    ended: Evaluation | None = None,
    side: Side | None = None,
    stores: Stores,
    prices: Prices,
) -> Beside:
    """What the experiment comes to, and how that is beside the base; `ended` is its evaluation if not kept yet.

    `side` is there where all rows of its run are added up already, to be laid beside that base; what clients log calls
    for reading them anew.
    """
    rows = rows_of(organisation, experiment, ended, stores)
    theirs = rows_of(organisation, base, None, stores) if base else NoRows()
    if side is None or is_logged_to(organisation, experiment, stores):
        side = new_side(organisation, experiment, base, rows, stores=stores, prices=prices)
        for each in run_traces(organisation, experiment, rows, stores=stores):
            side.add(each)
    for each in run_traces(organisation, base, theirs, stores=stores) if base else ():
        side.add_to_base(each)
    comparison = side.both.compared(base.id if base else None, judges(rows), judges(theirs))
    return Beside(experiment, base, comparison, side.both, side.key, rows, theirs)


def new_side(
    organisation: str,
    experiment: Experiment,
    base: Experiment | None,
    rows: BaseRows,
    *,
    stores: Stores,
    prices: Prices,
) -> Side:
    """The experiment's side before any row is added; `rows` are those of its run."""
    project = stores.resources.get(organisation, Project, experiment.project_id)
    cluster_by = cluster_field(organisation, experiment, rows, stores.resources)
    both = Experiments(are_clustered=cluster_by is not None, expected=judges(rows))
    key = comparison_key(project)
    names = asked(key) | ({"metadata"} if cluster_by else set())
    return Side(base, key, names, cluster_by, cache(prices.price), both)


def judges(rows: BaseRows) -> dict[str, Judge]:
    """What is known of a run's evaluators, by their names; nothing where clients logged all."""
    return rows.judges if isinstance(rows, RunRows) else {}


def cluster_field(organisation: str, experiment: Experiment, rows: BaseRows, resources: Resources) -> str | None:
    """The field by which the datapoints belong together, as their dataset says, or said when the run began."""
    if isinstance(rows, RunRows):
        return rows.plan.dataset.cluster_by
    with suppress(NotFound):
        return resources.get(organisation, Dataset, experiment.dataset_id).cluster_by if experiment.dataset_id else None
    return None


def cluster_of(root: Content, field: str | None) -> str | None:
    """What a root's datapoint belongs to; None where it does not say."""
    metadata = root.get("metadata")
    if field is None or not isinstance(metadata, dict) or metadata.get(field) is None:
        return None
    return canonical_json(metadata[field])


def rows_of(organisation: str, experiment: Experiment, ended: Evaluation | None, stores: Stores) -> BaseRows:
    """The rows of the experiment's run."""
    return run_rows(
        organisation,
        experiment,
        ended,
        resources=stores.resources,
        datasets=stores.datasets,
        runs=stores.runs,
        posted=stores.posted,
    )


def comparison_key(project: Project) -> ComparisonKey:
    """What makes two rows of the project's experiments the same; a setting that is none counts as none."""
    setting = (project.settings or {}).get("comparison_key")
    with suppress(InvalidRequest):
        return ComparisonKey.parse(setting) if isinstance(setting, str) else BY_INPUT
    return BY_INPUT


def asked(key: ComparisonKey) -> frozenset[str]:
    """The fields of a root that the key asks for."""
    return frozenset(OURS.get(path[0], path[0]) for path in key.paths)


def run_traces(
    organisation: str, experiment: Experiment, rows: BaseRows, *, stores: Stores
) -> Iterator[ReadTrace] | Iterator[RunTrace]:
    """Each of the experiment's traces, in dataset order, then those that were logged; `rows` are those of its run."""
    if is_logged_to(organisation, experiment, stores):
        return logged_traces(organisation, experiment.id, rows, stores.experiment_rows)
    return rows.traces() if isinstance(rows, RunRows) else iter(())


def is_logged_to(organisation: str, experiment: Experiment, stores: Stores) -> bool:
    """Whether clients wrote rows to the experiment, or changed some."""
    return experiment.is_kept and stores.experiment_rows.version(organisation, experiment.id).sequence > 0


def fields(root: Content) -> Content:
    """A root's fields by the names that comparison keys have for them."""
    return {FIELDS.get(name, name): value for name, value in root.items()}


def base_of(organisation: str, experiment: Experiment, *, stores: Stores) -> Experiment | None:
    """The base that the experiment is compared with unasked (contracts/braintrust.md §6.4).

    It is the one stored with it, else the project's baseline, else the latest before it that it repeats and can be
    compared with: numbers of other rows, or of a run that came to nothing, would say nothing. What came of an
    evaluation alone stands beside another such.
    """
    resources = stores.resources
    if not experiment.is_kept:
        return outcome_before(organisation, experiment, resources=resources)
    project = resources.get(organisation, Project, experiment.project_id)
    for identifier in (experiment.base_experiment_id, (project.settings or {}).get("baseline_experiment_id")):
        if (
            isinstance(identifier, str)
            and identifier != experiment.id
            and (found := if_there(organisation, Experiment, identifier, resources=resources))
        ):
            return found
    every = resources.listed(organisation, Experiment, f"{experiment.project_id}/experiments")
    earlier = [each for each in every if (each.created_at, each.id) < (experiment.created_at, experiment.id)]
    latest = sorted(filter(experiment.repeats, earlier), key=lambda each: (each.created_at, each.id), reverse=True)
    return next((each for each in latest if is_comparable(organisation, experiment, each, stores)), None)


def is_comparable(organisation: str, experiment: Experiment, other: Experiment, stores: Stores) -> bool:
    """Whether the other came to something beside which the experiment can be seen: no run that failed, and scores.

    Scores are not asked for where nobody judges the experiment. What clients logged is taken as it is.
    """
    if other.evaluation_id is not None:
        run = stores.resources.get(organisation, Evaluation, other.evaluation_id)
        if run.status != "completed" or not run.dataset.datapoints:
            return False
        with suppress(NotFound):
            if stores.runs.comparison(organisation, run.id).scores or not is_judged(organisation, experiment, stores):
                return True
    return is_logged_to(organisation, other, stores)


def is_judged(organisation: str, experiment: Experiment, stores: Stores) -> bool:
    """Whether anybody judges the experiment's rows, as far as it is known."""
    if experiment.evaluation_id is None:
        return True
    return bool(stores.resources.get(organisation, Evaluation, experiment.evaluation_id).evaluator_versions)


def chosen_base(organisation: str, project_id: str, identifier: str, *, resources: Resources) -> Experiment:
    """The base that somebody asks for. Raises NotFound, and InvalidRequest where it is another project's."""
    return like(resources.get(organisation, Experiment, identifier), project_id)


def chosen_outcome(organisation: str, project_id: str, identifier: str, *, resources: Resources) -> Experiment:
    """The same, also of what came of an evaluation alone."""
    return like(require_outcome(organisation, identifier, resources=resources), project_id)


def like(base: Experiment, project_id: str) -> Experiment:
    """The base, if it is of the project. Raises InvalidRequest."""
    if base.project_id != project_id:
        raise InvalidRequest(f"The experiment '{base.id}' is of another project: only like is compared with like.")
    return base
