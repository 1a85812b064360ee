"""A SIP trunk against a real peer: sipp calls, gives up, or talks and hangs up. Skipped where sipp is not installed."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from aiosipua import SipMessage, SipRequest

from dispatch.telephony import sip
from dispatch.telephony.sip import Plan, number_of, wait_for_calls
from tests.dispatch.telephony.sipp import WAY_OUT, find_sipp, free_port, play

needs_sipp = pytest.mark.skipif(find_sipp() is None, reason=WAY_OUT)


async def heard_from(scenario: str, seats: tuple[str, ...], folder: Path) -> list[dict[str, Any]]:
    """What the desk is told while sipp plays a scenario three times."""
    said: list[dict[str, Any]] = []
    port = free_port()
    bench = asyncio.create_task(wait_for_calls(Plan("127.0.0.1", port, seats, 0.05, ("127.0.0.1", 4000)), said.append))
    await play(scenario, port, folder)
    bench.cancel()
    return said


@needs_sipp
async def test_calls_of_a_trunk_are_answered_at_the_seats_and_end(tmp_path: Path) -> None:
    said = await heard_from("talks", ("S1", "S2"), tmp_path)
    calls = {one["call_ref"] for one in said}
    steps = {ref: [one["event"] for one in said if one["call_ref"] == ref] for ref in calls}
    assert list(steps.values()) == [["ringing", "answered", "ended"]] * 3
    numbers = sorted(one["number"] for one in said if one["event"] == "ringing")
    assert numbers == ["+84903115001", "+84903115002", "+84903115003"]
    assert sorted(one["seat"] for one in said if one["event"] == "answered") in (
        ["S1", "S1", "S2"],
        ["S1", "S2", "S2"],
    )


@needs_sipp
async def test_callers_who_cancel_have_given_up(tmp_path: Path) -> None:
    said = await heard_from("gives_up", (), tmp_path)
    assert sorted(one["event"] for one in said) == ["abandoned"] * 3 + ["ringing"] * 3


class Peer(asyncio.DatagramProtocol):
    """Sends what it likes; `until` waits for so many answers that are no 100 Trying."""

    def __init__(self, port: int) -> None:
        self.port, self.answers = port, asyncio.Queue[str]()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        status = data.decode().partition("\r\n")[0]
        if " 100 " not in status:
            self.answers.put_nowait(status)

    def send(self, method: str, call_id: str, branch: str, body: str = "") -> None:
        host, port = self.transport.get_extra_info("sockname")
        kind = "Content-Type: application/sdp\r\n" if body else ""
        self.transport.sendto(
            f"{method} sip:115@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{branch}\r\n"
            f"Max-Forwards: 70\r\nFrom: <sip:0903@{host}>;tag={branch}\r\nTo: <sip:115@127.0.0.1>\r\n"
            f"Call-ID: {call_id}\r\nCSeq: 1 {method}\r\nContact: <sip:0903@{host}:{port}>\r\n{kind}"
            f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
        )


async def test_a_hostile_peer_ends_nobody_elses_call_takes_no_seat_and_fills_no_memory(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sip, "MOST_CALLS", 2)
    said: list[dict[str, Any]] = []
    port = free_port()
    plan = Plan("127.0.0.1", port, ("S1",), 0.0, ("127.0.0.1", 4000))
    bench = asyncio.create_task(wait_for_calls(plan, said.append))
    await asyncio.sleep(0)
    loop = asyncio.get_running_loop()
    transport, peer = await loop.create_datagram_endpoint(lambda: Peer(port), remote_addr=("127.0.0.1", port))
    async with asyncio.timeout(60):
        transport.sendto(b"INVITE \x00\xff 0903115115\r\n")
        transport.sendto(b"INVITE sip:0903115115@h SIP/2.0\r\nVia: x\r\nCSeq: 0903115115\r\nCall-ID: q\r\n\r\n")
        peer.send("INVITE", "video", "0", "v=0\r\no=- 1 1 IN IP4 h\r\ns=-\r\nt=0 0\r\nm=video 9 RTP/AVP 31\r\n")
        assert [await peer.answers.get() for _ in range(2)] == [
            "SIP/2.0 180 Ringing",
            "SIP/2.0 488 Not Acceptable Here",
        ]
        for number in (1, 2, 3):
            peer.send("INVITE", f"call{number}", str(number))
        answers = [await peer.answers.get() for _ in range(4)]
        assert sorted(answers) == ["SIP/2.0 180 Ringing"] * 2 + ["SIP/2.0 200 OK", "SIP/2.0 503 Service Unavailable"]
        peer.send("CANCEL", "call1", "2")
        await peer.answers.get()
    bench.cancel()
    transport.close()
    assert [(one["event"], one["call_ref"]) for one in said] == [
        ("ringing", "sip:video"),
        ("ended", "sip:video"),
        ("ringing", "sip:call1"),
        ("ringing", "sip:call2"),
        ("answered", "sip:call1"),
        ("abandoned", "sip:call2"),
    ]
    out = capfd.readouterr()
    assert "0903" not in out.out + out.err


@pytest.mark.parametrize(
    ("headers", "number"),
    [
        ('From: "Lan" <sip:0903115115@10.0.0.1>;tag=1', "0903115115"),
        ("From: <sip:anonymous@anonymous.invalid>;tag=1\r\nP-Asserted-Identity: <tel:+84903115115>", "+84903115115"),
        ("From: <sip:anonymous@anonymous.invalid>;tag=1", None),
    ],
)
def test_the_networks_word_on_who_calls_goes_before_the_callers_own(headers: str, number: str | None) -> None:
    text = f"INVITE sip:115@10.0.0.2 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1\r\n{headers}\r\n\r\n"
    invite = SipMessage.parse(text)
    assert isinstance(invite, SipRequest)
    assert number_of(invite) == number
