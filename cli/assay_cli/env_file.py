"""`.assay/env`: what a shell, an SDK and the AWS tools need to speak to the local cloud."""

import shlex
from collections.abc import Mapping

from assay_cli.errors import NotRunning
from assay_cli.places import Places, write_secret

HOST = "127.0.0.1"
REGION = "us-east-1"


def aws_variables(cloud_url: str) -> dict[str, str]:
    """What makes AWS tools speak to the local cloud. Its credentials are dummies that open nothing else."""
    return {
        "AWS_ENDPOINT_URL": cloud_url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
    }


def assay_variables(api_url: str, api_key: str) -> dict[str, str]:
    """What makes clients of the API speak to it: both dialects answer under ASSAY_URL."""
    return {"ASSAY_URL": api_url, "ASSAY_API_KEY": api_key, "HUMANLOOP_HOST": f"{api_url}/v4"}


def render(variables: Mapping[str, str]) -> str:
    """The variables as lines that a shell can evaluate."""
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in variables.items())


def parse(text: str) -> dict[str, str]:
    """The variables that `render` wrote."""
    words = [shlex.split(line)[1] for line in text.splitlines() if line.startswith("export ")]
    return dict(word.split("=", 1) for word in words)


def write(places: Places, variables: Mapping[str, str]) -> None:
    """Writes `.assay/env`, readable by its owner alone."""
    write_secret(places.env_file, render(variables))


def read(places: Places) -> dict[str, str]:
    """The variables of `.assay/env`; none where it was never written."""
    return parse(places.env_file.read_text()) if places.env_file.exists() else {}


def required(places: Places) -> dict[str, str]:
    """The variables of `.assay/env`. Raises NotRunning where there are none."""
    variables = read(places)
    if not variables:
        raise NotRunning
    return variables
