"""The bench's work in Braintrust's own in-process Eval(): prints the seconds that it took.

.venv-braintrust/bin/python tests/bench/braintrust_eval.py BASE_URL ROWS IN_FLIGHT
"""

import contextlib
import io
import sys
import time
from typing import Any

import aiohttp
from braintrust import Eval


def main(base_url: str, rows: int, in_flight: int) -> None:
    """Adds numbers by way of the provider, scores by two pure functions."""
    sessions: list[aiohttp.ClientSession] = []

    async def task(asked: dict[str, str]) -> str:
        if not sessions:
            sessions.append(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=in_flight)))
        message = {"role": "user", "content": f"Add {asked['a']} and {asked['b']}."}
        body = {"model": "gpt-x", "messages": [message]}
        async with sessions[0].post(f"{base_url}/chat/completions", json=body) as answer:
            return str((await answer.json())["choices"][0]["message"]["content"])

    data = [{"input": {"a": str(n), "b": "1"}, "expected": f"The answer is {n + 1}."} for n in range(rows)]
    start = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        found = Eval(
            "bench",
            data=data,
            task=task,
            scores=[is_right, length],
            no_send_logs=True,
            max_concurrency=in_flight,
        )
    seconds = time.perf_counter() - start
    assert len(found.results) == rows
    assert found.summary.scores["is_right"].score == 1
    sys.stdout.write(f"{seconds:.3f}\n")


def is_right(input: Any, output: str, expected: str) -> float:  # noqa: A002
    """1 where the output is what is expected."""
    return float(output == expected)


def length(input: Any, output: str, expected: str) -> float:  # noqa: A002
    """The length of the output, up to 100 characters."""
    return min(len(output), 100) / 100


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
