"""What an experiment's page will show, gathered once, when its run has ended."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import heappop, heappush
from itertools import islice
from typing import NamedTuple

from assay.domain.comparison import Comparison
from assay.domain.errors import TooMuch
from assay.domain.evaluation import Evaluation
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.project import Project
from assay.domain.ranking import Pick, Ranking
from assay.domain.report import MOST_SCORES, Base, FullReport, Metric, Report, ReportRow, ScoreReport, shortened
from assay.domain.spans import Row
from assay.domain.statistics.describe import ScoreStatistics
from assay.domain.summary import Summary
from assay.domain.task import Config
from assay.domain.value import JsonValue
from assay.domain.verdict import verdict
from assay.ports import Resources
from assay.use_cases.compare_experiment import Beside
from assay.use_cases.report_rows import ReportRows
from assay.use_cases.run_rows import RunRows

MOST_ROWS = 2000
MOST_BYTES = 4 * 1024 * 1024
"""Of rows, as they stand in a page that stands in an answer of Lambda's, which is JSON itself."""
WINDOW = 1000
"""Datapoints that are read at once, as far as they are wanted."""
MOST_WINDOWS = 40
"""Reading goes on for so long; the worst rows are read first."""


class Ended(NamedTuple):
    """A run that has ended, beside its base."""

    project: Project
    evaluation: Evaluation
    summary: Summary
    beside: Beside

    @property
    def run(self) -> RunRows | None:
        """The rows of the run; None where it never was prepared."""
        return self.beside.rows if isinstance(self.beside.rows, RunRows) else None

    @property
    def base_run(self) -> RunRows | None:
        """Those of the base's."""
        return self.beside.base_rows if isinstance(self.beside.base_rows, RunRows) else None


def report_experiment(
    organisation: str, evaluation: Evaluation, summary: Summary, beside: Beside, *, resources: Resources
) -> FullReport:
    """The report: the numbers, and the rows that people want to see first."""
    project = resources.get(organisation, Project, evaluation.project_id)
    ended = Ended(project, evaluation, summary, beside)
    directions = {one.name: one.higher_is_better for one in beside.comparison.statistics}
    ranking = Ranking(beside.both, directions)
    return FullReport(head(ended, ranking), tuple(worst_rows(ended, ranking.worst(MOST_ROWS))))


def head(ended: Ended, ranking: Ranking) -> Report:
    """Everything but the rows."""
    evaluation, summary, comparison = ended.evaluation, ended.summary, ended.beside.comparison
    experiment, base = ended.beside.experiment, ended.beside.base
    return Report(
        title=experiment.name,
        project=ended.project.name,
        description=experiment.description,
        status=evaluation.status,
        reason=summary.reason,
        experiment_id=evaluation.experiment_id,
        evaluation_id=evaluation.id,
        dataset=evaluation.dataset.name or None,
        datapoints=summary.datapoints,
        trials=summary.trials,
        began_at=summary.started_at,
        ended_at=summary.finished_at,
        n_outputs=summary.n_outputs,
        n_missing=summary.n_missing,
        errors_by_kind=summary.errors_by_kind,
        faults=comparison.faults,
        prompt_tokens=summary.prompt_tokens,
        output_tokens=summary.output_tokens,
        judge_tokens=summary.judge_prompt_tokens + summary.judge_output_tokens,
        cost=summary.cost,
        latency=ranking.latency(),
        base=Base(id=base.id, name=base.name) if base else None,
        scores=tuple(scores(comparison, ranking)),
        n_scores=n_scores(comparison),
        metrics=metrics(comparison),
        configuration=configuration(ended),
    )


def scores(comparison: Comparison, ranking: Ranking) -> Iterator[ScoreReport]:
    """Each score with its picture; of many those that differ from the base, then the others."""
    every = comparison.statistics
    if len(every) > MOST_SCORES:
        every = tuple(sorted(every, key=is_like_base))[:MOST_SCORES]
    for found in every:
        yield ScoreReport(
            name=found.name,
            statistics=found,
            histogram=ranking.histogram(found.name, is_share=found.bounds is not None),
            base_mean=ranking.base_mean(found.name),
        )


def is_like_base(score: ScoreStatistics) -> bool:
    """Whether nothing is known to set the score apart from the base's."""
    said = verdict(score)
    return said is None or said.finding in {"same", "unknown"}


def n_scores(comparison: Comparison) -> int | None:
    """How many scores there are, where those are too many to show."""
    return len(comparison.statistics) if len(comparison.statistics) > MOST_SCORES else None


def metrics(comparison: Comparison) -> tuple[Metric, ...]:
    """What is no score."""
    return tuple(Metric(name=line.name, mean=line.mean, diff=line.diff) for line in comparison.metrics)


