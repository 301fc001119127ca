"""How a function that follows Braintrust's convention is called for a row (domain/sandbox.py, `Call`).

The row's process has this source from the harness, so it imports nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_TAKES_ANY = 0x08  # CO_VARKEYWORDS
WANTED = "write `def handler(output, expected)` for a scorer, `def handler(input)` for a task."


def called(function: Any, call: str, row: Mapping[str, Any]) -> object:
    """What the function returns, called as a `scorer` or as a `task`."""
    names, takes_any = parameters(function)
    if call == "scorer":
        return function(**{name: value for name, value in row.items() if takes_any or name in names})
    return as_task(function, names, row, takes_any=takes_any)


def parameters(function: Any) -> tuple[tuple[str, ...], bool]:
    """The names that a function accepts as keywords, and whether it accepts any other (`**kwargs`).

    Raises TypeError for what is no function: only a function says what it accepts.
    """
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    code = getattr(function, "__code__", None)
    if code is None:
        found = "a class" if isinstance(function, type) else f"of the type {type(function).__name__}"
        raise TypeError(f"handler is {found}, where a function is wanted: {WANTED}")
    named = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    return named, bool(code.co_flags & _TAKES_ANY)


def as_task(function: Any, names: tuple[str, ...], row: Mapping[str, Any], *, takes_any: bool) -> object:
    """By keyword, what it accepts: the fields of the input, the input itself; else the input as it is."""
    value = row["input"]
    fields = value if isinstance(value, dict) else {}
    known = {**row, **fields}
    found = {name: known[name] for name in names if name in known}
    if takes_any:
        return function(**({**fields, **found} or {"input": value}))
    return function(**found) if found or not names else function(value)
