"""`assay env`."""

import typer

from assay_cli import env_file
from assay_cli.places import here


def env() -> None:
    """Print what clients of the local cloud need, for a shell: `eval "$(assay env)"`."""
    typer.echo(env_file.render(env_file.required(here())), nl=False)
