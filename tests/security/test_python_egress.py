"""Python that SandboxEgress lets out: to the hosts on the list, by connections that the function carries."""

import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from assay.adapters.sandbox.python import PythonSandbox
from assay.domain.egress import destinations
from tests.security.sandboxes import result, results, value


class Answers(BaseHTTPRequestHandler):
    """Answers who asked for what; where nobody reads the whole answer, it is noted that the connection broke."""

    broken = threading.Event()

    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        if self.path == "/endless":
            self.endless()
        else:
            self.wfile.write(f"{self.path} of {self.headers['Host']}".encode())

    def endless(self):
        try:
            while True:
                self.wfile.write(b"x" * 4096)
                time.sleep(0.01)
        except OSError:
            self.broken.set()

    def log_message(self, *_):
        """Nothing."""


@pytest.fixture(scope="module")
def port():
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.fixture(scope="module")
def outgoing(port):
    return PythonSandbox(reachable=destinations(f"127.0.0.1:{port}, nobody.invalid, localhost:{port}"))


def open_descriptors():
    return len(list(Path("/proc/self/fd").iterdir()))


def fetching(url):
    return (
        f"import urllib.request\ndef score(row):\n  return urllib.request.urlopen({url!r}, timeout=9).read().decode()"
    )


def test_a_listed_host_is_reached(outgoing, port):
    assert value(outgoing, fetching(f"http://127.0.0.1:{port}/a")) == f"/a of 127.0.0.1:{port}"


def test_coroutines_reach_it_side_by_side(outgoing, port):
    code = f"""
import asyncio
async def asked(n):
    reader, writer = await asyncio.open_connection("127.0.0.1", {port})
    writer.write(f"GET /{{n}} HTTP/1.0\\r\\n\\r\\n".encode())
    return (await reader.read()).decode().splitlines()[-1]
async def score(row):
    return await asyncio.gather(*(asked(n) for n in range(3)))
"""
    assert value(outgoing, code) == ["/0 of None", "/1 of None", "/2 of None"]


@pytest.mark.parametrize(
    ("target", "why"),
    [
        (
            "127.0.0.1:{other}",
            "The sandbox may not connect to 127.0.0.1:{other}: the stack's parameter SandboxHosts does",
        ),
        ("169.254.169.254:80", "The sandbox may not connect to 169.254.169.254:80: the stack's parameter SandboxHosts"),
        ("localhost:{port}", "The sandbox may not connect to localhost:{port}: it has an address that is not public."),
        ("nobody.invalid:443", "nobody.invalid:443 could not be connected to: "),
        ("example.com:443", "The sandbox may not connect to example.com:443: the stack's parameter SandboxHosts does"),
    ],
)
def test_whatever_else_is_asked_for_is_refused_in_words(outgoing, port, target, why):
    where, why = (text.format(port=port, other=port + 1) for text in (target, why))
    assert why in result(outgoing, fetching(f"http://{where}/"), wall=20).error


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.2", "0.0.0.0"])  # noqa: S104
def test_what_answers_for_the_function_is_never_reached(monkeypatch, port, address):
    monkeypatch.setenv("AWS_LAMBDA_RUNTIME_API", f"127.0.0.1:{port}")
    careless = PythonSandbox(reachable=destinations(f"{address}:{port}"))
    assert "may not connect to" in result(careless, fetching(f"http://{address}:{port}/")).error


@pytest.mark.parametrize(
    "attempt",
    [
        "import _socket; _socket.socket(2, 1, 0)",
        "import socket; socket.gethostbyname('example.com')",
        "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
        "import socket; socket.socket(socket.AF_UNIX).connect('\\0anything')",
        "import socket; socket.socket(socket.AF_INET, socket.SOCK_RAW, 6)",
        "import ctypes; n = ctypes.CDLL(None, use_errno=True).socket(2, 1, 0); assert n >= 0, PermissionError()",
    ],
)
def test_a_row_has_connections_and_no_sockets(outgoing, attempt):
    assert "Error" in result(outgoing, f"def score(row):\n  {attempt}").error


NONSENSE = {
    "nothing": "", "no port": "127.0.0.1", "no host": " 80", "three words": "a b c", "nul": "\0 1", "long": "x" * 400,
    "negative": "127.0.0.1 -1", "exponent": "127.0.0.1 1e3", "endless": "x" * 200_000,
}  # fmt: skip


