"""Assay: LLM evaluations inside the user's own AWS account."""

from typing import Any


def __getattr__(name: str) -> Any:
    """`assay.Client`, loaded when it is asked for: the functions must not load an HTTP client."""
    if name == "Client":
        from assay.client import Client  # noqa: PLC0415

        return Client
    raise AttributeError(f"module 'assay' has no attribute '{name}'")
