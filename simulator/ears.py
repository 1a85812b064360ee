"""
Sockets that only listen, as consoles, phones of crews and stations do, and note when they were shown what.

They do not fold: what a screen does with a frame is measured in the browser, not here. A console looks for gaps in the
numbers of events; all come back by themselves after the server went away, a console with `after`.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import msgspec
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from simulator.follow import BACKOFF_FIRST_S, BACKOFF_MOST_S, LARGEST_FRAME, SILENCE_S
from simulator.meter import Meter

OPENS_WITHIN_S = 30.0
"""A desk that does not open a socket by then is not there for it (guess)."""


class _OffersOf(msgspec.Struct):
    offers: dict[str, msgspec.Raw] = {}


class _Part(msgspec.Struct):
    incidents: dict[str, _OffersOf] = {}


class _Data(msgspec.Struct, frozen=True):
    offer_id: str | None = None


class _Event(msgspec.Struct, frozen=True):
    type: str = ""
    data: _Data = _Data()


class Frame(msgspec.Struct):
    """Of a frame of the feed only what is looked at here."""

    type: str
    seq: int = 0
    incident_id: str | None = None
    units: list[Any] = []
    state: _Part | None = None
    event: _Event | None = None


_decode = msgspec.json.Decoder(Frame).decode


class Ear:
    """One socket. `counts`: frames by type, and resumes."""

    def __init__(self, url: str, token: str, meter: Meter, counts: Counter[str]) -> None:
        self._url = url.replace("http", "ws", 1) + "/feed"
        self._headers = {"Authorization": f"Bearer {token}"}
        self.meter, self.counts = meter, counts
        self.is_open = asyncio.Event()

    async def run(self, gate: asyncio.Semaphore) -> None:
        """Listen until cancelled. Through the gate go only so many at a time: a whole city does not start at once."""
        backoff_s = BACKOFF_FIRST_S
        while True:
            began, self.is_open = time.monotonic(), asyncio.Event()
            try:
                await self._listen(gate)
            except (WebSocketException, OSError, TimeoutError) as error:
                self.meter.trouble(f"feed: {type(error).__name__}")
            if self.is_open.is_set():
                self.counts["resumes"] += 1
            backoff_s = BACKOFF_FIRST_S if time.monotonic() - began > SILENCE_S else min(2 * backoff_s, BACKOFF_MOST_S)
            await asyncio.sleep(backoff_s)

    async def _listen(self, gate: asyncio.Semaphore) -> None:
        async with gate:
            socket = await connect(
                self._url + self.query(),
                additional_headers=self._headers,
                max_size=LARGEST_FRAME,
                open_timeout=OPENS_WITHIN_S,
                close_timeout=0.5,
                proxy=None,
                compression=None,
            )
        async with socket:
            while True:
                async with asyncio.timeout(SILENCE_S):  # unlike wait_for it never swallows a cancellation
                    data = await socket.recv(decode=False)
                self.hear(data, time.perf_counter())
                self.is_open.set()

    def query(self) -> str:
        return ""

    def hear(self, data: bytes, at: float) -> None:
        """Take a frame that came at `at`."""
        raise NotImplementedError


class Console(Ear):
    """A dispatcher's screen: every event, recommendations, positions."""

    def __init__(self, number: int, url: str, token: str, meter: Meter, counts: Counter[str]) -> None:
        super().__init__(url, token, meter, counts)
        self.number = number
        self.fix_at: dict[str, datetime] = {}
        """The newest fix that the screen shows, by unit."""
        self._seq = 0

    def query(self) -> str:
        return f"?after={self._seq}" if self._seq else ""

    def hear(self, data: bytes, at: float) -> None:
        frame = _decode(data)
        self.counts[frame.type] += 1
        match frame.type:
            case "snapshot":
                self._seq = frame.seq
            case "event":
                self.counts["gaps"] += frame.seq != self._seq + 1 and self._seq > 0
                self._seq = frame.seq
                self.meter.seen(frame.seq, at, self.number)
            case "recommendation":
                self.meter.seen(("advice", frame.incident_id), at, self.number)
            case "positions":
                self._see_positions(frame.units)

    def _see_positions(self, rows: list[Any]) -> None:
        now, is_first = datetime.now(UTC), not self.fix_at
        for row in rows:
            fix_at = datetime.fromisoformat(row[5])
            if not is_first and self.fix_at.get(row[0]) != fix_at:
                self.meter.note("position → the consoles' feed", max((now - fix_at).total_seconds(), 0.0))
            self.fix_at[row[0]] = fix_at


class OwnFeed(Ear):
    """A station's screen or a crew's phone: offers ring there."""

    def __init__(self, url: str, token: str, meter: Meter, counts: Counter[str], *, is_station: bool) -> None:
        super().__init__(url, token, meter, counts)
        self._is_station = is_station
        self._rung: set[str] = set()

    def hear(self, data: bytes, at: float) -> None:
        if not self._is_station:
            self.counts["frames to phones"] += 1
            return
        frame = _decode(data)
        self.counts["frames to stations"] += 1
        offers = [one for incident in frame.state.incidents.values() for one in incident.offers] if frame.state else []
        if frame.event and frame.event.type == "OfferMade" and frame.event.data.offer_id:
            offers.append(frame.event.data.offer_id)
        for offer_id in offers:
            if offer_id not in self._rung:
                self._rung.add(offer_id)
                self.meter.seen(offer_id, at)
