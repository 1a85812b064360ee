"""
What an exchange tells of a call, read from whatever it sends. Pure.

Every field may be missing or absurd: what is usable is kept, the rest is told as a doubt, and nothing is refused. An
exchange tells each thing once, and a call that we turned away for its form would be a caller lost.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args

import msgspec

Step = Literal["ringing", "answered", "abandoned", "ended"]

OLDEST = timedelta(hours=24)
NEWEST = timedelta(minutes=5)
"""A time is believed within these of its coming (guess); else that of its coming is taken."""

LONGEST = 200
"""Letters of a reference or a recording's name that are kept (guess)."""

SEAT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,39}")
_HIDDEN = frozenset({"anonymous", "unknown", "private", "restricted", "unavailable", "withheld"})
_NUMBER = re.compile(r"[+0-9][0-9 ().-]{1,38}")


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One message; `step` None: it says nothing about where the call stands. `doubts` are codes of what is wrong."""

    step: Step | None
    call_ref: str | None
    at: datetime
    number: str | None = None
    seat: str | None = None
    recording_id: str | None = None
    doubts: tuple[str, ...] = ()


def read_told(fields: Mapping[str, Any], received_at: datetime) -> Told:
    """One message of the exchange. Fields that nobody knows are left out."""
    doubts: list[str] = []
    word = _text(fields.get("event")).lower()
    step = next((one for one in get_args(Step) if one == word), None)
    if step is None:
        doubts.append("bad_event" if word else "no_event")
    reference = _text(fields.get("call_ref")) or None
    if reference is None:
        doubts.append("no_call_ref")
    seat = _text(fields.get("seat")) or None
    if seat is not None and not SEAT.fullmatch(seat):
        doubts.append("bad_seat")
        seat = None
    return Told(
        step=step,
        call_ref=reference,
        at=_time(fields.get("at"), received_at, doubts),
        number=_number(fields.get("number"), doubts),
        seat=seat,
        recording_id=_text(fields.get("recording_id")) or None,
        doubts=tuple(doubts),
    )


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).strip().replace("\x00", "")[:LONGEST].encode("utf-8", "replace").decode()


def _number(value: Any, doubts: list[str]) -> str | None:
    """A number with at least two digits; none for one that is hidden: two of those must not be taken for one."""
    text = _text(value)
    if not text or text.lower() in _HIDDEN:
        return None
    if not _NUMBER.fullmatch(text) or sum(letter.isdigit() for letter in text) < 2:
        doubts.append("bad_number")
        return None
    return text


def _time(value: Any, received_at: datetime, doubts: list[str]) -> datetime:
    """RFC 3339 with a zone, or seconds since 1970."""
    text = _text(value)
    if not text:
        return received_at
    try:
        if re.fullmatch(r"[0-9]{9,11}(?:\.[0-9]{1,9})?", text):
            told = datetime.fromtimestamp(float(text), UTC)
        else:
            told = datetime.fromisoformat(text)
            told = told.astimezone(UTC) if told.tzinfo else received_at + 2 * NEWEST
    except (ValueError, OverflowError, OSError):
        told = received_at + 2 * NEWEST
    if received_at - OLDEST <= told <= received_at + NEWEST:
        return told
    doubts.append("bad_time")
    return received_at
