"""A look ahead from a running desk's address: what is no desk is told so."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from simulator.ahead.snapshot import fetch_start
from simulator.errors import ScenarioError

ANSWERS = {"/json": (200, b'{"hello": "world"}'), "/page": (200, b"<html>"), "/gone": (404, b""), "/shut": (403, b"")}


class Stranger(BaseHTTPRequestHandler):
    """Answers by the first part of the path, as somebody's other server might."""

    def do_GET(self) -> None:
        status, body = ANSWERS["/" + self.path.split("/")[1]]
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Not in a test's output."""


@pytest.fixture(scope="module")
def stranger() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Stranger) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/json", "is a start of version None"),
        ("/page", "answers no JSON to /api/v1/simulations/start"),
        ("/gone", "answers 404 to /api/v1/simulations/start; name the address of a Saigon115 desk"),
        ("/shut", "does not let this token see /api/v1/simulations/start"),
    ],
)
def test_an_address_that_is_no_desk_is_refused_with_the_way_out(stranger: str, path: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        fetch_start(stranger + path, "token")


def test_nobody_at_the_address_is_said() -> None:
    with pytest.raises(ScenarioError, match="does not answer .*; start the desk, or correct the address"):
        fetch_start("http://127.0.0.1:9", "token")
