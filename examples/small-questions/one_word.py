"""Whether the answer is as short as was asked for."""


def handler(output: str) -> bool:
    """1 when the answer is a single word, else 0."""
    return len(output.split()) == 1
