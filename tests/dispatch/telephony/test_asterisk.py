"""The adapter for Asterisk, on a bench that speaks its manager interface; a real one: `tests/live/test_asterisk.py`."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from dispatch.errors import StartError
from dispatch.telephony.ami import Manager, follow
from dispatch.telephony.asterisk import Calls, Message, seat_of
from dispatch.telephony.commands import _run
from dispatch.telephony.outbox import Outbox
from tests.dispatch.telephony.exchange import SECRET, USER, Exchange, running_exchange

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)


class Heard:
    """What the adapter told, without times; `until` waits for so many."""

    def __init__(self) -> None:
        self.said: list[dict[str, Any]] = []
        self._more = asyncio.Event()

    def put(self, message: Mapping[str, Any]) -> None:
        self.said.append({key: value for key, value in message.items() if key != "at"})
        self._more.set()

    async def until(self, count: int) -> list[dict[str, Any]]:
        async with asyncio.timeout(60):
            while len(self.said) < count:
                self._more.clear()
                await self._more.wait()
        return self.said


def manager(exchange: Exchange, secret: str = SECRET) -> Manager:
    return Manager("127.0.0.1", exchange.port, USER, secret)


async def test_a_call_rings_is_answered_at_a_seat_and_ends() -> None:
    heard = Heard()
    async with running_exchange() as exchange, asyncio.TaskGroup() as tasks:
        adapter = tasks.create_task(follow(manager(exchange), Calls(("from-trunk",)), heard.put))
        await exchange.signed_in.wait()
        exchange.rings("0903115115")
        exchange.tell("VarSet", Linkedid="1764.1", Variable="MIXMONITOR_FILENAME", Value="/rec/1.wav")
        exchange.answers("S12")
        exchange.hangs_up()
        said = await heard.until(4)
        adapter.cancel()
    assert said == [
        {"event": "ringing", "call_ref": "1764.1", "number": "0903115115"},
        {"call_ref": "1764.1", "recording_id": "/rec/1.wav"},
        {"event": "answered", "call_ref": "1764.1", "seat": "S12"},
        {"event": "ended", "call_ref": "1764.1"},
    ]


async def test_what_happened_while_the_line_was_cut_is_told_after_it_is_back() -> None:
    heard = Heard()
    async with running_exchange() as exchange, asyncio.TaskGroup() as tasks:
        adapter = tasks.create_task(
            follow(manager(exchange), Calls(("from-trunk",), "hcm"), heard.put, first_wait_s=0.0)
        )
        await exchange.signed_in.wait()
        exchange.rings("0903115115", "1764.1")
        exchange.rings("<unknown>", "1764.2")
        await heard.until(2)
        exchange.cut()
        exchange.answers("S12", "1764.1")
        exchange.hangs_up("1764.2")
        exchange.rings("0903000003", "1764.3")
        said = await heard.until(5)
        adapter.cancel()
    assert said[2:] == [
        {"event": "ended", "call_ref": "hcm:1764.2"},
        {"event": "ringing", "call_ref": "hcm:1764.3", "number": "0903000003"},
        {"event": "answered", "call_ref": "hcm:1764.1", "seat": "S12"},
    ]
    assert exchange.logins == 2


async def test_neither_a_refused_list_nor_an_endless_line_keeps_a_call_from_the_desk() -> None:
    heard = Heard()
    async with running_exchange() as exchange, asyncio.TaskGroup() as tasks:
        exchange.may_list = False
        adapter = tasks.create_task(follow(manager(exchange), Calls(("from-trunk",)), heard.put))
        await exchange.signed_in.wait()
        exchange.tell("VarSet", Linkedid="1764.0", Variable="X", Value="Event: Hangup " * 20_000)
        exchange.rings("0903115115")
        exchange.hangs_up()
        said = await heard.until(2)
        adapter.cancel()
    assert [one["event"] for one in said] == ["ringing", "ended"]
    assert exchange.logins == 1


async def test_a_wrong_secret_ends_the_adapter_with_the_reason() -> None:
    async with running_exchange() as exchange:
        with pytest.raises(StartError, match="refused user desk: Authentication failed"):
            await follow(manager(exchange, "wrong"), Calls(), Heard().put)


def test_a_caller_who_hangs_up_in_the_queue_gave_up_and_calls_between_seats_are_not_ours() -> None:
    calls = Calls()
    join = {"Uniqueid": "1", "Linkedid": "1", "CallerIDNum": "0903", "Timestamp": "1796040000.5"}
    (rang,) = calls.hear({"Event": "QueueCallerJoin", **join}, NOW)
    assert rang["at"] == "2026-11-30T12:00:00.500000+00:00"
    assert [one["event"] for one in calls.hear({"Event": "QueueCallerAbandon", **join}, NOW)] == ["abandoned"]
    assert calls.hear({"Event": "Newchannel", "Context": "internal", "Uniqueid": "2", "Linkedid": "2"}, NOW) == []
    assert calls.hear({"Event": "BridgeEnter", "Channel": "SIP/9-1", "Uniqueid": "3", "Linkedid": "2"}, NOW) == []


def test_a_call_found_up_rang_when_its_channel_began() -> None:
    channel = {"Uniqueid": "1", "Linkedid": "1", "Application": "Queue", "Duration": "00:01:30", "CallerIDNum": "1"}
    (rang,) = Calls().resume([channel], NOW)
    assert rang["at"] == (NOW - timedelta(seconds=90)).isoformat()


CALLER = {"Channel": "PJSIP/trunk-1", "Uniqueid": "1", "Linkedid": "1", "Context": "trunk", "CallerIDNum": "0903"}
RINGS = {"Event": "Newchannel", "ChannelStateDesc": "Ring", **CALLER}


def enters(bridge: str, channel: str, unique_id: str, linked: str = "1") -> Message:
    ids = {"Uniqueid": unique_id, "Linkedid": linked}
    return {"Event": "BridgeEnter", "BridgeUniqueid": bridge, "Channel": channel, **ids}


def leaves(bridge: str, unique_id: str) -> Message:
    return {"Event": "BridgeLeave", "BridgeUniqueid": bridge, "Uniqueid": unique_id, "Linkedid": "1"}


def dials(event: str, seat: str, unique_id: str, status: str = "") -> Message:
    to = {"DestChannel": f"PJSIP/{seat}-{unique_id}", "DestUniqueid": unique_id, "DialStatus": status}
    return {"Event": event, **CALLER, **to}


def heard_from(*messages: Message) -> list[dict[str, Any]]:
    """What is told, without times and reference."""
    calls = Calls(("trunk",))
    said = [one for message in messages for one in calls.hear(message, NOW)]
    return [{key: value for key, value in one.items() if key not in ("at", "call_ref")} for one in said]


RANG = {"event": "ringing", "number": "0903"}
TALKS = (enters("a", "PJSIP/S1-2", "2"), enters("a", "PJSIP/trunk-1", "1"))


def test_a_channel_that_a_program_makes_towards_somebody_is_no_call() -> None:
    assert heard_from({**RINGS, "ChannelStateDesc": "Down"}) == []


def test_a_seat_is_named_while_it_alone_rings() -> None:
    first = (dials("DialBegin", "S1", "2"), dials("DialState", "S1", "2", "RINGING"))
    then = (dials("DialEnd", "S1", "2"), dials("DialBegin", "S2", "3"), dials("DialState", "S2", "3", "RINGING"))
    assert heard_from(RINGS, *first, first[1], *then) == [
        RANG,
        {"event": "ringing", "seat": "S1"},
        {"event": "ringing", "seat": "S2"},
    ]
    assert heard_from(RINGS, first[0], then[1], first[1], then[2]) == [RANG]


def test_a_number_told_after_the_ringing_is_told_on_once() -> None:
    hidden = {**RINGS, "CallerIDNum": "<unknown>"}
    told = {"Event": "NewCallerid", **CALLER}
    assert heard_from(hidden, told, told) == [{"event": "ringing"}, {"number": "0903"}]


def test_a_seat_that_asks_another_one_keeps_the_call_and_takes_it_back() -> None:
    """By the exchange's own key for it: the other's channel is then linked to the caller's from the start."""
    asks = (leaves("a", "2"), enters("b", "PJSIP/S1-2", "2"), enters("b", "PJSIP/S2-3", "3"))
    back = (leaves("b", "2"), enters("a", "PJSIP/S1-2", "2"))
    assert heard_from(RINGS, *TALKS, *asks, *back) == [RANG, {"event": "answered", "seat": "S1"}]


