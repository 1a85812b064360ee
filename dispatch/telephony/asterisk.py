"""
Asterisk's manager events → what the desk is told. Pure but for what it remembers of the calls that are up.

One call to 115 is one channel of a trunk and everything that Asterisk links to it: its reference is the `Linkedid`,
the id of the oldest channel. It rings when that channel comes into one of the trunks' contexts or joins a queue, is
answered when a seat's channel enters a bridge with it, and ends when the oldest channel hangs up. A seat is the part of
the channel's name between `/` and the last `-` (`PJSIP/S12-0000002a` → `S12`).

Read from the documentation of Asterisk 13 to 20; no Asterisk was met when this was written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

Message = Mapping[str, str]
Said = dict[str, Any]

RECORDING = "MIXMONITOR_FILENAME"
"""The channel's variable in which Asterisk tells the recording that it makes."""
NO_NUMBERS = frozenset({"", "<unknown>", "anonymous", "unknown"})


@dataclass
class Calls:
    """
    The calls that are up, by reference, and what the desk was told of each last.

    `contexts`: where trunks come in; none: calls that join a queue only. `system` sets apart several exchanges whose
    references could be the same.
    """

    contexts: Collection[str] = ()
    system: str = ""
    up: dict[str, str] = field(default_factory=dict)

    def hear(self, message: Message, now: datetime) -> list[Said]:
        """What one event comes to; nothing for most."""
        reference = message.get("Linkedid") or message.get("DestLinkedid") or ""
        if not reference:
            return []
        at = _time_of(message, now)
        is_oldest = message.get("Uniqueid") == reference
        match message.get("Event"):
            case "Newchannel" if is_oldest and message.get("Context") in self.contexts:
                return self._ring(reference, message, at)
            case "QueueCallerJoin":
                return self._ring(reference, message, at)
            case "AgentConnect":
                return self._answer(reference, message, at, seat_of(message.get("DestChannel", "")))
            case "BridgeEnter" if not is_oldest:
                return self._answer(reference, message, at, seat_of(message.get("Channel", "")))
            case "QueueCallerAbandon" if reference in self.up:
                return [self._say(reference, "abandoned", at)]
            case "Hangup" if is_oldest and reference in self.up:
                del self.up[reference]
                return [self._say(reference, "ended", at)]
            case "VarSet" if message.get("Variable") == RECORDING and reference in self.up:
                recording = message.get("Value", "")
                return [{"call_ref": self._named(reference), "recording_id": recording, "at": at.isoformat()}]
            case _:
                return []

    def resume(self, channels: Iterable[Message], now: datetime) -> list[Said]:
        """
        What was missed while nobody listened, from the list of channels that are up now.

        Calls that were up and are no more have ended; when exactly nobody knows. One that came and went meanwhile is
        not heard of.
        """
        by_reference: dict[str, list[Message]] = {}
        for channel in channels:
            by_reference.setdefault(channel.get("Linkedid", ""), []).append(channel)
        said = [self._say(reference, "ended", now) for reference in self.up if reference not in by_reference]
        self.up = {reference: step for reference, step in self.up.items() if reference in by_reference}
        for reference, linked in by_reference.items():
            oldest = next((one for one in linked if one.get("Uniqueid") == reference), None)
            if oldest is None or not (reference in self.up or self._comes_in(oldest)):
                continue
            said += self._ring(reference, oldest, now - _age_of(oldest))
            talking = [one for one in linked if one is not oldest and one.get("BridgeId")]
            if oldest.get("BridgeId") and talking:
                said += self._answer(reference, oldest, now, seat_of(talking[-1].get("Channel", "")))
        return said

    def _comes_in(self, channel: Message) -> bool:
        return channel.get("Context") in self.contexts or channel.get("Application") == "Queue"

    def _ring(self, reference: str, message: Message, at: datetime) -> list[Said]:
        if reference in self.up:
            return []
        self.up[reference] = "ringing"
        number = message.get("CallerIDNum", "")
        return [self._say(reference, "ringing", at, number=None if number.lower() in NO_NUMBERS else number)]

    def _answer(self, reference: str, message: Message, at: datetime, seat: str | None) -> list[Said]:
        """Told again only when it is at another seat: a call is put on hold and taken back without a word."""
        if reference not in self.up or self.up[reference] == f"answered {seat}":
            return []
        self.up[reference] = f"answered {seat}"
        return [self._say(reference, "answered", at, seat=seat)]

    def _say(self, reference: str, step: str, at: datetime, **more: str | None) -> Said:
        told = {key: value for key, value in more.items() if value is not None}
        return {"event": step, "call_ref": self._named(reference), "at": at.isoformat(), **told}

    def _named(self, reference: str) -> str:
        return f"{self.system}:{reference}" if self.system else reference


def seat_of(channel: str) -> str | None:
    """The seat in a channel's name; None for one that has none."""
    _, _, rest = channel.partition("/")
    seat, _, _ = rest.rpartition("-")
    return seat.partition("@")[0] or None


def _time_of(message: Message, now: datetime) -> datetime:
    """The event's own time where the exchange tells it (`timestampevents = yes`)."""
    try:
        return datetime.fromtimestamp(float(message["Timestamp"]), UTC)
    except (KeyError, ValueError, OverflowError, OSError):
        return now


def _age_of(channel: Message) -> timedelta:
    """How long a channel is up: `Duration` is hours, minutes and seconds."""
    parts = channel.get("Duration", "").split(":")
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        return timedelta()
    hours, minutes, seconds = map(int, parts)
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)
