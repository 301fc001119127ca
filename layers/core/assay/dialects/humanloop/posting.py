"""What it takes to post logs to evaluations."""

from typing import Any


def posting(ports: Any) -> dict[str, Any]:
    """The ports that use_cases/update_evaluation/logs.py needs."""
    stores = {"resources": ports.resources, "datasets": ports.datasets, "posted": ports.posted}
    return {**stores, "scoring": ports.scoring, "clock": ports.clock}
