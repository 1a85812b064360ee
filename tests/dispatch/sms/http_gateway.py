"""A gateway for text messages on this machine: real HTTP on a real socket, answering as a test wants."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ACCEPTED = (202, '{"code": 100, "id": "m-1"}')
HANGS_UP = (0, "")
"""It takes the request and closes the connection without a word."""


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: str


@dataclass
class HttpGateway:
    """`answer` is asked for each request: status and body."""

    port: int
    answer: Callable[[Asked], tuple[int, str]] = lambda asked: ACCEPTED
    asked: list[Asked] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def running_gateway() -> Iterator[HttpGateway]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            asked = Asked(self.command, self.path, dict(self.headers), self.rfile.read(length).decode())
            gateway.asked.append(asked)
            status, body = gateway.answer(asked)
            if not status:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        do_GET = do_POST = do_PUT = answer  # noqa: N815  names that http.server asks for

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    gateway = HttpGateway(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="gateway")
    thread.start()
    try:
        yield gateway
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
