"""Numbers of things, as people say them."""


def so_many(number: int, thing: str) -> str:
    """The number of things: one, or several."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
