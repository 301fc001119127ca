"""A function in JavaScript, kept warm in a process of its own as Lambda does it."""

import json
import subprocess
from pathlib import Path
from threading import Lock
from typing import Any

HERE = Path(__file__).parent
SECONDS = 600
"""What an invocation may take, unless a test says less."""


class NodeFunction:
    """The function of an app.mjs. One event at a time, each answered before the next."""

    def __init__(self, app: Path) -> None:
        self.lock = Lock()
        self.process = subprocess.Popen(
            ["node", HERE / "node_function.mjs", app], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def invoked(self, event: dict[str, Any], seconds: float = SECONDS) -> Any:
        """What the handler answers, or the error that it ends with as Lambda writes it down."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with self.lock:
            self.process.stdin.write(json.dumps({"event": event, "seconds": seconds}) + "\n")
            self.process.stdin.flush()
            return json.loads(self.process.stdout.readline())

    def ended(self) -> None:
        """Takes the process down."""
        self.process.kill()
        self.process.communicate()
