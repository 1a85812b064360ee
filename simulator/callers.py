"""Plays the demand in real time: an opening, then hour after hour, each drawn from the seed when it begins."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from dispatch.domain.state import Call
from simulator.demand import Demand, DemandCall

CHUNK_S = 3600.0
AHEAD = timedelta(seconds=60)
OPENING_S = 110.0
"""The opening is over within this time."""

ANSWERS: dict[str, dict[str, bool]] = {
    "cardiac_arrest": {"conscious": False, "breathing": False},
    "unconscious": {"conscious": False},
}
"""What the caller answers to the two first questions; only where it is no."""


class Ringing:
    """Calls that are due, and what each call that we made was really about."""

    def __init__(self) -> None:
        self._coming: list[DemandCall] = []
        self.told: dict[str, DemandCall] = {}
        """What was told, by the call's id."""
        self.call_ids: dict[str, str] = {}
        """The call's id, by the key that the demand gave it."""

    async def draw_ahead(self, now: datetime) -> None:
        """Have the calls of the next minute ready."""

    def take_due(self, now: datetime) -> list[DemandCall]:
        """The calls that ring now."""
        due = [call for call in self._coming if call.at <= now]
        self._coming = self._coming[len(due) :]
        return due

    def note(self, call_id: str, told: DemandCall) -> None:
        self.told[call_id] = told
        self.call_ids[told.key] = call_id

    def forget(self, calls: dict[str, Call]) -> None:
        """Let go of calls that have left the state."""
        for call_id in self.told.keys() - calls.keys():
            self.call_ids.pop(self.told.pop(call_id).key, None)


class Callers(Ringing):
    """The demo's: an opening, then the city's demand hour after hour."""

    def __init__(self, demand: Demand, seed: int, start: datetime, opening: int) -> None:
        super().__init__()
        self._demand, self._seed = demand, seed
        self._coming = demand.opening((seed, 0), start, opening, OPENING_S) if opening else []
        self._hours = 0
        self._drawn_until = start

    async def draw_ahead(self, now: datetime) -> None:
        """Draw the next hour shortly before it begins."""
        while now + AHEAD >= self._drawn_until:
            self._hours += 1
            start, seed = self._drawn_until, (self._seed, self._hours)
            drawn = await asyncio.to_thread(self._demand.calls, seed, start, CHUNK_S)
            self._coming = sorted([*self._coming, *self._named(drawn)], key=lambda call: call.at)
            self._drawn_until += timedelta(seconds=CHUNK_S)

    def _named(self, drawn: list[DemandCall]) -> list[DemandCall]:
        """Keys that no other hour has."""

        def name(key: str | None) -> str | None:
            return f"{self._hours}.{key}" if key else None

        return [replace(call, key=f"{self._hours}.{call.key}", same_as=name(call.same_as)) for call in drawn]


def call_body(told: DemandCall) -> dict[str, Any]:
    """The request with which a call-taker, or a telephone, hands the call in."""
    body: dict[str, Any] = {"caller_phone": told.phone, "words": told.words, "complaint": told.complaint}
    if told.phone_lon is not None:
        body |= {"lon": told.phone_lon, "lat": told.phone_lat, "radius_m": told.radius_m}
    if answers := ANSWERS.get(told.complaint or ""):
        body["answers"] = answers
    return {name: value for name, value in body.items() if value not in (None, "")}


def incident_body(call_id: str, told: DemandCall) -> dict[str, Any]:
    """The request with which a call-taker opens the incident once the caller has explained where it is."""
    return {
        "call_id": call_id,
        "lon": told.lon,
        "lat": told.lat,
        "priority": told.level,
        "complaint": told.complaint,
    }


def settled_place(told: DemandCall) -> dict[str, Any]:
    """The place as it was read back to the caller."""
    label = ", ".join(part for part in (told.street, told.ward) if part)
    place = {"lon": told.lon, "lat": told.lat, "kind": "point", "radius_m": 30.0, "settled": True}
    named = {"label": label or None, "new_ward": told.ward}
    return place | {name: value for name, value in named.items() if value}
