"""
AVL fix → position, or the reason why not. Pure.

A fix is kept unless it cannot be true: older than the last one, ahead of our clock, off the globe, or farther away
than any vehicle drives in the time between. An old but newest fix is kept: it is stale, and shown so. A speed,
heading or accuracy that cannot be true is left out, and the place kept: iOS sends -1 for what it does not know.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from dispatch.domain.clock import CLOCK_TOLERANCE
from dispatch.intake.decide import distance_m
from dispatch.positions.model import Position

MAX_KPH = 200.0
"""No unit of ours drives faster; a jump beyond it is a false fix (guess; helicopters would need another value)."""

GPS_SLACK_M = 200.0
"""Two honest fixes in a street canyon may differ by this much at standstill (guess)."""

BELIEVED_AFTER_S = 120.0
"""A jump is believed this long after the last fix: else one false fix would shut out every true one (guess)."""

HIGHEST_KPH, HIGHEST_DEG, HIGHEST_M = 1000.0, 360.0, 1e6
"""A speed, heading or accuracy below zero or above these is no knowledge (guesses)."""

OLDEST = datetime(2020, 1, 1, tzinfo=UTC)
"""No device of ours has sent a fix before; an earlier time is a clock that was never set."""


class Fix(msgspec.Struct, frozen=True, kw_only=True):
    """What a device sent."""

    unit_id: str
    lon: float
    lat: float
    at: datetime
    speed_kph: float | None = None
    heading_deg: float | None = None
    accuracy_m: float | None = None


class Rejected(msgspec.Struct, frozen=True):
    """Which one of a batch was not taken, and why."""

    index: int
    reason: str


def judge(
    fixes: list[Any], known_units: Container[str], last: Mapping[str, Position], now: datetime
) -> tuple[dict[str, Position], list[tuple[str, Position]], list[Rejected]]:
    """
    The newest positions, every accepted fix in order, and what was rejected, one by one: a bad fix spoils no other.

    `fixes` are JSON objects; each is checked by itself.
    """
    newest: dict[str, Position] = {}
    accepted: list[tuple[str, Position]] = []
    rejected: list[Rejected] = []
    for index, raw in enumerate(fixes):
        try:
            fix = msgspec.convert(raw, Fix)
        except msgspec.ValidationError as error:
            rejected.append(Rejected(index, f"not a fix: {error}; see POST /api/v1/positions in /api/docs"))
            continue
        reason = _reject(fix, known_units, newest.get(fix.unit_id) or last.get(fix.unit_id), now)
        if reason:
            rejected.append(Rejected(index, reason))
            continue
        newest[fix.unit_id] = _position(fix)
        accepted.append((fix.unit_id, newest[fix.unit_id]))
    return newest, accepted, rejected


def _reject(fix: Fix, known_units: Container[str], last: Position | None, now: datetime) -> str | None:
    if fix.unit_id not in known_units:
        return f"no unit {fix.unit_id}; GET /api/v1/units lists them"
    if not (-180 <= fix.lon <= 180 and -90 <= fix.lat <= 90):
        return f"({fix.lon}, {fix.lat}) is not on the globe; send lon and lat in degrees"
    if fix.at.tzinfo is None:
        return "the time has no zone; send RFC 3339 with Z or an offset"
    if fix.at < OLDEST:
        return f"the fix is of {fix.at:%Y-%m-%d}; set the device's clock"
    if fix.at > now + CLOCK_TOLERANCE:
        return f"the fix's time is {(fix.at - now).total_seconds():.0f} s ahead of ours; set the device's clock"
    if last is None:
        return None
    if fix.at <= last.at:
        return f"not newer than the last position of {fix.unit_id} ({last.at:%H:%M:%S} UTC)"
    return _implausible(fix, last)


def _implausible(fix: Fix, last: Position) -> str | None:
    away_m = distance_m((fix.lon, fix.lat), (last.lon, last.lat))
    elapsed_s = (fix.at - last.at).total_seconds()
    reach_m = MAX_KPH / 3.6 * elapsed_s + GPS_SLACK_M
    if away_m <= reach_m or elapsed_s >= BELIEVED_AFTER_S:
        return None
    return f"{away_m:.0f} m from the last position {elapsed_s:.0f} s ago; no unit drives over {MAX_KPH:.0f} km/h"


def _position(fix: Fix) -> Position:
    return Position(
        lon=fix.lon,
        lat=fix.lat,
        at=fix.at,
        heading_deg=_within(fix.heading_deg, HIGHEST_DEG),
        speed_kph=_within(fix.speed_kph, HIGHEST_KPH),
        accuracy_m=_within(fix.accuracy_m, HIGHEST_M),
    )


def _within(told: float | None, highest: float) -> float | None:
    """What was told, None when it cannot be true; nor is "not a number" within anything."""
    return told if told is not None and 0 <= told <= highest else None
