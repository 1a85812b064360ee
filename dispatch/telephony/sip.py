"""
A bench for SIP trunks: it takes the calls that come in over UDP, rings, answers them at seats, and tells the desk.

For trying a trunk, and for drills with a call generator, before or without an exchange. It carries no sound: the caller
is told an address for it that is not ours. It asks for no password: let it listen on loopback or a closed network only.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from aiosipua import IncomingCall, SipMessage, SipRequest, SipUAS, UdpSipTransport, negotiate_sdp
from aiosipua.transport import _stamp_via_received

from dispatch.errors import StartError
from dispatch.telephony.asterisk import Said

MOST_CALLS = 2_000
"""Calls that are up at once; further ones hear 503: a peer that floods us fills no memory (guess)."""
PCMU, PCMA = 0, 8
"""The sound that every trunk speaks (RFC 3551)."""

_USER = re.compile(r"(?:sips?|tel):([^@;>\s]+)", re.IGNORECASE)

log = structlog.get_logger()


@dataclass(frozen=True)
class Plan:
    """Where it listens, which seats answer how soon, and where sound is said to go."""

    host: str
    port: int
    seats: tuple[str, ...]
    answer_after_s: float
    media: tuple[str, int]


class _Udp(UdpSipTransport):
    """aiosipua's own, but for an assertion that Python 3.11's event loop does not meet: it logs an error each start."""

    def _dispatch(self, data: bytes, addr: tuple[str, int]) -> None:
        """As in the library, but that a log tells of what cannot be read neither its words nor the numbers in them."""
        if self.on_message is None:
            return
        try:
            message = SipMessage.parse(data)
            if isinstance(message, SipRequest):
                _stamp_via_received(message, addr)
            self.on_message(message, addr)
        except Exception as error:
            log.debug("a datagram was of no use", peer=addr[0], size=len(data), why=type(error).__name__)

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._udp_transport, _ = await loop.create_datagram_endpoint(lambda: _Heard(self), local_addr=self.local_addr)


class _Heard(asyncio.DatagramProtocol):
    def __init__(self, transport: _Udp) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._transport._dispatch(data, (str(addr[0]), int(addr[1])))


class Bench:
    """The calls that are up, by SIP's Call-ID, and the seats that are free."""

    def __init__(self, plan: Plan, put: Callable[[Said], None]) -> None:
        self._plan, self._put = plan, put
        self._free: asyncio.Queue[str] = asyncio.Queue()
        for seat in plan.seats:
            self._free.put_nowait(seat)
        self._at: dict[str, str | None] = {}
        self._waiting: dict[str, asyncio.Task[None]] = {}
        transport = _Udp()
        transport.local_addr = (plan.host, plan.port)
        self._uas = SipUAS(transport, user_agent="saigon115-bench")
        self._uas.on_reinvite = self._accept
        self._uas.on_invite = self._on_invite
        self._uas.on_cancel = self._on_cancel
        self._uas.on_bye = self._on_bye
        self._uas.on_ack_timeout = self._on_gone

    async def run(self) -> None:
        """Until it is cancelled."""
        try:
            await self._uas.start()
        except OSError as error:
            where = f"{self._plan.host} port {self._plan.port}"
            raise StartError(f"cannot listen on {where} ({error.strerror}); choose another with --listen") from None
        log.info("waiting for calls", host=self._plan.host, port=self._plan.port, seats=len(self._plan.seats))
        try:
            await asyncio.Event().wait()
        finally:
            for task in self._waiting.values():
                task.cancel()
            await self._uas.stop()

    def _on_invite(self, call: IncomingCall) -> None:
        """It rings. An INVITE sent again is the same call."""
        if call.call_id not in self._at and len(self._at) >= MOST_CALLS:
            log.warning("a call is turned away; so many are up", calls=len(self._at))
            self._turn_away(call, 503)
            return
        call.ringing()
        if call.call_id in self._at:
            return
        self._at[call.call_id] = None
        self._say(call.call_id, "ringing", number=number_of(call.invite))
        if self._plan.seats:
            self._waiting[call.call_id] = asyncio.create_task(self._answer(call.call_id))

    async def _answer(self, call_id: str) -> None:
        """The next free seat answers after its time; callers get them in the order in which they came."""
        await asyncio.sleep(self._plan.answer_after_s)
        seat = await self._free.get()
        call = self._uas.get_call(call_id)
        if call is None:
            self._free.put_nowait(seat)
            return
        try:
            self._accept(call)
        except Exception as error:  # the library's, about what the caller's sound is to be
            log.warning("a call cannot be answered", why=type(error).__name__)
            self._free.put_nowait(seat)
            self._turn_away(call, 488)
            self._end(call_id, "ended")
            return
        self._at[call_id] = seat
        self._say(call_id, "answered", seat=seat)

    def _accept(self, call: IncomingCall) -> None:
        """With the address where sound is said to go, when the caller told its own."""
        answer = None
        if call.sdp_offer is not None:
            host, port = self._plan.media
            answer, _ = negotiate_sdp(offer=call.sdp_offer, local_ip=host, rtp_port=port, supported_codecs=[PCMU, PCMA])
        call.accept(answer)

    def _turn_away(self, call: IncomingCall, status: int) -> None:
        """Nothing of it stays."""
        call.reject(status)
        self._uas._calls.pop(call.call_id, None)
        self._uas._remove_invite_transaction(call.invite)

    def _on_cancel(self, _: SipRequest, __: tuple[str, int]) -> None:
        """Whose call is gone is told by the transaction, not by the Call-ID that a CANCEL names."""
        for call_id in [call_id for call_id in self._at if self._uas.get_call(call_id) is None]:
            self._end(call_id, "abandoned")

    def _on_gone(self, call: IncomingCall) -> None:
        """Nobody has acknowledged the answer."""
        self._end(call.call_id, "ended")

    def _on_bye(self, call: IncomingCall, _: SipRequest) -> None:
        self._end(call.call_id, "ended")

    def _end(self, call_id: str, step: str) -> None:
        if call_id not in self._at:
            return
        seat, waiting = self._at.pop(call_id), self._waiting.pop(call_id, None)
        if waiting is not None:
            waiting.cancel()
        if seat is not None:
            self._free.put_nowait(seat)
        self._say(call_id, step)

    def _say(self, call_id: str, step: str, **more: str | None) -> None:
        told = {key: value for key, value in more.items() if value is not None}
        self._put({"event": step, "call_ref": f"sip:{call_id}", "at": datetime.now(UTC).isoformat(), **told})


async def wait_for_calls(plan: Plan, put: Callable[[Said], None]) -> None:
    """Run a bench until it is cancelled."""
    await Bench(plan, put).run()


def number_of(invite: SipRequest) -> str | None:
    """Who calls: by the network's word (P-Asserted-Identity, RFC 3325) before the caller's own (From)."""
    for name in ("p-asserted-identity", "from"):
        found = _USER.search(invite.get_header(name) or "")
        if found and any(letter.isdigit() for letter in found.group(1)):
            return found.group(1)
    return None
