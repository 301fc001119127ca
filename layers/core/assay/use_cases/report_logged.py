"""The page of an experiment that no run made: clients wrote its rows themselves."""

import json
from itertools import islice

from assay.domain.errors import TooMuch
from assay.domain.experiment import Experiment
from assay.domain.project import Project
from assay.domain.ranking import Ranking
from assay.domain.report import MOST_SCORES, Base, FullReport, Report, ReportRow, ScoreOnRow, Trial, shortened
from assay.domain.rows import NoRows, listed
from assay.domain.score import Failure
from assay.domain.span_facts import mapping
from assay.domain.trace import SpanFacts
from assay.domain.value import JsonValue
from assay.ports import Prices
from assay.use_cases.compare_experiment import Beside, Stores, lay_beside
from assay.use_cases.logged_traces import logged_traces
from assay.use_cases.report_experiment import MOST_BYTES, MOST_ROWS, Kept, metrics, n_scores, scores
from assay.use_cases.report_rows import first_scores, means
from assay.use_cases.run_rows import ReadTrace

MOST_LOGGED = 5000
"""Rows that are read while somebody waits."""


def report_logged(
    organisation: str, experiment: Experiment, base: Experiment | None, *, stores: Stores, prices: Prices
) -> FullReport:
    """The report, of the rows as they are now. Raises TooMuch."""
    traces = list(islice(logged_traces(organisation, experiment.id, NoRows(), stores.experiment_rows), MOST_LOGGED + 1))
    if len(traces) > MOST_LOGGED:
        raise TooMuch(f"Over {MOST_LOGGED} rows that clients wrote are too many to read while you wait.")
    beside = lay_beside(organisation, experiment, base, stores=stores, prices=prices)
    ranking = Ranking(beside.both, {one.name: one.higher_is_better for one in beside.comparison.statistics})
    project = stores.resources.get(organisation, Project, experiment.project_id)
    return FullReport(head(project, beside, ranking, traces), rows(traces, ranking))


def head(project: Project, beside: Beside, ranking: Ranking, traces: list[ReadTrace]) -> Report:
    """Everything but the rows."""
    experiment, base = beside.experiment, beside.base
    said: dict[str, JsonValue] = {"Metadata": experiment.metadata, "Repository": experiment.repo_info}
    return Report(
        title=experiment.name,
        project=project.name,
        description=experiment.description,
        status="completed",
        experiment_id=experiment.id,
        datapoints=len({trace.item for trace in traces}),
        trials=ranking.trials,
        began_at=experiment.created_at,
        n_outputs=sum(trace.root.get("error") is None for trace in traces),
        n_missing=0,
        faults=beside.comparison.faults,
        latency=ranking.latency(),
        base=Base(id=base.id, name=base.name) if base else None,
        scores=tuple(scores(beside.comparison, ranking)),
        n_scores=n_scores(beside.comparison),
        metrics=metrics(beside.comparison),
        configuration={name: shortened(value) for name, value in said.items() if value},
    )


def rows(traces: list[ReadTrace], ranking: Ranking) -> tuple[str, ...]:
    """The rows, the worst first, as far as they fit."""
    by_item: dict[int, list[ReadTrace]] = {}
    for trace in traces:
        by_item.setdefault(trace.item, []).append(trace)
    kept = Kept(MOST_BYTES)
    for rank, pick in enumerate(ranking.worst(MOST_ROWS)):
        some = by_item[pick.item]
        row = logged_row(pick.item, some).model_copy(update={"base_scores": first_scores(pick.base_scores)})
        kept.add(rank, row.model_dump_json())
    return tuple(kept.rows())


def logged_row(index: int, some: list[ReadTrace]) -> ReportRow:
    """A datapoint, of the rows that clients wrote of it."""
    root, trials = some[0].root, tuple(map(logged_trial, some))
    return ReportRow(
        index=index,
        id=str(root["id"]),
        inputs=shortened(root.get("inputs")),
        target=shortened(root.get("target")),
        metadata={str(name): shortened(value) for name, value in mapping(root.get("metadata")).items()},
        tags=tuple(str(tag) for tag in listed(root.get("tags"))),
        trials=trials,
        scores=means(trials),
    )


def logged_trial(trace: ReadTrace) -> Trial:
    """What a client wrote of one run of a row."""
    spans, error = list(trace.spans), trace.root.get("error")
    said = [ScoreOnRow(name=name, value=value) for span in spans for name, value in span.scores.items()]
    silent = [span for span in spans if span.is_scorer and not span.has_judged]
    return Trial(
        output=shortened(trace.root.get("output")),
        failure=None if error is None else Failure(kind="reported", message=str(shortened(text(error)))),
        latency=next((span.seconds for span in spans if span.parent is None), None),
        scores=(*said, *map(unscored, silent))[:MOST_SCORES],
    )


def unscored(scorer: SpanFacts) -> ScoreOnRow:
    """What a scorer of the client's gave that failed."""
    why = Failure(kind=scorer.failure or "reported", message=str(shortened(scorer.message)))
    return ScoreOnRow(name=scorer.name, failure=why)


def text(value: JsonValue) -> str:
    """An error in words."""
    return value if isinstance(value, str) else json.dumps(value)
