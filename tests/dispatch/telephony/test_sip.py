"""A SIP trunk against a real peer: sipp calls, gives up, or talks and hangs up. Skipped where sipp is not installed."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from aiosipua import SipMessage, SipRequest

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
