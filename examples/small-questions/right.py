"""Whether the right word is in the answer."""

import re


def handler(output: str, expected: str) -> bool:
    """1 when the expected word is one of the answer's words, however it is written, else 0."""
    return expected.lower() in re.findall(r"\w+", output.lower())