def test_a_caller_who_is_taken_into_the_others_bridge_is_with_whom_is_there() -> None:
    others = (enters("b", "PJSIP/S2-3", "3", "3"), leaves("a", "1"), enters("b", "PJSIP/trunk-1", "1"))
    assert heard_from(RINGS, *TALKS, *others)[1:] == [
        {"event": "answered", "seat": "S1"},
        {"event": "answered", "seat": "S2"},
    ]


def test_a_call_that_is_merged_with_an_older_one_still_ends() -> None:
    older = {"Linkedid": "0"}
    assert heard_from(RINGS, *TALKS, {"Event": "Hangup", **CALLER, **older})[-1] == {"event": "ended"}


def test_behind_a_local_channel_stands_the_telephone() -> None:
    local = (enters("a", "Local/S3@seats-1;1", "2"), enters("a", "PJSIP/trunk-1", "1"))
    behind = (enters("b", "Local/S3@seats-1;2", "3"), enters("b", "PJSIP/phone7-4", "4"))
    assert heard_from(RINGS, *local, *behind) == [RANG, {"event": "answered", "seat": "phone7"}]


def test_a_picked_up_call_is_at_the_seat_that_its_channel_is_named_after() -> None:
    renamed = {"Event": "Rename", "Uniqueid": "2", "Linkedid": "1", "Newname": "PJSIP/S2-3"}
    assert heard_from(RINGS, *TALKS, renamed)[1:] == [
        {"event": "answered", "seat": "S1"},
        {"event": "answered", "seat": "S2"},
    ]


