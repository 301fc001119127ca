"""`assay up`."""

import signal
from typing import Annotated

import typer
from rich.console import Console

from assay_cli.bring_up import bring_up
from assay_cli.places import here
from assay_cli.steps import Steps

Port = Annotated[
    int | None,
    typer.Option(
        min=1, max=65535, help="Where the local cloud listens; remembered. At first 4566.", show_default=False
    ),
]


def up(port: Port = None) -> None:
    """Start the local cloud and deploy the stack to it. Again: deploy what changed.

    OPENAI_API_KEY with OPENAI_BASE_URL, and ANTHROPIC_API_KEY, become the stack's provider settings; what is not
    in the environment stays as it was. `.assay/env` is written for clients.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that what was started is stopped then, too
    bring_up(here(), port, Steps(Console()))
