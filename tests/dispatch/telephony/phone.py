"""
A telephone for the tests of exchanges: SIP over UDP, no sound. It rings by itself; the test does the rest.

As little of RFC 3261 as an exchange on this machine needs: nothing is sent again, no password, one address.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any
from urllib.parse import quote

WITHIN_S = 60.0
"""What another has to do first is waited for so long: the machine may be busy."""
_numbers = count(1)
_SDP = (
    "v=0\r\no=- 1 {version} IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\nm=audio {port} RTP/AVP 8\r\na={way}\r\n"
)


class Line:
    """One call of a telephone. `tags`: From and To as our own requests write them."""

    def __init__(self, phone: Phone, call_id: str, own: str, other: str, target: str) -> None:
        self.call_id, self.own, self.other, self.target = call_id, own, other, target
        self.answered, self.ended = asyncio.Event(), asyncio.Event()
        self.invite: dict[str, str] = {}
        self._phone, self._cseq, self._branch = phone, 0, ""

    async def until_answered(self) -> None:
        async with asyncio.timeout(WITHIN_S):
            await self.answered.wait()

    def answer(self) -> None:
        """The caller's INVITE gets its 200."""
        self._phone.reply(self.invite, "200 OK", self.own, self._sdp("sendrecv"))
        self.answered.set()

    def decline(self) -> None:
        self._phone.reply(self.invite, "486 Busy Here", self.own)
        self.ended.set()

    def hang_up(self) -> None:
        self.send("BYE")
        self.ended.set()

    def give_up(self) -> None:
        """CANCEL, before anybody answered."""
        self.send("CANCEL", cseq=1, branch=self._branch)

    def hold(self) -> None:
        self.send("INVITE", body=self._sdp("sendonly"))

    def take_back(self) -> None:
        self.send("INVITE", body=self._sdp("sendrecv"))

    def refer(self, to: str) -> None:
        """Hand the call over, blind."""
        self.send("REFER", more=f"Refer-To: <{to}>\r\n")

    def refer_to_line(self, line: Line) -> None:
        """Hand the call over to whom we talk with on another line (Replaces, RFC 3891)."""
        tags = [re.search(r"tag=([^;>]+)", one) for one in (line.other, line.own)]
        to_tag, from_tag = (found[1] if found else "" for found in tags)
        replaces = quote(f"{line.call_id};to-tag={to_tag};from-tag={from_tag}", safe="")
        self.send("REFER", more=f"Refer-To: <{line.target}?Replaces={replaces}>\r\n")

    def send(self, method: str, *, more: str = "", body: str = "", cseq: int = 0, branch: str = "") -> None:
        if not cseq:
            self._cseq += 1
        self._branch = branch or f"z9hG4bK{next(_numbers)}"
        host, port = self._phone.address
        self._phone.put(
            f"{method} {self.target} SIP/2.0\r\nVia: SIP/2.0/UDP {host}:{port};branch={self._branch}\r\n"
            f"Max-Forwards: 70\r\nFrom: {self.own}\r\nTo: {self.other}\r\nCall-ID: {self.call_id}\r\n"
            f"CSeq: {cseq or self._cseq} {method}\r\nContact: <sip:{self._phone.name}@{host}:{port}>\r\n{more}",
            body,
        )

    def _sdp(self, way: str) -> str:
        host, _ = self._phone.address
        return _SDP.format(host=host, port=40_000, way=way, version=self._cseq + 1)

    def hear(self, status: int, headers: dict[str, str]) -> None:
        """An answer to what we asked."""
        method = headers["cseq"].split()[1]
        if method == "INVITE" and status >= 200:
            self.other = headers["to"]
            if contact := re.search(r"<(sip:[^>]+)>", headers.get("contact", "")):
                self.target = contact[1]
            self.send("ACK", cseq=int(headers["cseq"].split()[0]), branch=self._branch if status >= 300 else "")
            (self.ended if status >= 300 else self.answered).set()


