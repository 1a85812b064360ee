"""
A bench in place of Asterisk: speaks its manager interface over TCP as documented, from a script of calls.

Only what the adapter meets: banner, challenge, login, CoreShowChannels, ping, events, as Asterisk 23.4 tells them.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress

from dispatch.telephony.ami import Away, read_message

USER, SECRET, CHALLENGE = "desk", "only for tests", "840415273"


class Exchange:
    """Channels that are up and listeners; what happens is told to those who have signed in."""

    def __init__(self) -> None:
        self.port = 0
        self.channels: dict[str, dict[str, str]] = {}
        self.logins = 0
        self.may_list = True
        self.signed_in = asyncio.Event()
        self._writers: set[asyncio.StreamWriter] = set()

    def tell(self, event: str, **fields: str) -> None:
        for writer in self._writers:
            _write(writer, {"Event": event, "Privilege": "call,all", **fields})

    def cut(self) -> None:
        """The network is gone: nobody is told anything until they are back."""
        self.signed_in.clear()
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    def rings(self, number: str, linked: str = "1764.1") -> None:
        channel = {"Channel": f"PJSIP/trunk-{linked}", "CallerIDNum": number, "Context": "from-trunk"}
        channel["ChannelStateDesc"] = "Ring"
        self.channels[linked] = {**channel, "Uniqueid": linked, "Linkedid": linked, "Duration": "00:00:07"}
        self.tell("Newchannel", **self.channels[linked])
        self.tell("QueueCallerJoin", **self.channels[linked], Queue="115", Position="1", Count="1")

    def answers(self, seat: str, linked: str = "1764.1") -> None:
        own, channel = f"{linked}9", f"PJSIP/{seat}-0000002a"
        self.channels[own] = {"Channel": channel, "Uniqueid": own, "Linkedid": linked, "BridgeId": "b1"}
        self.channels[linked]["BridgeId"] = "b1"
        self.tell("BridgeEnter", BridgeUniqueid="b1", **self.channels[linked])
        self.tell("BridgeEnter", BridgeUniqueid="b1", **self.channels[own])
        self.tell("AgentConnect", Uniqueid=linked, Linkedid=linked, DestChannel=channel, Queue="115")

    def hangs_up(self, linked: str = "1764.1") -> None:
        for key in [key for key, one in self.channels.items() if one["Linkedid"] == linked]:
            gone = self.channels.pop(key)
            self.tell("Hangup", **gone, Cause="16")

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"Asterisk Call Manager/9.0.0\r\n")
        with suppress(Away, ConnectionError):
            while True:
                await self._answer(await read_message(reader), writer)
        self._writers.discard(writer)
        writer.close()

    async def _answer(self, action: Mapping[str, str], writer: asyncio.StreamWriter) -> None:
        back = {"ActionID": action["ActionID"]} if "ActionID" in action else {}
        match action["Action"].lower():
            case "challenge":
                _write(writer, {"Response": "Success", **back, "Challenge": CHALLENGE})
            case "login":
                key = hashlib.md5((CHALLENGE + SECRET).encode(), usedforsecurity=False).hexdigest()
                if (action["Username"], action["Key"]) != (USER, key):
                    _write(writer, {"Response": "Error", **back, "Message": "Authentication failed"})
                    return
                _write(writer, {"Response": "Success", **back, "Message": "Authentication accepted"})
                _write(writer, {"Event": "FullyBooted", "Status": "Fully Booted"})
                self._writers.add(writer)
                self.logins += 1
            case "coreshowchannels" if not self.may_list:
                _write(writer, {"Response": "Error", **back, "Message": "Permission denied"})
                self.signed_in.set()
            case "coreshowchannels":
                _write(writer, {"Response": "Success", **back, "EventList": "start"})
                for channel in self.channels.values():
                    _write(writer, {"Event": "CoreShowChannel", **back, **channel})
                _write(writer, {"Event": "CoreShowChannelsComplete", **back, "ListItems": str(len(self.channels))})
                self.signed_in.set()
            case _:
                _write(writer, {"Response": "Success", **back, "Ping": "Pong"})


@asynccontextmanager
async def running_exchange() -> AsyncIterator[Exchange]:
    exchange = Exchange()
    server = await asyncio.start_server(exchange.serve, "127.0.0.1", 0)
    exchange.port = server.sockets[0].getsockname()[1]
    try:
        yield exchange
    finally:
        exchange.cut()
        server.close()


def _write(writer: asyncio.StreamWriter, fields: Mapping[str, str]) -> None:
    writer.write("".join(f"{key}: {value}\r\n" for key, value in fields.items()).encode() + b"\r\n")
