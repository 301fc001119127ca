"""The functions' real entry points, called in this process as Lambda calls them: JSON in, JSON out."""

import json
from collections.abc import Callable
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

FUNCTIONS = Path(__file__).parents[2] / "functions"


class FarContext:
    """Lambda's context, of an invocation that has plenty of time."""

    function_name = "a-function"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:a-function"
    aws_request_id = "00000000-0000-0000-0000-000000000000"

    def __init__(self, seconds: float = 900) -> None:
        self.seconds = seconds

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds * 1000)


@cache
def handler(folder: str) -> Callable[[dict[str, Any], Any], Any]:
    """The handler of a folder of functions/; all their modules are called `app`, so each is loaded by its path."""
    spec = spec_from_file_location(f"functions_{folder}", FUNCTIONS / folder / "app.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    loaded: Callable[[dict[str, Any], Any], Any] = module.handler
    return loaded


def invoked(folder: str, event: dict[str, Any], context: Any = None) -> Any:
    """What the function answers, through JSON both ways. What it raises is raised."""
    answer = handler(folder)(json.loads(json.dumps(event)), context or FarContext())
    return json.loads(json.dumps(answer))
