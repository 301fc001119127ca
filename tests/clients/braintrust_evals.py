"""What a user of Braintrust's REST client writes of evals. Runs in an environment that has `braintrust-api` and nothing of ours.

    python braintrust_evals.py FLOW URL KEY

It tells in JSON, in its last line, what the client hands back.
"""

import json
import sys
import time
import uuid
from collections.abc import Callable
from typing import Any

import httpx
from braintrust_api import APIStatusError, Braintrust

SHORT = "def handler(output, **others):\n    return {'name': 'short', 'score': len(output) < 100}\n"
RIGHT = "def handler(output, expected):\n    return float(expected in output)\n"
LAZY = "import time\ndef handler(input):\n    time.sleep(SECONDS)\n    return str(input)\n"


def client(url: str, key: str, **options: Any) -> Braintrust:
    """The client as anybody makes it."""
    return Braintrust(api_key=key, base_url=url, **options)


def prompt(words: str, model: str = "gpt-x") -> dict[str, Any]:
    """A task that puts a question to a model."""
    return {
        "inline_prompt": {
            "prompt": {"type": "chat", "messages": [{"role": "user", "content": words}]},
            "options": {"model": model, "params": {"temperature": 0}},
        }
    }


def code(name: str, source: str) -> dict[str, Any]:
    """A scorer that comes with the request."""
    return {"inline_context": {"runtime": "python", "version": "3.11"}, "name": name, "code": source}


def lazy(seconds: float) -> dict[str, Any]:
    """A task in code that takes its time."""
    return {"inline_context": {"runtime": "python", "version": "3.11"}, "code": LAZY.replace("SECONDS", str(seconds))}


def inline(rows: int) -> dict[str, Any]:
    """Sums with their answers."""
    return {"data": [{"input": {"a": n, "b": 2}, "expected": str(n + 2)} for n in range(rows)]}


def entries(summary: Any) -> dict[str, Any]:
    """A summary's numbers."""
    return json.loads(summary.model_dump_json())


def whole(url: str, key: str) -> dict[str, Any]:
    """Project, dataset, 100 rows, prompt, function, two evals, rows, summary."""
    bt = client(url, key)
    project = bt.projects.create(name=f"client {uuid.uuid4()}")
    dataset = bt.datasets.create(name="sums", project_id=project.id)
    bt.datasets.insert(dataset.id, events=[{"input": {"a": n, "b": 2}, "expected": str(n + 2)} for n in range(100)])
    task = bt.prompts.create(
        name="adder", slug="adder", project_id=project.id,
        prompt_data=prompt("Add {{input.a}} and {{input.b}}.")["inline_prompt"],
    )  # fmt: skip
    scorer = bt.functions.create(
        name="right", slug="right", project_id=project.id, function_type="scorer",
        function_data={
            "type": "code",
            "data": {"type": "inline", "runtime_context": {"runtime": "python", "version": "3.11"}, "code": RIGHT},
        },
    )  # fmt: skip
    wish: dict[str, Any] = {
        "project_id": project.id,
        "data": {"dataset_id": dataset.id},
        "task": {"function_id": task.id},
        "scores": [{"global_function": "Levenshtein"}, {"function_id": scorer.id}, code("shortness", SHORT)],
        "trial_count": 2,
    }
    first = bt.evals.create(experiment_name="first", **wish)
    worse = {**wish, "task": prompt("Add {{input.a}} and {{input.a}}.")}
    second = bt.evals.create(experiment_name="second", base_experiment_name="first", **worse)
    found = next(one for one in bt.experiments.list(project_id=project.id) if one.name == "second")
    summary = bt.experiments.summarize(found.id, summarize_scores=True)
    return {
        "first": entries(first),
        "second": entries(second),
        "again": entries(summary),
        "listed": [one.name for one in bt.experiments.list(project_id=project.id)],
        "dataset": [found.dataset_id, dataset.id, found.dataset_version],
        **counted(fetched(bt, found.id)),
    }


