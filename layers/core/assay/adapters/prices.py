"""Public prices of models, from the list that the package genai-prices carries: the network is not asked."""

from assay.domain.price import Price

CALL = 1000
"""Tokens of the call whose price is asked for: of ordinary length, and prices are by the thousand at least."""


class PriceList:
    """Implements ports.Prices. The mock is on no list, and the list is not read for it."""

    def price(self, provider: str, model: str) -> Price | None:
        if provider == "mock":
            return None
        from genai_prices import Usage, calc_price  # noqa: PLC0415 (it takes a quarter of a second, and httpx)

        def a_token(**cache: int) -> float:
            """Dollars a token of the prompt; all may be of the provider's cache."""
            usage = Usage(input_tokens=CALL, **cache)
            return float(calc_price(usage, model_ref=model, provider_id=provider).input_price / CALL)

        try:
            found = calc_price(Usage(output_tokens=CALL), model_ref=model, provider_id=provider)
        except LookupError:
            return None
        prompt, cached, created = a_token(), a_token(cache_read_tokens=CALL), a_token(cache_write_tokens=CALL)
        return Price(
            prompt=prompt,
            output=float(found.output_price / CALL),
            cached=cached if cached != prompt else None,
            cache_creation=created if created != prompt else None,
        )
