"""`sam`: what builds the artefacts and deploys the stack, here and in a real account alike."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from assay_cli.aws_session import KEPT_FROM_PROGRAMS
from assay_cli.errors import StepFailed, ToolMissing
from assay_cli.places import Places

TOOLS = ("sam", "make", "uv", "node")
UP_TO_DATE = "No changes to deploy"
WHEEL_PLATFORMS = {"arm64": "aarch64-manylinux_2_28", "x86_64": "x86_64-manylinux_2_28"}


@dataclass(frozen=True)
class Target:
    """The machine that will run the functions. `platform` is uv's name for it, empty for this machine."""

    python: str
    architecture: str
    platform: str

    @classmethod
    def here(cls) -> Self:
        """The machine at hand, with this interpreter."""
        architecture = "arm64" if os.uname().machine in {"arm64", "aarch64"} else "x86_64"
        return cls(f"{sys.version_info.major}.{sys.version_info.minor}", architecture, "")

    @classmethod
    def aws(cls, python: str, architecture: str) -> Self:
        """AWS Lambda."""
        return cls(python, architecture, WHEEL_PLATFORMS[architecture])

    @property
    def parameters(self) -> dict[str, str]:
        """The stack's parameters that say which machine it is."""
        return {"Runtime": f"python{self.python}", "Architecture": self.architecture}


@dataclass(frozen=True)
class Build:
    """Where `sam build` puts what it makes for a target. Caches differ too: they know nothing of the target."""

    folder: Path
    cache: Path

    @classmethod
    def local(cls, places: Places, target: Target) -> Self:
        """For the local cloud."""
        return cls(places.state / "build", places.state / "cache" / target.python)

    @classmethod
    def for_aws(cls, places: Places, target: Target) -> Self:
        """For an account."""
        return cls(
            places.root / ".aws-sam/build", places.root / f".aws-sam/cache/{target.python}-{target.architecture}"
        )

    @property
    def template(self) -> Path:
        return self.folder / "template.yaml"


def environment(outer: Mapping[str, str], target: Target) -> dict[str, str]:
    """The environment of sam: the caller's without provider keys, this interpreter's programs first, and the target."""
    tools = Path(sys.executable).parent
    kept = {name: value for name, value in outer.items() if name not in KEPT_FROM_PROGRAMS}
    return kept | {
        "PATH": f"{tools}{os.pathsep}{outer.get('PATH', os.defpath)}",
        "LAYER_PYTHON": target.python,
        "LAYER_PLATFORM": target.platform,
        "SAM_CLI_TELEMETRY": "0",
        "SAM_CLI_POLL_DELAY": "1",
    }


def require_tools(path: str) -> None:
    """Raises ToolMissing for a program that is neither beside this interpreter nor on `path`."""
    here = f"{Path(sys.executable).parent}{os.pathsep}{path}"
    for tool in TOOLS:
        if shutil.which(tool, path=here) is None:
            raise ToolMissing(tool)


def build(places: Places, target: Target, made: Build, log: Path) -> None:
    """Builds the layers and copies the template. Raises StepFailed."""
    remove_bytecode(places)
    command = [
        "sam",
        "build",
        "--cached",
        "--parallel",
        "--build-dir",
        str(made.folder),
        "--cache-dir",
        str(made.cache),
    ]
    run(places, command, target, log)


def remove_bytecode(places: Places) -> None:
    """Removes what running the functions here left beside them: it would be packed, and differ each time."""
    for cache in (places.root / "functions").glob("**/__pycache__"):
        shutil.rmtree(cache)


def quoted(value: str) -> str:
    """A parameter's value as SAM reads it whole: it takes no empty one, and ends one at a blank."""
    return value if value and not re.search(r"[\s\"']", value) else json.dumps(value, ensure_ascii=False)


def deploy_command(
    places: Places, made: Build, stack: str, environment_name: str, parameters: Mapping[str, str]
) -> list[str]:
    """The `sam deploy` of a build, with the settings that samconfig.toml has for the environment."""
    overrides = [f"{name}={quoted(value)}" for name, value in parameters.items()]
    command = ["sam", "deploy", "--template-file", str(made.template), "--stack-name", stack]
    settings = ["--config-file", str(places.root / "samconfig.toml"), "--config-env", environment_name]
    return [*command, *settings, "--parameter-overrides", *overrides]


def run(places: Places, command: Sequence[str], target: Target, log: Path) -> str:
    """Runs a sam command in the clone and returns what it said, which also goes to `log`. Raises StepFailed."""
    with log.open("a") as file:
        file.write(f"$ {' '.join(command)}\n")
    done = subprocess.run(
        command,
        cwd=places.root,
        env=environment(os.environ, target),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    with log.open("a") as file:
        file.write(done.stdout)
    if done.returncode != 0:
        raise StepFailed(f"`{command[0]} {command[1]}` failed: {complaint(done.stdout)} (all of it: {log})")
    return done.stdout


def complaint(said: str) -> str:
    """What sam says is wrong: from its last `Error:` on, else its last line; not more than fits a line or two."""
    lines = [line.strip() for line in said.splitlines() if line.strip()] or ["it said nothing"]
    starts = [number for number, line in enumerate(lines) if line.startswith("Error:")]
    return " ".join(lines[starts[-1] :] if starts else lines[-1:])[:400]
