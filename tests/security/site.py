"""Hosts on loopback that user code may reach, or may not."""

import json
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Barrier, Event, Lock, Thread
from time import sleep
from urllib.parse import unquote

LONG = 20
"""Seconds for what does nothing wrong, on a machine however busy."""


class Site(ThreadingHTTPServer):
    """Hosts on loopback that answer as their paths say."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Page)
        self.asked, self.lock = Counter(), Lock()
        self.four, self.here, self.most = Barrier(4), 0, 0
        self.held, self.closed = Event(), Event()
        Thread(target=self.serve_forever, daemon=True).start()

    @property
    def at(self):
        return f"http://127.0.0.1:{self.server_port}"


class Page(BaseHTTPRequestHandler):
    """One request."""

    def do_GET(self):
        name, _, rest = self.path.lstrip("/").partition("/")
        with self.server.lock:
            self.server.asked[name] += 1
        getattr(self, name)(rest)

    def do_POST(self):
        self.do_GET()

    def answer(self, body=b"", status=200, **headers):
        self.send_response(status)
        for header, value in headers.items():
            self.send_header(header, value)
        self.end_headers()
        self.wfile.write(body)

    def hello(self, rest):
        self.answer(f"hello {unquote(rest)}".encode(), x_one="1")

    def echo(self, _):
        body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.answer(json.dumps({"method": self.command, "body": body, "headers": headers}).encode(), 201)

    def sent(self, rest):
        """Elsewhere: /sent/{status}/{address}."""
        status, _, address = rest.partition("/")
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.answer(status=int(status), location=unquote(address))

    def much(self, rest):
        self.answer(b"x" * int(rest))

    def heads(self, _):
        self.answer(x="x" * 20_000)

    def packed(self, _):
        self.answer(b"x", **{"content-encoding": "gzip"})

    def endless(self, _):
        self.send_response(200)
        self.end_headers()
        while not self.wfile.closed:
            self.wfile.write(b"x" * 65_536)

    def switched(self, _):
        self.answer(status=101, upgrade="x", connection="upgrade")

    def broken(self, _):
        self.answer(b"x", **{"content-length": "100"})

    def held(self, _):
        """Begins to answer, and waits until the other side is gone."""
        self.send_response(200)
        self.end_headers()
        self.server.held.set()
        if not self.connection.recv(1):
            self.server.closed.set()

    def once_held(self, _):
        self.server.held.wait(LONG)
        self.answer()

    def gather(self, _):
        """Answers four at once."""
        with self.server.lock:
            self.server.here += 1
            self.server.most = max(self.server.most, self.server.here)
        self.server.four.wait(LONG)
        sleep(0.05)  # for a fifth that would be one too many
        with self.server.lock:
            self.server.here -= 1
        self.answer()

    def handle(self):
        try:
            super().handle()
        except OSError:
            self.server.closed.set()

    def log_message(self, *_):
        pass