@pytest.mark.parametrize(
    ("channel", "seat"),
    [("PJSIP/S12-0000002a", "S12"), ("SIP/ghe-12-1f", "ghe-12"), ("Local/S3@seats-1;2", "S3"), ("", None)],
)
def test_a_seat_is_read_from_the_name_of_its_channel(channel: str, seat: str | None) -> None:
    assert seat_of(channel) == seat


async def test_one_callers_endless_number_leaves_the_other_messages_whole() -> None:
    bodies: list[bytes] = []
    is_told = asyncio.Event()

    def desk(request: httpx.Request) -> httpx.Response:
        bodies.append(request.content)
        is_told.set()
        return httpx.Response(200)

    async with httpx.AsyncClient(transport=httpx.MockTransport(desk), base_url="http://desk") as client:
        outbox = Outbox(client)
        for number in range(100):
            outbox.put({"call_ref": str(number), "number": "9" * 60_000, "seat": "\ud800"})
        running = asyncio.create_task(outbox.run())
        await is_told.wait()
        running.cancel()
    told = msgspec.json.decode(bodies[0])
    assert len(bodies[0]) < 100_000
    assert (len(told), told[-1]) == (100, {"call_ref": "99", "number": "9" * 200, "seat": "?"})


def test_an_adapter_that_can_tell_nothing_more_ends(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("secret")

    async def hear(outbox: Outbox) -> None:
        outbox.put({"call_ref": object()})
        await asyncio.Event().wait()

    with pytest.raises(TypeError, match="not JSON serializable"):
        _run("http://127.0.0.1:9", token, hear)


async def test_what_the_desk_did_not_take_is_told_again_in_order() -> None:
    taken: list[str] = []
    answers = iter([503, 503])
    is_told = asyncio.Event()

    def desk(request: httpx.Request) -> httpx.Response:
        status = next(answers, 200)
        if status == 200:
            taken.append(request.content.decode())
            is_told.set()
        return httpx.Response(status)

    async with httpx.AsyncClient(transport=httpx.MockTransport(desk), base_url="http://desk") as client:
        outbox = Outbox(client, first_wait_s=0.0)
        for number in range(3):
            outbox.put({"call_ref": str(number)})
        running = asyncio.create_task(outbox.run())
        await is_told.wait()
        running.cancel()
    assert taken == ['[{"call_ref":"0"},{"call_ref":"1"},{"call_ref":"2"}]']
