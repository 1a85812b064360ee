"""A cable between two programs of a test, which can be pulled out and put back."""

from __future__ import annotations

import asyncio
from contextlib import suppress


class Cable:
    """Carries TCP from a port of its own to another one on this machine."""

    def __init__(self, to_port: int) -> None:
        self.port = 0
        self._to_port = to_port
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()

    async def put_in(self) -> None:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def pull_out(self) -> None:
        """Whoever talks through it hears no more, and nobody gets in."""
        if self._server is not None:
            self._server.close()
        for end in self._ends:
            end.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, to_there = await asyncio.open_connection("127.0.0.1", self._to_port)
        ends = {writer, to_there}
        self._ends |= ends
        await asyncio.gather(_pour(reader, to_there), _pour(there, writer))
        self._ends -= ends


async def _pour(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while piece := await source.read(65_536):
            target.write(piece)
            await target.drain()
    target.close()
