"""Whether the last number of the output is the target's last number."""

import re
from typing import Any

NUMBER = re.compile(r"(?:(?<!\d)-)?\d[\d,]*(?:\.\d+)?")


def last_number(text: str) -> float | None:
    """The last number of `text`; None where it has none."""
    found = NUMBER.findall(text)
    return float(found[-1].replace(",", "")) if found else None


def number_match(log: dict[str, Any], testcase: dict[str, Any]) -> bool:
    """True when output and target end in the same number."""
    said = last_number(log["output"])
    return said is not None and said == last_number(testcase["target"]["answer"])
