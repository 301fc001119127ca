"""Which API a command speaks to, and as whom."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from assay.client import Client
from assay_cli import env_file
from assay_cli.aws_session import speak_to
from assay_cli.places import here


def api_in_question() -> tuple[str, str]:
    """The API and the key that the environment names, else those of the local cloud. Raises NotRunning."""
    if "ASSAY_URL" in os.environ and "ASSAY_API_KEY" in os.environ:
        return os.environ["ASSAY_URL"], os.environ["ASSAY_API_KEY"]
    variables = env_file.required(here())
    speak_to(variables["AWS_ENDPOINT_URL"])
    return variables["ASSAY_URL"], variables["ASSAY_API_KEY"]


@contextmanager
def connected() -> Iterator[Client]:
    """The API in question. Raises NotRunning."""
    with Client(*api_in_question()) as client:
        yield client
