"""Which API a command speaks to, and as whom."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from assay.client import Client
from assay_cli import env_file
from assay_cli.aws_session import speak_to
from assay_cli.errors import Misused
from assay_cli.places import here

URL, KEY = "ASSAY_URL", "ASSAY_API_KEY"


def api_in_question() -> tuple[str, str]:
    """The API and the key that the environment names, else those of the local cloud. Raises NotRunning, Misused."""
    named = [name for name in (URL, KEY) if os.environ.get(name)]
    if len(named) == 1:
        raise Misused(f"{named[0]} is set, and {KEY if named == [URL] else URL} is not: set both, or neither.")
    if named:
        return os.environ[URL], os.environ[KEY]
    variables = env_file.required(here())
    speak_to(variables["AWS_ENDPOINT_URL"])
    return variables[URL], variables[KEY]


@contextmanager
def connected() -> Iterator[Client]:
    """The API in question. Raises NotRunning."""
    with Client(*api_in_question()) as client:
        yield client
