"""
Asterisk's manager events → what the desk is told. Pure but for what it remembers of the calls that are up.

One call to 115 is the channel that came in from a trunk; its `Uniqueid` is its reference. It rings when that channel
comes into one of the trunks' contexts or joins a queue, at a seat while one telephone alone rings for it, is answered
when it hears a seat's telephone (`bridges`), and ends when it hangs up. What Asterisk does beside it (seats that ask
each other, calls that go out, Local channels, ids that change when calls are merged) is nobody's call. A seat is the
part of a channel's name between `/` and the last `-` (`PJSIP/S12-0000002a` → `S12`).

Met: Asterisk 18.26 and 23.4 with PJSIP, a queue and seats (`tests/live/test_asterisk.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from dispatch.telephony.bridges import Bridges, Message, is_local

__all__ = ["Calls", "Message", "Said", "seat_of"]

Said = dict[str, Any]

RECORDING = "MIXMONITOR_FILENAME"
"""The channel's variable in which Asterisk tells the recording that it makes."""
NO_NUMBERS = frozenset({"", "<unknown>", "anonymous", "unknown"})
GOES_OUT = "Down"
"""The state in which Asterisk makes a channel of its own towards somebody; one that comes in begins with `Ring`."""


@dataclass
class Up:
    """A call that is up, as the desk was told last. `ringing`: the seats that ring for it, by their channel."""

    has_number: bool
    is_answered: bool = False
    seat: str | None = None
    ringing: dict[str, str | None] = field(default_factory=dict)


@dataclass
class Calls:
    """
    The calls that are up, by reference, and what the desk was told of each last.

    `contexts`: where trunks come in; none: calls that join a queue only. `system` sets apart several exchanges whose
    references could be the same.
    """

    contexts: Collection[str] = ()
    system: str = ""
    up: dict[str, Up] = field(default_factory=dict)
    bridges: Bridges = field(default_factory=Bridges)

    def hear(self, message: Message, now: datetime) -> list[Said]:
        """What one event comes to; nothing for most."""
        at = _time_of(message, now)
        if self.bridges.hear(message):
            return self._answers(at)
        if (reference := self._reference_of(message)) is None:
            return self._begin(message, at)
        call, is_caller = self.up[reference], message.get("Uniqueid") == reference
        match message.get("Event"):
            case "DialBegin" if not is_local(telephone := message.get("DestChannel", "")):
                call.ringing[message.get("DestUniqueid", "")] = seat_of(telephone)
            case "DialState" if message.get("DialStatus") == "RINGING":
                return self._ring_at(reference, at)
            case "DialEnd":
                call.ringing.pop(message.get("DestUniqueid", ""), None)
            case "NewCallerid" if is_caller and not call.has_number and (number := _number_of(message)):
                call.has_number = True
                return [self._tell(reference, at, number=number)]
            case "VarSet" if message.get("Variable") == RECORDING:
                return [self._tell(reference, at, recording_id=message.get("Value"))]
            case "QueueCallerAbandon":
                return [self._tell(reference, at, event="abandoned")]
            case "Hangup" if is_caller:
                del self.up[reference]
                return [self._tell(reference, at, event="ended")]
        return []

    def resume(self, channels: Iterable[Message], now: datetime) -> list[Said]:
        """
        What was missed while nobody listened, from the list of channels that are up now.

        Calls that were up and are no more have ended; when exactly nobody knows. One that came and went meanwhile is
        not heard of.
        """
        by_id = {channel.get("Uniqueid", ""): channel for channel in channels}
        self.bridges.begin_anew(by_id.values())
        said = [self._tell(reference, now, event="ended") for reference in self.up if reference not in by_id]
        self.up = {reference: call for reference, call in self.up.items() if reference in by_id}
        for call in self.up.values():
            call.ringing = {key: seat for key, seat in call.ringing.items() if key in by_id}
        for channel in by_id.values():
            oldest = by_id.get(channel.get("Linkedid", ""))
            if oldest is not None and (self._came_in(channel) or channel.get("Application") == "Queue"):
                said += self._ring(oldest.get("Uniqueid", ""), oldest, now - _age_of(oldest))
        return said + self._answers(now)

    def _reference_of(self, message: Message) -> str | None:
        """The call that a message is about: by the caller's own channel, else by the oldest that it is linked to."""
        ids = (message.get(key, "") for key in ("Uniqueid", "Linkedid", "DestLinkedid"))
        return next((one for one in ids if one in self.up), None)

    def _begin(self, message: Message, at: datetime) -> list[Said]:
        """A call may come in."""
        match message.get("Event"):
            case "Newchannel" if self._came_in(message):
                return self._ring(message.get("Uniqueid", ""), message, at)
            case "QueueCallerJoin":
                return self._ring(message.get("Linkedid", ""), message, at)
        return []

    def _came_in(self, channel: Message) -> bool:
        """An outgoing channel of a trunk stands in its context too; so does its oldest, when a program dials."""
        is_oldest = channel.get("Uniqueid") == channel.get("Linkedid")
        return is_oldest and channel.get("Context") in self.contexts and channel.get("ChannelStateDesc") != GOES_OUT

    def _ring(self, reference: str, message: Message, at: datetime) -> list[Said]:
        if not reference or reference in self.up:
            return []
        number = _number_of(message)
        self.up[reference] = Up(has_number=number is not None)
        return [self._tell(reference, at, event="ringing", number=number)]

    def _ring_at(self, reference: str, at: datetime) -> list[Said]:
        """Where it rings, while it rings at one seat alone; by now every telephone that is to ring was dialled."""
        call = self.up[reference]
        seats = set(call.ringing.values())
        if call.is_answered or len(seats) != 1 or call.seat in seats or None in seats:
            return []
        (call.seat,) = seats
        return [self._tell(reference, at, event="ringing", seat=call.seat)]

    def _answers(self, at: datetime) -> list[Said]:
        """The calls that hear another seat than before; one that is put on hold is told of no more."""
        said = []
        for reference, call in self.up.items():
            telephones = self.bridges.talking_with(reference)
            seat = seat_of(telephones[-1]) if telephones else None
            if telephones and (not call.is_answered or seat != call.seat):
                call.is_answered, call.seat = True, seat
                said.append(self._tell(reference, at, event="answered", seat=seat))
        return said

    def _tell(self, reference: str, at: datetime, **words: str | None) -> Said:
        named = f"{self.system}:{reference}" if self.system else reference
        return {"call_ref": named, "at": at.isoformat(), **{key: word for key, word in words.items() if word}}


def seat_of(channel: str) -> str | None:
    """The seat in a channel's name; None for one that has none."""
    _, _, rest = channel.partition("/")
    seat, _, _ = rest.rpartition("-")
    return seat.partition("@")[0] or None


def _number_of(message: Message) -> str | None:
    number = message.get("CallerIDNum", "")
    return None if number.lower() in NO_NUMBERS else number


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
