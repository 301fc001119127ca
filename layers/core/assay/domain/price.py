"""What calls of models cost, at the providers' public prices."""

import math
from collections.abc import Iterable

from pydantic import Field

from assay.domain.score import Usage
from assay.domain.value import Value


class Price(Value):
    """Dollars a token, of a call of ordinary length: what providers add for very long contexts is not in it.

    `cached` and `cache_creation` are for tokens of the prompt that come from the provider's cache or go into it; None
    where these cost as much as any.
    """

    prompt: float
    output: float
    cached: float | None = Field(default=None, exclude_if=lambda price: price is None)
    cache_creation: float | None = Field(default=None, exclude_if=lambda price: price is None)

    def of(self, prompt_tokens: int, output_tokens: int, cached: int = 0, cache_creation: int = 0) -> float:
        """Dollars for so many tokens; of those of the prompt so many are of the cache."""
        dollars = self.prompt * prompt_tokens + self.output * output_tokens
        if cached:
            dollars += self.more(self.cached, cached)
        if cache_creation:
            dollars += self.more(self.cache_creation, cache_creation)
        return dollars

    def of_prompt(self, usage: Usage) -> float | None:
        """Dollars for the prompt of a call; None where its tokens were not counted."""
        if usage.prompt_tokens is None:
            return None
        return self.of(usage.prompt_tokens, 0, usage.cached_tokens or 0, usage.cache_creation_tokens or 0)

    def of_output(self, usage: Usage) -> float | None:
        """Dollars for what was answered; None where its tokens were not counted."""
        return None if usage.output_tokens is None else self.of(0, usage.output_tokens)

    def more(self, price: float | None, tokens: int) -> float:
        """What tokens of the prompt cost beyond its ordinary price, where they have one of their own."""
        return 0 if price is None else (price - self.prompt) * tokens


class Spent(Value):
    """The tokens that one model counted, and in how many answers the provider did not say how many they were."""

    prompt_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = Field(default=0, exclude_if=lambda count: not count)
    cache_creation_tokens: int = Field(default=0, exclude_if=lambda count: not count)
    uncounted: int = 0

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(**{name: count + getattr(other, name) for name, count in self})

    def cost(self, price: Price | None) -> float | None:
        """Dollars; None where the price or some of the tokens are not known. Nothing at all costs nothing."""
        if self == Spent():
            return 0.0
        known = price is not None and not self.uncounted
        counts = (self.prompt_tokens, self.output_tokens, self.cached_tokens, self.cache_creation_tokens)
        return price.of(*counts) if known and price else None


def total(costs: Iterable[float | None]) -> float | None:
    """The sum; None where one of them is not known."""
    found = list(costs)
    return None if None in found else math.fsum(cost for cost in found if cost is not None)
