"""`humanloop==0.7.35`, unmodified, where the gateway says that there are too many requests."""

import json
from collections import Counter
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.clients.conftest import told
from tests.story.tree import template
from tests.support.serving import served

pytestmark = pytest.mark.official_sdk

NOTHING = {"records": [], "page": 0, "size": 10, "total": 0}


@pytest.fixture(scope="module")
def throttled():
    """The gateway's answer, as the template has it."""
    return template()["Resources"]["Api"]["Properties"]["GatewayResponses"]["THROTTLED"]


def gateway(throttled, seen):
    """Throttles the first GET, and every POST."""

    class Gateway(BaseHTTPRequestHandler):
        def do_GET(self):
            seen["GET"] += 1
            self.send(throttled if seen["GET"] == 1 else None)

        def do_POST(self):
            seen["POST"] += 1
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send(throttled)

        def send(self, refused):
            body = refused["ResponseTemplates"]["application/json"] if refused else json.dumps(NOTHING)
            headers = refused["ResponseParameters"]["Headers"] if refused else {}
            self.send_response(refused["StatusCode"] if refused else 200)
            written = {"Content-Type": "application/json", "Content-Length": str(len(body)), "Connection": "close"}
            for name, value in {**written, **headers}.items():
                self.send_header(name, value.strip("'"))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_):
            """Says nothing."""

    return Gateway


def test_what_only_reads_is_asked_again_by_itself_and_what_writes_is_an_exception_with_a_body(
    humanloop_python, throttled
):
    seen, script = Counter(), Path(__file__).with_name("humanloop_throttled.py")
    with served(gateway(throttled, seen)) as port:
        words = [humanloop_python, script, "throttled", f"http://127.0.0.1:{port}/v4", "key"]
        came = told(words, seconds=30)
    assert came == {"found": [], "status": 429, "body": {"detail": "Too many requests."}}
    assert seen == {"GET": 2, "POST": 1}
