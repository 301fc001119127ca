"""What a summary reads of a span."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from assay.domain.score import number
from assay.domain.trace import SpanFacts


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