def configuration(ended: Ended) -> dict[str, JsonValue]:
    """What ran, on what, judged by what: every word of it."""
    evaluation, experiment = ended.evaluation, ended.beside.experiment
    found: dict[str, JsonValue] = {
        **(task_of(ended.run.plan.config) if ended.run else {}),
        "Evaluators": [evaluator_of(version) for version in ended.run.plan.evaluators] if ended.run else None,
        "Dataset": evaluation.dataset.name or "sent with the launch",
        "Dataset id": experiment.dataset_id or evaluation.dataset.dataset_id,
        "Dataset version": experiment.dataset_version or evaluation.dataset.sequence,
        "Datapoints": evaluation.dataset.datapoints,
        "Trials": evaluation.trials,
        "Rows in flight": evaluation.max_concurrency,
        "Time limit": f"{evaluation.timeout:g} s" if evaluation.timeout else None,
        "Cost limit": f"${evaluation.max_cost:g}" if evaluation.max_cost else None,
        "Metadata": experiment.metadata,
        "Tags": ", ".join(experiment.tags or ()),
        "Repository": experiment.repo_info,
        "Experiment": evaluation.experiment_id,
        "Evaluation": evaluation.id,
    }
    return {name: shortened(value) for name, value in found.items() if value not in (None, "", [], {})}


def task_of(config: Config) -> dict[str, JsonValue]:
    """What was under test."""
    task, model = config.task, config.task.as_model()
    named = model.model if task.kind == "code" else f"{model.provider}/{model.model}"
    return {"Model": named, "Task": task.model_dump(mode="json", exclude_none=True, exclude_defaults=True)}


def evaluator_of(version: EvaluatorVersion) -> JsonValue:
    """An evaluator, with all that it does."""
    told = {
        "name",
        "type",
        "description",
        "arguments_type",
        "return_type",
        "code",
        "task",
        "scorer",
        "higher_is_better",
    }
    dumped: JsonValue = version.model_dump(mode="json", include=told, exclude_none=True)
    return dumped


def worst_rows(ended: Ended, picks: Sequence[Pick]) -> Iterator[str]:
    """The rows picked, in their order, as far as they fit: each as its JSON."""
    ranks = {pick.item: rank for rank, pick in enumerate(picks)}
    known = {pick.item: pick.base_scores for pick in picks}
    kept = Kept(MOST_BYTES)
    for row in read(ended, windows(picks), known):
        kept.add(ranks[row.index], row.model_dump_json())
    return kept.rows()


def windows(picks: Iterable[Pick]) -> list[list[int]]:
    """The datapoints that are read together, those with the worst rows first; each in dataset order."""
    found: dict[int, list[int]] = {}
    for pick in picks:
        found.setdefault(pick.item // WINDOW, []).append(pick.item)
    return [sorted(indices) for indices in islice(found.values(), MOST_WINDOWS)]


def read(ended: Ended, some: Iterable[list[int]], known: Mapping[int, Mapping[str, float]]) -> Iterator[ReportRow]:
    """The rows of the datapoints."""
    if ended.run is None:
        return
    reader = ReportRows(ended.run, ended.base_run, ended.beside.key)
    for indices in some:
        wanted = set(indices)
        span = range(indices[0], indices[-1] + 1)
        rows = [row for row in light_rows(ended.run, span) if row.ordinal // ended.run.plan.trials in wanted]
        yield from reader.read(rows, span, known)


def light_rows(run: RunRows, items: range) -> Iterator[Row]:
    """The rows of the datapoints; those that are too heavy to be read one by one are left out."""
    trials = run.plan.trials
    try:
        yield from run.rows(range(items.start * trials, min(items.stop * trials, run.plan.rows)))
    except TooMuch:
        middle = len(items) // 2
        if middle:
            yield from light_rows(run, items[:middle])
            yield from light_rows(run, items[middle:])


class Kept:
    """Rows by their rank, of which the last are let go where all together are too heavy."""

    def __init__(self, most_bytes: int) -> None:
        self.left = most_bytes
        self.heap: list[tuple[int, str]] = []

    def add(self, rank: int, row: str) -> None:
        """Takes in a row."""
        heappush(self.heap, (-rank, row))
        self.left -= weight(row)
        while self.left < 0:
            self.left += weight(heappop(self.heap)[1])

    def rows(self) -> Iterator[str]:
        """Those that stayed, by rank."""
        return (row for _, row in sorted(self.heap, reverse=True))


def weight(row: str) -> int:
    r"""The bytes that a row's JSON takes in a page within an answer, where `<` is six letters and each `\"` is two."""
    return len(json.dumps(row.replace("<", "\\u003c"), ensure_ascii=False).encode())
