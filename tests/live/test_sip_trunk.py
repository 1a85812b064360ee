"""Calls of a SIP trunk on a running desk: sipp calls, and the desk knows who rang, who was answered, who gave up."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from dispatch.telephony.outbox import Outbox
from dispatch.telephony.sip import Plan, wait_for_calls
from tests.dispatch.telephony.sipp import WAY_OUT, find_sipp, free_port, play
from tests.live.conftest import Live


@pytest.mark.skipif(find_sipp() is None, reason=WAY_OUT)
async def test_callers_of_a_trunk_reach_their_seats_or_the_call_back_queue(live: Live, tmp_path: Path) -> None:
    headers = {"Authorization": f"Bearer {await asyncio.to_thread(live.token, 'telephony')}"}
    async with httpx.AsyncClient(base_url=live.url, headers=headers) as client:
        outbox, media = Outbox(client), ("127.0.0.1", 4000)
        staffed, unstaffed = (Plan("127.0.0.1", free_port(), seats, 0.05, media) for seats in (("T1", "T2"), ()))
        tasks = [asyncio.create_task(wait_for_calls(plan, outbox.put)) for plan in (staffed, unstaffed)]
        tasks.append(asyncio.create_task(outbox.run()))
        await play("talks", staffed.port, tmp_path)
        await play("gives_up", unstaffed.port, tmp_path)
        await outbox.empty()
        for task in tasks:
            task.cancel()
    with live.client("call_taker") as desk:
        calls = desk.get("/api/v1/snapshot").json()["state"]["calls"].values()
        waiting = desk.get("/api/v1/call-backs").json()["call_backs"]
    talked = [call for call in calls if call["seat"] in ("T1", "T2")]
    assert [(call["status"], call["call_back"]["reason"]) for call in talked] == [("answered", "dropped")] * 3
    assert all(call["rang_at"] < call["answered_at"] < call["ended_at"] for call in talked)
    gave_up = [one for one in waiting if one["reason"] == "abandoned" and len(one["rang_again"]) == 0]
    assert len(gave_up) >= 3
