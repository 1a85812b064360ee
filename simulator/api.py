"""The public API as a patient client uses it: at a steady pace, and with the same key when it must ask again."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple
from uuid import uuid4

import httpx

from simulator.meter import Meter

REQUESTS_PER_S = 20.0
GIVE_UP_AFTER_S = 120.0
"""A command that the server could not take for so long is no longer what a person would do."""
BACKOFF_FIRST_S, BACKOFF_MOST_S = 0.5, 5.0
TIMEOUT_S = 10.0
IDLE_S = 4.0
"""A connection idle for longer is not used again: the server closes it after five seconds, perhaps just then."""
NOT_ANSWERED = 0
"""The status of a reply that never came."""


class Reply(NamedTuple):
    """The HTTP status (0: none came) and the JSON body, empty if there is none."""

    status: int
    body: dict[str, Any]

    @property
    def is_done(self) -> bool:
        return 200 <= self.status < 300

    @property
    def seq(self) -> int:
        """The event up to which the feed must be read to see what was done; 0 when the reply tells none."""
        seq = self.body.get("seq", 0)
        return seq if isinstance(seq, int) else 0


class Api:
    """Sends JSON to the server at `url` (scheme, host and port), at most `per_s` requests a second."""

    def __init__(
        self,
        url: str,
        token: str,
        on_trouble: Callable[[str], None],
        *,
        per_s: float = REQUESTS_PER_S,
        meter: Meter | None = None,
        tls: ssl.SSLContext | bool = True,
    ) -> None:
        self._http = httpx.AsyncClient(
            base_url=url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=TIMEOUT_S,
            trust_env=False,
            verify=tls,
            limits=httpx.Limits(max_connections=100, keepalive_expiry=IDLE_S),
        )
        self._next_at, self._gap_s = 0.0, 1 / per_s
        self._on_trouble, self._meter = on_trouble, meter or Meter()

    async def close(self) -> None:
        await self._http.aclose()

    async def command(self, path: str, body: dict[str, Any], method: str = "POST") -> Reply:
        """Ask until there is an answer, always under one idempotency key. 4xx are answers too."""
        content = {**body, "idempotency_key": uuid4().hex}
        give_up_at, backoff_s = time.monotonic() + GIVE_UP_AFTER_S, BACKOFF_FIRST_S
        while True:
            reply = await self._ask(method, path, content)
            if reply.status not in (NOT_ANSWERED, 429, 500, 502, 503, 504) or time.monotonic() >= give_up_at:
                return reply
            await asyncio.sleep(backoff_s)
            backoff_s = min(2 * backoff_s, BACKOFF_MOST_S)

    async def send(self, path: str, body: list[dict[str, Any]]) -> Reply:
        """Ask once: what is not taken now is not worth taking later."""
        return await self._ask("POST", path, body)

    async def _ask(self, method: str, path: str, content: Any) -> Reply:
        await self._wait_for_turn()
        kind, began = kind_of(path), time.perf_counter()
        try:
            response = await self._http.request(method, f"/api/v1/{path}", json=content)
        except httpx.HTTPError as error:
            self._on_trouble(f"{path}: {type(error).__name__}")
            self._meter.trouble(f"{kind}: {type(error).__name__}", is_fatal=True)
            return Reply(NOT_ANSWERED, {})
        if response.is_success:
            self._meter.note(f"{kind} → answer", time.perf_counter() - began)
        else:
            self._meter.trouble(f"{kind}: {response.status_code}", is_fatal=response.status_code >= 500)
        body: Any = {}
        with suppress(ValueError):
            body = response.json()
        return Reply(response.status_code, body if isinstance(body, dict) else {})

    async def _wait_for_turn(self) -> None:
        now = time.monotonic()
        self._next_at = max(now, self._next_at) + self._gap_s
        if self._next_at - now > self._gap_s:
            await asyncio.sleep(self._next_at - now)


class Clients:
    """Who asks: the staff of the desk; and the phones of crews and the stations that have clients of their own."""

    def __init__(self, desk: Api, units: Mapping[str, Api] | None = None, stations: Mapping[str, Api] | None = None):
        self.desk, self.units, self.stations = desk, units or {}, stations or {}

    def unit(self, unit_id: str) -> Api:
        return self.units.get(unit_id, self.desk)

    def station(self, station_id: str) -> Api:
        return self.stations.get(station_id, self.desk)

    async def close(self) -> None:
        await asyncio.gather(*(one.close() for one in (self.desk, *self.units.values(), *self.stations.values())))


def kind_of(path: str) -> str:
    """What a request is about, whatever the ids in its path: `calls`, `units status`, `offers answer`."""
    parts = path.split("/")
    return f"{parts[0]} {parts[-1]}" if len(parts) > 2 else parts[0]
