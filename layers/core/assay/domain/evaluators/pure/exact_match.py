"""1 where output and expected are the same, as text or as JSON; the order of keys matters."""

from assay.domain.evaluators.global_scorer import Arguments, GlobalScore
from assay.domain.evaluators.pure.javascript import parse, stringified, text_of
from assay.domain.value import JsonValue


def exact_match(arguments: Arguments) -> GlobalScore:
    """Where either is an object, a list or nothing, text that is JSON is compared as JSON."""
    values = (arguments.output, arguments.expected)
    as_json = any(is_structured(value) for value in values)
    output, expected = (normalised(value, as_json=as_json) for value in values)
    return GlobalScore(name="ExactMatch", score=float(output == expected))


def is_structured(value: JsonValue) -> bool:
    """Whether JavaScript calls it an object."""
    return value is None or isinstance(value, dict | list)


def normalised(value: JsonValue, *, as_json: bool) -> str:
    """The text that is compared."""
    if is_structured(value):
        return stringified(value)
    if isinstance(value, str) and as_json:
        try:
            return stringified(parse(value))
        except ValueError:
            return value
    return text_of(value)
