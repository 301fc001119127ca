"""Public prices of models, from the list that the package genai-prices carries: the network is not asked."""

from assay.domain.price import Price

CALL = 1000
"""Tokens of the call whose price is asked for: of ordinary length, and prices are by the thousand at least."""


class PriceList:
    """Implements ports.Prices."""

    def price(self, provider: str, model: str) -> Price | None:
        from genai_prices import Usage, calc_price  # noqa: PLC0415 (it takes a quarter of a second, and httpx)

        try:
            found = calc_price(Usage(input_tokens=CALL, output_tokens=CALL), model_ref=model, provider_id=provider)
        except LookupError:
            return None
        return Price(prompt=float(found.input_price / CALL), output=float(found.output_price / CALL))
