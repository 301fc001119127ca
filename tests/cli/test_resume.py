"""`assay resume`: one request, and what comes of it."""

import json

import httpx
from typer.testing import CliRunner

from assay.client import clients
from assay_cli.main import app

EVALUATION = "ev_VbjSTJnTbwS1cHMxlYnlt"


def test_an_evaluation_is_set_running_again(monkeypatch):
    asked = []

    def answer(request):
        asked.append((request.method, request.url.path, json.loads(request.content), request.headers["Authorization"]))
        return httpx.Response(200, json={"id": EVALUATION, "status": "running"})

    client = httpx.Client
    monkeypatch.setattr(
        clients.httpx, "Client", lambda **how: client(**{**how, "transport": httpx.MockTransport(answer)})
    )
    monkeypatch.setenv("ASSAY_URL", "http://stub")
    monkeypatch.setenv("ASSAY_API_KEY", "asy_1")
    said = CliRunner().invoke(app, ["resume", EVALUATION])
    assert asked == [("PATCH", f"/v4/evaluations/{EVALUATION}/status", {"status": "running"}, "Bearer asy_1")]
    assert (said.exit_code, said.output) == (0, f"{EVALUATION} is running and goes on from its checkpoints.\n")
