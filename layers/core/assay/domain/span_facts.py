"""What a summary reads of spans: of those that are at hand, and of a run's, which need not be made for that."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.score import AnyScore, Score, number
from assay.domain.spans import CALL, ROOT, SCORERS, TASK, RowSpans, judged, named_scores
from assay.domain.trace import SpanFacts


def facts_of_row(row: RowSpans) -> Iterator[SpanFacts]:
    """As facts_of each of the row's spans. Their ids are their places, and nothing is copied or rendered."""
    metrics = dict(numbers(row.times().items()))
    root = SpanFacts(
        id=str(ROOT),
        parent=None,
        kind="eval",
        scores_others=False,
        has_failed=row.failure is not None,
        scores={},
        metrics=metrics,
        name="eval",
        failure=row.failure.kind if row.failure else None,
        message=row.failure.message if row.failure else "",
    )
    yield root
    yield root._replace(id=str(TASK), parent=str(ROOT), kind="task", name="task")
    if row.is_called:
        model, metrics = row.plan.config.task.as_model(), dict(numbers(row.call_metrics().items()))
        call = root._replace(id=str(CALL), parent=str(TASK), kind="llm", name=model.model)
        yield call._replace(metrics=metrics, model=(model.provider, model.model))
    for slot, version in enumerate(row.plan.evaluators, start=SCORERS):
        if score := row.scores.get(version.id):
            yield facts_of_score(str(slot), version, score)


def facts_of_score(identifier: str, version: EvaluatorVersion, score: AnyScore) -> SpanFacts:
    """As facts_of a scorer's span."""
    named = named_scores(version, score) if isinstance(score, Score) else ()
    return SpanFacts(
        id=identifier,
        parent=str(ROOT),
        kind="score",
        scores_others=True,
        has_failed=not isinstance(score, Score),
        scores={each.name: each.value for each in named},
        metrics=dict(numbers(judged(score.judgement).items())) if score.judgement else {},
        name=version.name,
        failure=None if isinstance(score, Score) else score.failure.kind,
        message="" if isinstance(score, Score) else score.failure.message,
    )


def facts_of(content: Mapping[str, Any]) -> SpanFacts:
    """What a summary reads of a span, of a run's or one that a client logged."""
    attributes = mapping(content.get("span_attributes"))
    parents, error = content.get("span_parents"), content.get("error")
    return SpanFacts(
        id=str(content.get("span_id") or content.get("id")),
        parent=str(parents[0]) if isinstance(parents, list) and parents else None,
        kind=str(attributes.get("type") or ""),
        scores_others=attributes.get("purpose") == "scorer",
        has_failed=error is not None,
        scores={name: number(value) for name, value in mapping(content.get("scores")).items()},
        metrics=dict(numbers(mapping(content.get("metrics")).items())),
        model=model_of(content),
        name=str(attributes.get("name") or ""),
        failure=content.get("error_kind"),
        message="" if error is None else str(error),
    )


def mapping(value: object) -> Mapping[str, Any]:
    """An object, or an empty one."""
    return value if isinstance(value, Mapping) else {}


def numbers(pairs: Iterable[tuple[str, object]]) -> Iterator[tuple[str, float]]:
    """Those that are numbers."""
    return ((name, value) for name, value in pairs if isinstance(value, int | float) and not isinstance(value, bool))


def model_of(content: Mapping[str, Any]) -> tuple[str, str] | None:
    """The model that a span says it called, and who serves it."""
    metadata = mapping(content.get("metadata"))
    provider, model = metadata.get("provider"), metadata.get("model")
    return (provider, model) if isinstance(provider, str) and isinstance(model, str) else None
