"""A stack on which every call of a function starts a new process, as on Lambda after a pause; over moto in this one."""

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from botocore.awsrequest import AWSPreparedRequest
from moto.core.models import botocore_stubber

from tests.support.aws import Stack, stack
from tests.support.entry_points import FUNCTIONS, FarContext, Lambda
from tests.support.serving import served

PROGRAM = Path(__file__).parent / "new_process.py"


class FirstRequest(NamedTuple):
    """What a process took for it, in milliseconds of processor time; and whether it called a model's provider."""

    folder: str
    milliseconds: float
    over_http: bool


class ColdLambda(Lambda):
    """The service, when nothing is warm. `taken` has the first requests of processes, in the order in which they ended.

    Bytecode lies in a folder, as it does in the layers: whoever is first there writes it.
    """

    def __init__(self, bytecode: Path) -> None:
        super().__init__()
        self.bytecode, self.port = bytecode, 0
        self.taken: list[FirstRequest] = []

    def run(self, folder: str, event: dict[str, Any], context: Any) -> Any:
        if (FUNCTIONS / folder / "app.mjs").exists():
            return super().run(folder, event, context)
        seconds = (context or FarContext()).seconds
        command = [sys.executable, str(PROGRAM), str(self.port), str(FUNCTIONS / folder), str(seconds)]
        bytecode = {"PYTHONPYCACHEPREFIX": str(self.bytecode), "PYTHONDONTWRITEBYTECODE": ""}
        done = subprocess.run(
            command, input=json.dumps(event), stdout=subprocess.PIPE, text=True, check=True, env=os.environ | bytecode
        )
        answer, milliseconds, over_http = json.loads(done.stdout.rpartition("\n")[2])
        self.taken.append(FirstRequest(folder, milliseconds, over_http))
        return answer


def handler_for(functions: Lambda) -> type[BaseHTTPRequestHandler]:
    """What answers for AWS: the functions where one is invoked, else moto, which bears one call at a time."""
    turn = Lock()

    def answered(request: AWSPreparedRequest) -> tuple[int, dict[str, str], bytes]:
        if "/invocations" in request.url:
            found = functions.answer(request)
            return found.status_code, dict(found.headers), found.content
        with turn:
            status, headers, body = botocore_stubber.process_request(request)
        return status, dict(headers), body.encode() if isinstance(body, str) else body

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"]))
            method, url, headers, body = pickle.loads(sent)  # noqa: S301 (of a process that this one started)
            written = pickle.dumps(answered(AWSPreparedRequest(method, url, headers, body, stream_output=False)))
            self.send_response(200)
            self.send_header("Content-Length", str(len(written)))
            self.end_headers()
            self.wfile.write(written)

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    return Handler


@contextmanager
def cold_stack(bytecode: Path) -> Iterator[tuple[Stack, ColdLambda]]:
    """A stack, and the service behind it."""
    functions = ColdLambda(bytecode)
    with stack(functions) as cloud, served(handler_for(functions)) as functions.port:
        yield cloud, functions
