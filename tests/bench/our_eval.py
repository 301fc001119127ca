"""The bench's work as a program of a user's that launches it over HTTP and waits for the summary.

It takes one POST and no client library: urllib follows the redirections by which the answer is waited for.

.venv/bin/python tests/bench/our_eval.py ASSAY_URL KEY PROJECT_ID ROWS IN_FLIGHT
"""

import json
import sys
from urllib.request import Request, urlopen

TASK = {
    "inline_prompt": {
        "prompt": {"type": "chat", "messages": [{"role": "user", "content": "Add {{input.a}} and {{input.b}}."}]},
        "options": {"model": "gpt-x"},
    }
}
SCORERS = ({"global_function": "ExactMatch"}, {"global_function": "Levenshtein"})
"""They only compute."""


def main(url: str, key: str, project: str, rows: int, in_flight: int) -> None:
    """The rows go with the launch, as they do into Eval(); the answer, which comes at the end, has the scores."""
    data = [{"input": {"a": n, "b": 1}, "expected": f"The answer is {n + 1}."} for n in range(rows)]
    body = {"project_id": project, "data": {"data": data}, "task": TASK, "scores": SCORERS}
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    asked = json.dumps({**body, "max_concurrency": in_flight}).encode()
    with urlopen(Request(f"{url}/v1/eval", asked, headers), timeout=60) as answer:  # noqa: S310 - the bench's own
        found = json.load(answer)
    assert found["scores"]["ExactMatch"]["score"] == 1


if __name__ == "__main__":
    main(*sys.argv[1:4], *map(int, sys.argv[4:6]))