class Phone(asyncio.DatagramProtocol):
    """A telephone at an address."""

    def __init__(self, name: str, exchange: tuple[str, int]) -> None:
        self.name, self.exchange, self.address = name, exchange, ("", 0)
        self._rings: asyncio.Queue[Line] = asyncio.Queue()
        self._lines: dict[str, Line] = {}

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self.address = transport.get_extra_info("sockname")

    def dial(self, extension: str, number: str | None = None) -> Line:
        """Call; `number` is the network's word on who we are (P-Asserted-Identity)."""
        host, port = self.exchange
        call_id, address = f"call-{next(_numbers)}@test", f"sip:{extension}@{host}:{port}"
        line = Line(self, call_id, f"<sip:{self.name}@{self.address[0]}>;tag={next(_numbers)}", f"<{address}>", address)
        self._lines[call_id] = line
        identity = f"P-Asserted-Identity: <sip:{number}@trunk.example>\r\n" if number else ""
        line.send("INVITE", more=identity, body=line._sdp("sendrecv"))
        return line

    async def rings(self) -> Line:
        """The next call that comes in."""
        async with asyncio.timeout(WITHIN_S):
            return await self._rings.get()

    def put(self, head: str, body: str = "") -> None:
        kind = "Content-Type: application/sdp\r\n" if body else ""
        self._transport.sendto(f"{head}{kind}Content-Length: {len(body)}\r\n\r\n{body}".encode(), self.exchange)

    def reply(self, request: dict[str, str], status: str, own: str | None = None, body: str = "") -> None:
        host, port = self.address
        self.put(
            f"SIP/2.0 {status}\r\nVia: {request['via']}\r\nFrom: {request['from']}\r\nTo: {own or request['to']}\r\n"
            f"Call-ID: {request['call-id']}\r\nCSeq: {request['cseq']}\r\nContact: <sip:{self.name}@{host}:{port}>\r\n",
            body,
        )

    def datagram_received(self, data: bytes, addr: Any) -> None:
        first, *lines = data.decode().partition("\r\n\r\n")[0].split("\r\n")
        headers = {key.strip().lower(): value.strip() for key, _, value in (one.partition(":") for one in lines)}
        line = self._lines.get(headers["call-id"])
        word, status, *_ = first.split()
        if word == "SIP/2.0":
            if line is not None:
                line.hear(int(status), headers)
        elif word == "INVITE" and line is None:
            self._ring(headers)
        elif line is not None:
            self._obey(word, line, headers)

    def _ring(self, headers: dict[str, str]) -> None:
        contact = re.search(r"<(sip:[^>]+)>", headers["contact"])
        own = f"{headers['to']};tag={next(_numbers)}"
        line = Line(self, headers["call-id"], own, headers["from"], contact[1] if contact else "")
        line.invite, self._lines[line.call_id] = headers, line
        self.reply(headers, "180 Ringing", own)
        self._rings.put_nowait(line)

    def _obey(self, method: str, line: Line, headers: dict[str, str]) -> None:
        match method:
            case "ACK":
                return
            case "CANCEL":
                self.reply(headers, "200 OK", line.own)
                self.reply(line.invite, "487 Request Terminated", line.own)
                line.ended.set()
            case "INVITE":
                self.reply(headers, "200 OK", line.own, line._sdp("sendrecv"))
            case "BYE":
                self.reply(headers, "200 OK", line.own)
                line.ended.set()
            case _:
                self.reply(headers, "200 OK", line.own)


@asynccontextmanager
async def telephone(name: str, host: str, port: int, exchange: tuple[str, int]) -> AsyncIterator[Phone]:
    """A telephone that is plugged in; port 0: any."""
    loop = asyncio.get_running_loop()
    transport, phone = await loop.create_datagram_endpoint(lambda: Phone(name, exchange), local_addr=(host, port))
    try:
        yield phone
    finally:
        transport.close()
