"""What calls of models cost, at the providers' public prices."""

import math
from collections.abc import Iterable

from assay.domain.value import Value


class Price(Value):
    """Dollars a token, of a call of ordinary length: what providers add for very long contexts is not in it."""

    prompt: float
    output: float

    def of(self, prompt_tokens: int, output_tokens: int) -> float:
        """Dollars for so many tokens."""
        return self.prompt * prompt_tokens + self.output * output_tokens


class Spent(Value):
    """The tokens that one model counted, and in how many answers the provider did not say how many they were."""

    prompt_tokens: int = 0
    output_tokens: int = 0
    uncounted: int = 0

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            uncounted=self.uncounted + other.uncounted,
        )

    def cost(self, price: Price | None) -> float | None:
        """Dollars; None where the price or some of the tokens are not known. Nothing at all costs nothing."""
        if self == Spent():
            return 0.0
        known = price is not None and not self.uncounted
        return price.of(self.prompt_tokens, self.output_tokens) if known and price else None


def total(costs: Iterable[float | None]) -> float | None:
    """The sum; None where one of them is not known."""
    found = list(costs)
    return None if None in found else math.fsum(cost for cost in found if cost is not None)
