"""`assay down`."""

from rich.console import Console

from assay_cli import cloud
from assay_cli.places import here
from assay_cli.steps import Steps


def down() -> None:
    """Stop the local cloud. What it holds is kept for the next `assay up`."""
    steps, places = Steps(Console()), here()
    running = cloud.running(places)
    if running is None:
        steps.say("The local cloud is not running.")
        return
    with steps.step("Stop the local cloud"):
        cloud.stop(places, running)
