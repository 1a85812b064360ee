"""
Follows the feed: keeps its own fold of the log, what is recommended, and where units were last seen.

Comes back by itself after the server went away, with `after` so that no event is missed; an event that does not fit
the fold makes it ask for a fresh snapshot.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus, WebSocketException

from dispatch.domain.events import read_recorded
from dispatch.domain.fold import apply
from dispatch.domain.state import State
from dispatch.errors import Refused
from simulator.desk_scripts import RECOMMENDATION_LIVES_S, Advice
from simulator.motion import Point
from simulator.tally import Tally

BACKOFF_FIRST_S, BACKOFF_MOST_S = 0.5, 5.0
LARGEST_FRAME = 64 * 2**20
SILENCE_S = 20.0
"""Heartbeats come every 5 s; a socket that is silent for longer than this is dead."""
NOT_KNOWN = (401, 403)


class NotWelcome(Exception):
    """The server knows us not, or lets us not listen."""


class Follower:
    """`state` is None until the first snapshot; `is_ready` once positions are known too."""

    def __init__(self, url: str, token: str, tally: Tally, say: Callable[[str], None]) -> None:
        self.state: State | None = None
        self.advice: dict[str, Advice] = {}
        self.last_seen: dict[str, Point] = {}
        self.is_ready = asyncio.Event()
        self._url = url.replace("http", "ws", 1) + "/feed"
        self._headers = {"Authorization": f"Bearer {token}"}
        self._tally, self._say = tally, say
        self._is_connected = False

    async def run(self) -> None:
        """Never returns. Raises NotWelcome when the token is not good."""
        backoff_s = BACKOFF_FIRST_S
        while True:
            try:
                await self._listen()
                backoff_s = BACKOFF_FIRST_S
            except InvalidStatus as error:
                if error.response.status_code in NOT_KNOWN:
                    raise NotWelcome(f"the feed answers {error.response.status_code}") from error
                self._say(f"the feed answers {error.response.status_code}")
            except (WebSocketException, OSError, TimeoutError) as error:
                self._say(f"no feed: {type(error).__name__}")
            if self._is_connected:
                self._is_connected, backoff_s = False, BACKOFF_FIRST_S
                self._tally.count("reconnects")
            await asyncio.sleep(backoff_s)
            backoff_s = min(2 * backoff_s, BACKOFF_MOST_S)

    async def _listen(self) -> None:
        after = f"?after={self.state.seq}" if self.state else ""
        async with connect(
            self._url + after, additional_headers=self._headers, max_size=LARGEST_FRAME, close_timeout=0.5, proxy=None
        ) as socket:
            self._is_connected = True
            while True:
                async with asyncio.timeout(SILENCE_S):  # unlike wait_for it never swallows a cancellation
                    frame = await socket.recv()
                try:
                    self.take(msgspec.json.decode(frame), datetime.now(UTC))
                except (Refused, KeyError, msgspec.ValidationError) as error:
                    self._say(f"an event does not fit ({error}); asking for a snapshot")
                    self.state = None
                    return

    def take(self, frame: dict[str, Any], now: datetime) -> None:
        """Take one frame. Raises Refused, KeyError or ValidationError when it does not fit what is known."""
        match frame["type"]:
            case "snapshot":
                self.state = msgspec.convert(frame["state"], State)
            case "event":
                self._take_event(frame["event"])
            case "recommendation":
                self._take_recommendation(frame, now)
            case "positions":
                self.last_seen.update({row[0]: (row[1], row[2]) for row in frame["units"]})
                self.is_ready.set()

    def _take_event(self, fields: dict[str, Any]) -> None:
        recorded = read_recorded(fields)
        if self.state is None or recorded.seq <= self.state.seq:
            return
        apply(self.state, recorded)
        self._tally.see(recorded)

    def _take_recommendation(self, frame: dict[str, Any], now: datetime) -> None:
        key = frame["incident_id"]
        known = self.advice.pop(key, None)
        if frame["action"] != "send":
            return
        units = tuple(one["unit_id"] for one in (*frame["units"], *frame["parallel"]))
        stands = known is not None and (now - known.last_seen_at).total_seconds() <= RECOMMENDATION_LIVES_S
        first_seen_at = known.first_seen_at if known and stands else now
        self.advice[key] = Advice(units, first_seen_at, now)
