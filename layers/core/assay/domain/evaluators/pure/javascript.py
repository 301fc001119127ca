"""JSON values as JavaScript treats them."""

import json
import math
import re
from collections.abc import Iterable
from decimal import Decimal

from pydantic_core import from_json

from assay.domain.value import JsonValue

_INDEX = re.compile(r"0|[1-9][0-9]{0,9}")
_INDICES = 2**32 - 1
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_RADIX = re.compile(r"0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)")
_INFINITY = re.compile(r"[+-]?Infinity")
_LONGEST, _SMALLEST = 21, -7  # powers of ten at which numbers get an exponent (ECMA-262, Number::toString)


def parse(text: str) -> JsonValue:
    """What JSON.parse makes of `text`. Raises ValueError for what is no JSON, or nested more than 200 deep."""
    parsed: JsonValue = from_json(text, allow_inf_nan=False)
    return parsed


def text_of(value: JsonValue) -> str:
    """What `${value}` is."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ",".join("" if item is None else text_of(item) for item in value)
    return "[object Object]" if isinstance(value, dict) else _word(value)


def stringified(value: JsonValue, *, is_sorted: bool = False) -> str:
    """What JSON.stringify makes of `value`; `is_sorted` has the keys of every object sorted before."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return f"[{','.join(stringified(item, is_sorted=is_sorted) for item in value)}]"
    if isinstance(value, dict):
        names = keys(sorted(value, key=_utf16) if is_sorted else value)
        members = (
            f"{json.dumps(name, ensure_ascii=False)}:{stringified(value[name], is_sorted=is_sorted)}" for name in names
        )
        return f"{{{','.join(members)}}}"
    word = _word(value)
    return "null" if word.endswith("Infinity") else word


def keys(names: Iterable[str]) -> list[str]:
    """The names in the order of an object's keys: those that could be an array's indices by size, then the others."""
    return sorted(dict.fromkeys(names), key=_rank)


def number_of(value: JsonValue) -> float:
    """What Number(value) is; NaN where it is none."""
    if value is None:
        return 0
    if isinstance(value, int | float):
        return _double(value)
    return math.nan if isinstance(value, dict) else _spelt(text_of(value).strip())


def code_units(text: str) -> str:
    """A text with one character for each UTF-16 code unit of `text`: what JavaScript counts."""
    if text.isascii():
        return text
    return "".join(map(chr, memoryview(text.encode("utf-16-le", "surrogatepass")).cast("H")))


def _word(value: bool | float | None) -> str:
    """Null, a boolean or a number as text."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _figures(_double(value))


def _figures(number: float) -> str:
    """A number as text."""
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    sign, digits, exponent = Decimal(repr(number)).normalize().as_tuple()
    figures = "".join(map(str, digits))
    point = len(figures) + int(exponent)
    minus = "-" if sign and number else ""
    if _SMALLEST < point - 1 < _LONGEST:
        return minus + _plain(figures, point)
    fraction = f".{figures[1:]}" if figures[1:] else ""
    return f"{minus}{figures[0]}{fraction}e{point - 1:+d}"


def _plain(figures: str, point: int) -> str:
    """The figures with zeros around them, and the point where it belongs."""
    if point <= 0:
        return f"0.{'0' * -point}{figures}"
    if point >= len(figures):
        return figures + "0" * (point - len(figures))
    return f"{figures[:point]}.{figures[point:]}"


def _double(value: float) -> float:
    """A number in double precision; beyond its range an infinity."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _spelt(text: str) -> float:
    """The number that a text spells."""
    if not text:
        return 0
    if _RADIX.fullmatch(text):
        return _double(int(text, 0))
    is_number = _DECIMAL.fullmatch(text) or _INFINITY.fullmatch(text)
    return float(text) if is_number else math.nan


def _rank(name: str) -> int:
    return int(name) if _INDEX.fullmatch(name) and int(name) < _INDICES else _INDICES


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-be", "surrogatepass")
