"""Whether the output names the number that was expected."""


def handler(output: str, expected: str) -> bool:
    """1 when the expected number is one of the output's words, else 0."""
    return expected in output.rstrip(".").split()
