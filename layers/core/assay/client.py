"""A client of Assay's own API, for scripts and for the `assay` command: the routes of `/v1`, errors as sentences.

CallFailed
├── NotReached       nobody answers
└── Refused          the API answered with an error; `status` is HTTP's
"""

import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Self

import httpx

from assay.domain.value import JsonValue

TIMEOUT = httpx.Timeout(60, connect=5)
ATTEMPTS = 3
"""Of a request that may be made again, where the way to the API fails, or the API for now."""
PAUSE = 1.0
"""Seconds before another attempt."""
PASSING = frozenset({429, 502, 503, 504})
"""What is answered by who may do better in a moment."""
TRACES_A_PAGE = 200

Event = dict[str, Any]
"""A span of an experiment as the API has it."""


class CallFailed(Exception):
    """The API did not do what was asked."""


class NotReached(CallFailed):
    """Nobody answers at that address."""


class Refused(CallFailed):
    """The API answered with an error."""

    def __init__(self, request: str, status: int, sentence: str) -> None:
        super().__init__(f"{request} was answered with {status}: {sentence}")
        self.status = status


class ExperimentRow(NamedTuple):
    """One trial of a datapoint: what went in, what came out, and what the evaluators said of it.

    `scores` has None where an evaluator did not apply, `score_errors` why one has no score. `seconds` is the task's.
    """

    id: str
    ordinal: int
    inputs: JsonValue
    target: JsonValue
    output: JsonValue
    error: JsonValue
    metadata: dict[str, JsonValue]
    tags: list[str]
    scores: dict[str, float | None]
    reasons: dict[str, str]
    score_errors: dict[str, str]
    seconds: float | None


class Client:
    """The API at `url` (ASSAY_URL) as the holder of a key (ASSAY_API_KEY) sees it."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.sleep = sleep
        headers = {"Authorization": f"Bearer {key}"}
        self.http = httpx.Client(
            base_url=url.rstrip("/"), headers=headers, timeout=TIMEOUT, trust_env=False, transport=transport
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the connections."""
        self.http.close()

    def get(self, path: str, **query: str | int | bool) -> Any:
        """What is at `path`. Raises CallFailed."""
        return self.answer("GET", path, ATTEMPTS, params=query)

    def post(
        self, path: str, body: object, *, headers: Mapping[str, str] | None = None, is_repeatable: bool = False
    ) -> Any:
        """What `path` makes of `body`, asked for once unless asking twice comes to the same. Raises CallFailed."""
        return self.answer("POST", path, ATTEMPTS if is_repeatable else 1, json=body, headers=headers)

    def patch(self, path: str, body: object) -> Any:
        """What `path` becomes by `body`. Raises CallFailed."""
        return self.answer("PATCH", path, 1, json=body)

    def answer(self, method: str, path: str, attempts: int, **request: Any) -> Any:
        """The JSON of the answer. Raises NotReached after so many attempts, Refused for any status from 400 on."""
        try:
            response = self.http.request(method, path, **request)
        except httpx.TransportError as error:
            if attempts <= 1:
                raise NotReached(f"{self.http.base_url} does not answer: {error}") from error
            return self.again(method, path, attempts, **request)
        if response.status_code in PASSING and attempts > 1:
            return self.again(method, path, attempts, **request)
        if response.is_error:
            raise Refused(f"{method} {path}", response.status_code, response.text[:1000])
        return response.json()

    def again(self, method: str, path: str, attempts: int, **request: Any) -> Any:
        """As `answer`, after a pause, with one attempt less."""
        self.sleep(PAUSE)
        return self.answer(method, path, attempts - 1, **request)

    def summary(self, experiment_id: str, base_id: str | None = None) -> dict[str, Any]:
        """An experiment's numbers, beside a base or its own; its status where it goes on. Raises CallFailed."""
        base = {} if base_id is None else {"comparison_experiment_id": base_id}
        path = f"/v1/experiment/{experiment_id}/summarize"
        return dict(self.get(path, summarize_scores="true", **base))

    def rows(self, experiment_id: str) -> list[ExperimentRow]:
        """An experiment's rows in the order of its dataset, trials side by side. Raises CallFailed."""
        body: dict[str, JsonValue] = {"limit": TRACES_A_PAGE}
        traces: dict[str, Trace] = {}
        while events := (page := self.fetched(experiment_id, body))["events"]:
            for event in events:
                traces.setdefault(event["root_span_id"], Trace()).take(event)
            body["cursor"] = page["cursor"]
        return sorted((trace.row for trace in traces.values() if trace.root), key=lambda row: row.ordinal)

    def fetched(self, experiment_id: str, body: dict[str, JsonValue]) -> dict[str, Any]:
        """A page of an experiment's spans, those of one row together."""
        path = f"/v1/experiment/{experiment_id}/fetch"
        return dict(self.post(path, body, is_repeatable=True))


class Trace:
    """The spans of one row, of which scores may stand on any."""

    def __init__(self) -> None:
        self.root: Event = {}
        self.scores: dict[str, float | None] = {}
        self.reasons: dict[str, str] = {}

    def take(self, span: Event) -> None:
        """Takes in a span; of all but the root only what an evaluator says."""
        if span["is_root"]:
            self.root = span
        scores = span.get("scores") or {}
        self.scores.update(scores)
        rationale = (span.get("metadata") or {}).get("rationale")
        if isinstance(rationale, str):
            self.reasons.update(dict.fromkeys(scores, rationale))

    @property
    def row(self) -> ExperimentRow:
        """The row."""
        root = self.root
        metadata = dict(root.get("metadata") or {})
        errors = metadata.pop("scorer_errors", None) or {}
        return ExperimentRow(
            id=root["id"],
            ordinal=int((root.get("span_attributes") or {}).get("exec_counter") or 0),
            inputs=root.get("input"),
            target=root.get("expected"),
            output=root.get("output"),
            error=root.get("error"),
            metadata=metadata,
            tags=list(root.get("tags") or ()),
            scores=self.scores,
            reasons=self.reasons,
            score_errors={str(name): str(text) for name, text in errors.items()},
            seconds=seconds(root.get("metrics") or {}),
        )


def seconds(metrics: dict[str, Any]) -> float | None:
    """How long a span took; None where it never began."""
    start, end = metrics.get("start"), metrics.get("end")
    return end - start if isinstance(start, int | float) and isinstance(end, int | float) else None
