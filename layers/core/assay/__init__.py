"""Assay: LLM evaluations inside the user's own AWS account."""

from typing import Any


def __getattr__(name: str) -> Any:
    """`assay.Client` and `assay.AsyncClient`, loaded when asked for: functions must not load an HTTP client."""
    if name in {"AsyncClient", "Client"}:
        from assay import client  # noqa: PLC0415

        return getattr(client, name)
    raise AttributeError(f"module 'assay' has no attribute '{name}'")
