"""
Who talks with whom in Asterisk, by its events. Pure but for what it remembers.

Channels that are in one bridge hear each other. A `Local` channel is no telephone: it has two ends, `;1` and `;2`, and
what enters a bridge at one end comes out in the other's bridge. So a caller talks with every telephone that is reached
from its channel through bridges and Local channels, and with nobody else, whatever the channels' ids say of their
descent: a seat that asks another one while the caller waits has not handed the call over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Message = Mapping[str, str]
Members = dict[str, str]
"""Names of channels by their `Uniqueid`, in the order in which they came."""


class Bridges:
    """The bridges that are up, and who is in them."""

    def __init__(self) -> None:
        self._members: dict[str, Members] = {}

    def hear(self, message: Message) -> bool:
        """Take one event; whether somebody may talk with somebody else now."""
        bridge, channel = message.get("BridgeUniqueid", ""), message.get("Uniqueid", "")
        match message.get("Event"):
            case "BridgeEnter":
                self._members.setdefault(bridge, {})[channel] = message.get("Channel", "")
            case "BridgeLeave":
                members = self._members.get(bridge, {})
                members.pop(channel, None)
                if not members:
                    self._members.pop(bridge, None)
            case "Rename":
                for members in self._members.values():
                    if channel in members:
                        members[channel] = message.get("Newname", "")
            case _:
                return False
        return True

    def begin_anew(self, channels: Iterable[Message]) -> None:
        """From the list of channels that are up now."""
        self._members = {}
        for one in channels:
            if bridge := one.get("BridgeId"):
                self._members.setdefault(bridge, {})[one.get("Uniqueid", "")] = one.get("Channel", "")

    def talking_with(self, channel: str) -> list[str]:
        """The names of the telephones that hear this channel, as they came."""
        telephones: list[str] = []
        heard, ways = set(), [members for members in self._members.values() if channel in members]
        while ways:
            members = ways.pop()
            for unique_id, name in members.items():
                if unique_id == channel or name in heard:
                    continue
                heard.add(name)
                if not is_local(name):
                    telephones.append(name)
                elif (other := self._with(other_end(name))) is not None:
                    ways.append(other)
        return telephones

    def _with(self, name: str) -> Members | None:
        return next((members for members in self._members.values() if name in members.values()), None)


def is_local(name: str) -> bool:
    return name.startswith("Local/")


def other_end(name: str) -> str:
    """The other end of a Local channel."""
    stem, _, end = name.rpartition(";")
    return f"{stem};{'2' if end == '1' else '1'}"
