"""The local cloud's process: ministack, on loopback, with nothing of the user's environment in it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException

from assay_cli.env_file import HOST, REGION
from assay_cli.errors import CommandFailed, PortTaken, StepFailed
from assay_cli.places import Places

DEFAULT_PORT = 4566
SECONDS_TO_START = 60
SECONDS_TO_STOP = 60
LAST_WORD = b"SFTP: stopped"
"""What ministack logs once its state is written; its process may then still wait for invocations under way."""
INHERITED = ("PATH", "LANG", "LC_ALL", "TZ")


@dataclass(frozen=True)
class Cloud:
    """A running local cloud. Its process leads a group: the functions' processes are in it."""

    pid: int
    port: int

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"


def environment(places: Places, port: int, outer: Mapping[str, str]) -> dict[str, str]:
    """All that ministack gets to see, and its functions after it: a few harmless names of `outer`, and no key.

    Without DOCKER_HOST ministack would tidy up containers of other ministacks; without LAMBDA_EXECUTOR it would use
    Docker where there is one.
    """
    return {name: outer[name] for name in INHERITED if name in outer} | {
        "AUTH": "true",
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(places.state / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(places.state / "s3"),
        "TMPDIR": str(places.scratch),
        "LAMBDA_EXECUTOR": "local",
        "DOCKER_HOST": f"unix://{places.state / 'no-docker'}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def running(places: Places) -> Cloud | None:
    """The local cloud of this clone, if it runs."""
    if not places.process_file.exists():
        return None
    cloud = Cloud(**json.loads(places.process_file.read_text()))
    return cloud if is_ministack(cloud.pid) else None


def is_ministack(pid: int) -> bool:
    """Whether `pid` is a ministack: after a reboot the number may be another program's."""
    shown = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return "ministack" in shown.stdout


def chosen_port(places: Places, wanted: int | None) -> int:
    """The port asked for, else that of last time, else the usual one."""
    if wanted is not None:
        return wanted
    return int(places.port_file.read_text()) if places.port_file.exists() else DEFAULT_PORT


def require_free(port: int) -> None:
    """Raises PortTaken where something listens on the port."""
    with socket.socket() as probe:
        if probe.connect_ex((HOST, port)) == 0:
            raise PortTaken(port)


def start(places: Places, port: int, outer: Mapping[str, str]) -> Cloud:
    """Starts the local cloud and waits until it answers. Raises PortTaken, or StepFailed if it dies at once."""
    require_free(port)
    places.prepare()
    end_leftovers(places)
    empty_scratch(places)
    process = spawn(places, environment(places, port, outer))
    cloud = Cloud(process.pid, port)
    try:
        places.process_file.write_text(json.dumps(asdict(cloud)))
        await_answer(places, cloud, process)
    except BaseException:
        stop(places, cloud)
        raise
    places.port_file.write_text(f"{port}\n")
    return cloud


def spawn(places: Places, variables: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    """Starts ministack in a session of its own: it outlives the terminal, and can be ended with all it started."""
    with places.cloud_log.open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "ministack"],
            env=variables,
            cwd=places.state,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def await_answer(places: Places, cloud: Cloud, process: "subprocess.Popen[bytes]") -> None:
    """Comes back when the cloud answers. Raises StepFailed if it ends, or does not answer within SECONDS_TO_START."""
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        if answers(cloud):
            return
        time.sleep(0.1)
    raise StepFailed(f"The local cloud did not start; {places.cloud_log} says why.")


def answers(cloud: Cloud) -> bool:
    """Whether the cloud serves requests."""
    connection = HTTPConnection(HOST, cloud.port, timeout=2)
    try:
        connection.request("GET", "/_ministack/health")
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def stop(places: Places, cloud: Cloud, patience: float = SECONDS_TO_STOP) -> None:
    """Ends the cloud once it has written its state, and with it the invocations under way.

    Raises CommandFailed where that takes more than `patience` seconds: then it is killed.
    """
    logged = places.cloud_log.stat().st_size
    with suppress(ProcessLookupError):
        os.kill(cloud.pid, signal.SIGTERM)
    ended = within(patience, lambda: not exists(cloud.pid) or wrote_state(places, logged))
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(cloud.pid, signal.SIGKILL)
    places.process_file.unlink(missing_ok=True)
    empty_scratch(places)
    if not ended:
        raise CommandFailed(f"The local cloud had to be killed; {places.cloud_log} says whether its state was written.")


def wrote_state(places: Places, logged: int) -> bool:
    """Whether the cloud has said its last word since its log was `logged` bytes long."""
    with places.cloud_log.open("rb") as log:
        log.seek(logged)
        return LAST_WORD in log.read()


def within(seconds: float, condition: Callable[[], bool]) -> bool:
    """Waits for the condition to hold; False if it does not by then."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def exists(pid: int) -> bool:
    """Whether the process runs. One that has ended and is our child is taken leave of."""
    with suppress(ChildProcessError):
        return os.waitpid(pid, os.WNOHANG) == (0, 0)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def end_leftovers(places: Places) -> None:
    """Ends processes of functions that outlived a cloud which was killed; they are known by where their code lies."""
    shown = subprocess.run(["ps", "-A", "-ww", "-o", "pid=,command="], capture_output=True, text=True, check=True)
    for line in shown.stdout.splitlines():
        if f"{places.scratch}/" in line:
            with suppress(ProcessLookupError):
                os.kill(int(line.split()[0]), signal.SIGKILL)


def empty_scratch(places: Places) -> None:
    """Takes away what functions left in their temporary folders, which a killed one does not.

    A process of its own removes it: these are tens of thousands of files, and nobody needs to wait for that.
    """
    places.scratch.rename(places.state / f"{places.scratch.name}-{time.time_ns()}")
    places.scratch.mkdir()
    remove = ["sh", "-c", 'rm -rf "$0"-* &', str(places.scratch)]
    subprocess.run(remove, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True, check=True)
