"""The stack's parameters: what samconfig.toml has for an environment, and over it what was asked for."""

import tomllib
from collections.abc import Iterable

from assay_cli.errors import CommandFailed
from assay_cli.places import Places


def chosen(places: Places, environment: str, wanted: Iterable[str]) -> dict[str, str]:
    """The parameters for a deployment. `wanted` are NAME=VALUE. Raises CommandFailed for anything else."""
    settings = tomllib.loads((places.root / "samconfig.toml").read_text())
    kept = settings[environment]["deploy"]["parameters"].get("parameter_overrides", [])
    return dict(parsed(each) for each in (*kept, *wanted))


def parsed(pair: str) -> tuple[str, str]:
    """NAME=VALUE as name and value. Raises CommandFailed."""
    name, equals, value = pair.partition("=")
    if not (name and equals):
        raise CommandFailed(f"A parameter is NAME=VALUE, not {pair!r}.")
    return name, value
