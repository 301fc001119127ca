"""A local cloud for tests: the `assay` command itself, with a state and a port of its own."""

import json
import os
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from random import SystemRandom
from typing import Any

import boto3
import httpx

ROOT = Path(__file__).parents[2]
ASSAY = Path(sys.executable).with_name("assay")
OURS = ("ASSAY_", "AWS_", "OPENAI_", "ANTHROPIC_")
LONGEST_COMMAND = 400
CARETAKER = "import subprocess, sys; sys.stdin.read(); sys.exit(subprocess.call(sys.argv[1:]))"
"""Waits until nobody holds the other end of its standard input, then runs the command it was given."""


PORTS = range(20_000, 30_000)
"""Below those that Linux and macOS hand out to whoever asks for any: nobody gets one of them by chance meanwhile."""


def free_port() -> int:
    """A port at which nothing listens."""
    return next(port for port in SystemRandom().sample(PORTS, len(PORTS)) if is_free(port))


def is_free(port: int) -> bool:
    """Whether nothing listens at it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


class LocalCloud:
    """A local cloud whose state lies in `state`; `settings` are in the environment of every `assay`."""

    def __init__(self, state: Path, settings: Mapping[str, str]) -> None:
        self.state, self.settings = state, settings
        self.variables: dict[str, str] = {}

    def up(self, *options: str, **settings: str) -> None:
        """Brings it up, or up to date with `settings`, and learns what `assay env` prints."""
        self.assay("up", *options, **settings)
        lines = self.assay("env").splitlines()
        self.variables = dict(shlex.split(line)[1].split("=", 1) for line in lines)

    def assay(self, *words: str, **settings: str) -> str:
        """Runs `assay` and returns what it says. Raises AssertionError, with what it complains of, where it fails."""
        done = subprocess.run(
            [ASSAY, *words],
            cwd=ROOT,
            env=self.environment | settings,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LONGEST_COMMAND,
            check=False,
        )
        assert done.returncode == 0, f"assay {' '.join(words)} ended with {done.returncode}: {done.stdout}{done.stderr}"
        return done.stdout

    @contextmanager
    def taken_down(self) -> Iterator[None]:
        """Takes it down when the body is through, and also when this process is killed: a caretaker sees either."""
        caretaker = subprocess.Popen(
            [sys.executable, "-c", CARETAKER, ASSAY, "down"],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            yield
        finally:
            caretaker.communicate(timeout=LONGEST_COMMAND)
            assert caretaker.returncode == 0, f"`assay down` ended with {caretaker.returncode}"

    @property
    def environment(self) -> dict[str, str]:
        """That of the tests, without what is about another cloud or provider."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        return kept | {"ASSAY_STATE_DIR": str(self.state), "COLUMNS": "200"} | self.settings

    def client(self, key: str | None = None) -> httpx.Client:
        """A client of the API under `/v4`, for the holder of `key`: by default that of `assay env`."""
        headers = {"X-API-KEY": key or self.variables["ASSAY_API_KEY"]}
        return httpx.Client(base_url=self.variables["HUMANLOOP_HOST"], headers=headers, timeout=60, trust_env=False)

    def new_key(self, organisation: str, scope: str = "admin") -> str:
        """A key that `assay keys` makes."""
        return self.assay("keys", "create", "--local", "--organisation", organisation, "--scope", scope).strip()

    def aws(self, service: str, **credentials: str) -> Any:
        """A client of boto3's for the local cloud, by default its operator's."""
        operator = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        where = {"endpoint_url": self.variables["AWS_ENDPOINT_URL"], "region_name": self.variables["AWS_REGION"]}
        return boto3.client(service, **where, **(credentials or operator))  # type: ignore[call-overload]

    @cached_property
    def outputs(self) -> dict[str, str]:
        """The outputs of the stack."""
        found = self.aws("cloudformation").describe_stacks(StackName="assay")["Stacks"][0]["Outputs"]
        return {each["OutputKey"]: each["OutputValue"] for each in found}

    def summary(self, evaluation_id: str, organisation: str = "local") -> dict[str, Any]:
        """The summary of an evaluation, as it lies in S3."""
        key = f"{organisation}/evaluations/{evaluation_id}/summary.json"
        body = self.aws("s3").get_object(Bucket=self.outputs["BucketName"], Key=key)["Body"].read()
        return dict(json.loads(body))

    def execution(self, evaluation_id: str) -> str:
        """The ARN of the first execution for an evaluation."""
        machine = self.outputs["StateMachineArn"]
        return f"{machine.replace(':stateMachine:', ':execution:')}:{evaluation_id}-1"

    def workers(self, function: str) -> list[int]:
        """The processes in which the function runs or is ready to run."""
        shown = subprocess.run(["ps", "-A", "-ww", "-o", "pid=,command="], capture_output=True, text=True, check=True)
        ours = (line.split(None, 1) for line in shown.stdout.splitlines() if f"{self.state}/" in line)
        return [int(pid) for pid, command in ours if f"-{function}-" in command]