@pytest.mark.parametrize("wish", NONSENSE)
def test_a_wish_that_makes_no_sense_costs_its_row_only(outgoing, port, wish):
    rude = f"""
import socket
def score(row):
    if row is None:
        return socket.create_connection(("127.0.0.1", {port})).getpeername()[0]
    way = socket.socket()
    try:
        way.sendall(row.encode() + b"\\n")
        return way.recv(1) != b"="
    except OSError:
        return True
"""
    said = results(outgoing, rude, None, NONSENSE[wish], None, wall=20)
    assert [one.value for one in said] == ["127.0.0.1", True, "127.0.0.1"]


@pytest.mark.parametrize("attempt", ["socket().bind(('127.0.0.1', 0))", "create_server(('127.0.0.1', 0))"])
def test_nothing_is_taken_in(outgoing, attempt):
    code = f"import socket\ndef score(row): socket.{attempt}"
    assert "The sandbox lets connections out, and takes none in." in result(outgoing, code).error


def test_hosts_are_names_of_one_word(outgoing, port):
    code = f"""
import socket
def score(row):
    said = []
    for host in (b"127.0.0.1", "127.0.0.1\\n127.0.0.1", "127.0.0.1 x", "127.0.0.1\\0"):
        try:
            way = socket.socket()
            way.connect((host, {port}))
            said.append(way.getpeername()[1] == {port} and way.getsockname()[1])
            way.connect((host, {port}))
        except OSError as error:
            said.append(error.strerror or str(error))
    return said
"""
    no_name = "That is no name of a host."
    assert value(outgoing, code) == [0, "It is connected already.", no_name, no_name, no_name]


def test_a_row_opens_sixteen_connections_and_no_more(outgoing):
    code = """
import socket
def score(row):
    kept = []
    try:
        while True: kept.append(socket.socket())
    except OSError as error:
        return [len(kept), error.strerror]
"""
    assert value(outgoing, code) == [16, "A row of user code may open 16 connections."]


def test_a_connection_ends_with_its_row_and_nothing_of_it_is_left(outgoing, port):
    Answers.broken.clear()
    value(outgoing, fetching(f"http://127.0.0.1:{port}/"))
    before = open_descriptors()
    late = fetching(f"http://127.0.0.1:{port}/endless")
    assert result(outgoing, late, wall=0.5).error == "The code took longer than 0.5 s."
    assert Answers.broken.wait(20)
    assert open_descriptors() == before


def test_the_next_row_has_ways_of_its_own(outgoing, port):
    code = f"""
import socket
def score(row):
    way = socket.create_connection(("127.0.0.1", {port}))
    if row == 1:
        way.sendall(b"GET /first HTTP/1.0\\r\\n")
        return None
    way.sendall(b"GET /second HTTP/1.0\\r\\n\\r\\n")
    return b"".join(iter(lambda: way.recv(1000), b"")).decode().splitlines()[-1]
"""
    assert [one.value for one in results(outgoing, code, 1, 2)] == [None, "/second of None"]


def test_a_host_has_one_address_at_a_time_so_that_what_is_checked_is_what_is_called(monkeypatch):
    asked = []

    def answers(host, *_, **__):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 80)) for one in ("93.184.216.34", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", answers)
    rebinding = PythonSandbox(reachable=destinations("rebound.example.com:80"))
    assert "it has an address that is not public" in result(rebinding, fetching("http://rebound.example.com/")).error
    assert asked == ["rebound.example.com"]


@pytest.mark.parametrize(
    "name", ["evil.com\0.example.com", "8.8.8.8 .example.com", "a\\.example.com", "..example.com", "ü.example.com"]
)
def test_a_name_that_a_resolver_may_read_otherwise_is_looked_up_by_none(monkeypatch, name):
    asked = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *wish, **_: asked.append(wish) or [])
    any_below = PythonSandbox(reachable=destinations("*.example.com:80"))
    code = """
import socket
def score(name):
    way = socket.socket()
    way.sendall(name.encode() + b" 80\\n")
    return way.recv(1).decode()
"""
    assert results(any_below, code, name, wall=9)[0].value == "!"
    assert asked == []


def test_a_stack_whose_list_is_empty_carries_nothing(port):
    assert "SandboxEgress is off" in result(PythonSandbox(), fetching(f"http://127.0.0.1:{port}/")).error