def counted(pages: list[list[dict[str, Any]]]) -> dict[str, Any]:
    """What is in the pages of an experiment's rows."""
    return {
        "pages": [len(page) for page in pages],
        "rows": [row for page in pages for row in page][:400],
        "roots": sum(row["span_id"] == row["root_span_id"] for page in pages for row in page),
        "traces": len({row["root_span_id"] for page in pages for row in page}),
        "origins": sum(bool(row["origin"]) for page in pages for row in page),
    }


def fetched(bt: Braintrust, experiment: str) -> list[list[dict[str, Any]]]:
    """All of an experiment's rows, 50 traces a page."""
    pages: list[list[dict[str, Any]]] = []
    cursor: Any = None
    while True:
        answer = bt.experiments.fetch_post(experiment, limit=50, cursor=cursor)
        events = [json.loads(event.model_dump_json()) for event in answer.events]
        if not events:
            return pages
        pages.append(events)
        cursor = answer.cursor


def small(url: str, key: str) -> dict[str, Any]:
    """An eval of rows and scorers that come with it."""
    bt = client(url, key)
    project = bt.projects.create(name=f"client {uuid.uuid4()}")
    wish: dict[str, Any] = {"project_id": project.id, "data": inline(20), "task": prompt("Add {{a}} and {{b}}.")}
    scores = [{"global_function": "Levenshtein"}, code("right", RIGHT), code("short", SHORT)]
    first = bt.evals.create(scores=scores, experiment_name="first", **wish)
    second = bt.evals.create(scores=scores, base_experiment_name="first", **wish)
    streamed = bt.evals.create(scores=scores[:1], stream=True, **wish)
    dear = {**wish, "task": prompt("Add {{a}} and {{b}}.", "gpt-4o-mini")}
    ended = refused(bt, lambda: bt.evals.create(scores=scores[:1], extra_body={"max_cost": 1e-9}, **dear))
    return {"first": entries(first), "second": entries(second), "streamed": str(streamed), "ended": ended}


def refused(bt: Braintrust, call: Callable[[], Any]) -> dict[str, Any]:
    """What the client raises, and how often it posted for it; whether the summary's link opens."""
    asked: list[str] = []
    bt._client.event_hooks["request"].append(lambda request: asked.append(request.method))
    try:
        call()
    except APIStatusError as error:
        body: Any = error.body
        link = httpx.get(body["experiment_url"]).status_code
        return {"kind": type(error).__name__, "body": body, "posts": asked.count("POST"), "link": link}
    return {}


def long(url: str, key: str, seconds: float) -> dict[str, Any]:
    """An eval that takes `seconds`, by a client that knows nothing of that."""
    bt = client(url, key)
    project = bt.projects.create(name=f"client {uuid.uuid4()}")
    turns = max(round(seconds / 10), 1)
    began = time.monotonic()
    summary = bt.evals.create(
        project_id=project.id, data=inline(turns), task=lazy(seconds / turns), scores=[code("short", SHORT)],
        max_concurrency=1,
    )  # fmt: skip
    return {"summary": entries(summary), "seconds": time.monotonic() - began}


def impatient(url: str, key: str) -> dict[str, Any]:
    """A client that waits for two seconds, and asks again, while an eval of ten goes on."""
    bt = client(url, key)
    project = bt.projects.create(name=f"client {uuid.uuid4()}")
    asked: list[str] = []
    hasty = client(url, key, timeout=2, max_retries=2)
    hasty._client.event_hooks["request"].append(lambda request: asked.append(f"{request.method} {request.url.path}"))
    try:
        answer: Any = entries(hasty.evals.create(
            project_id=project.id, data=inline(5), task=lazy(2), scores=[code("short", SHORT)], max_concurrency=1,
        ))  # fmt: skip
    except Exception as error:  # noqa: BLE001
        answer = type(error).__name__
    return {"asked": asked, "answer": answer, "project": project.id}


def main() -> None:
    """Runs one flow and tells."""
    flow, url, key, *more = sys.argv[1:]
    print(json.dumps(globals()[flow](url, key, *map(float, more))))  # noqa: T201


if __name__ == "__main__":
    main()
