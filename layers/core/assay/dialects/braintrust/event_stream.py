"""Server-sent events of an eval (contracts/braintrust.md §3.5), all of them at once: Lambda's Python cannot stream."""

import json
import re

from assay.domain.value import JsonValue

Body = dict[str, JsonValue]


def frame(event: str, data: str) -> str:
    """One event; its data is one line."""
    return f"event: {event}\ndata: {data}\n\n"


def unfinished(summary: Body, wait_url: str) -> str:
    """The frames of an eval that goes on: its end is to be asked for later."""
    return started(summary) + frame("progress", progress(summary, wait_url)) + frame("done", "")


def finished(summary: Body, failure: str | None) -> str:
    """The frames of an eval that is over; `failure` says what of it was not done."""
    error = frame("error", json.dumps(failure)) if failure is not None else ""
    end = frame("summary", line(summary)) if summary["scores"] is not None else ""
    return started(summary) + error + end + frame("done", "")


def started(summary: Body) -> str:
    """The first frame: the summary without numbers."""
    return frame("start", line({**summary, "scores": {}, "metrics": {}, "statistics": {}}))


def progress(summary: Body, wait_url: str) -> str:
    """That it goes on, and where its end can be waited for."""
    data = json.dumps({"message": "still running", "wait_url": wait_url})
    return json.dumps(
        {
            "id": summary["experiment_id"],
            "object_type": "task",
            "format": "global",
            "output_type": "any",
            "name": summary["experiment_name"],
            "event": "progress",
            "data": data,
        }
    )


def line(summary: Body) -> str:
    """A summary in one line, with its keys in both of the styles that clients read."""
    both = {**{camel(name): value for name, value in summary.items()}, **summary}
    return json.dumps(both)


def camel(name: str) -> str:
    """experiment_id -> experimentId."""
    return re.sub("_([a-z])", lambda found: found[1].upper(), name)
