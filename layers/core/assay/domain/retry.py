"""When a provider call is made again, and after how long. The only place that decides it."""

from collections.abc import Callable

from assay.domain.errors import ProviderError, ProviderGarbled, ProviderThrottled, ProviderUnavailable
from assay.domain.value import Value

Random = Callable[[], float]
"""Uniform in [0, 1)."""


class RetryRule(Value):
    """Full jitter: the n-th wait is uniform up to min(ceiling, first × 2ⁿ) seconds; the provider's own word wins.

    `attempts` bounds the calls for one row, and `patience` the seconds that they take together: two that hang fit into
    one turn of a worker, and a row that outlasted every turn would keep its lane for ever. A provider that asks for
    more than `longest` seconds is not waited for inside a worker: the lane is held instead.
    """

    attempts: int = 8
    first: float = 0.5
    ceiling: float = 20
    longest: float = 20
    patience: float = 500

    def wait(
        self, error: ProviderError, attempt: int, random: Random, *, garbled: bool = False, took: float = 0
    ) -> float | None:
        """Seconds to wait after the `attempt`-th call (from 1) failed with `error`; None means give up.

        A senseless answer is asked for again at once, and only once: `garbled` says that the row has had one. `took`
        are the seconds of its calls so far.
        """
        if attempt >= self.attempts or took >= self.patience:
            return None
        if isinstance(error, ProviderGarbled):
            return None if garbled else 0
        if not isinstance(error, ProviderThrottled | ProviderUnavailable):
            return None
        backoff = random() * min(self.ceiling, self.first * 2**attempt)
        asked = error.retry_after if isinstance(error, ProviderThrottled) else None
        return backoff if asked is None else asked + random()
