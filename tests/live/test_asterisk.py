"""
Calls of a real Asterisk on a running desk: its trunk, its queue, its seats' telephones, its manager interface.

Skipped where no Asterisk is found; `ASTERISK=/path/to/asterisk` names one (`tests/dispatch/telephony/asterisk_server`).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from dispatch.errors import StartError
from dispatch.supervise import stop_tasks
from dispatch.telephony.ami import Manager, follow
from dispatch.telephony.asterisk import Calls
from dispatch.telephony.outbox import Outbox
from tests.dispatch.telephony.asterisk_server import (
    SEAT_HOST,
    SEATS,
    SECRET,
    TRUNK_HOST,
    USER,
    WAY_OUT,
    Asterisk,
    find_asterisk,
    running_asterisk,
)
from tests.dispatch.telephony.cable import Cable
from tests.dispatch.telephony.phone import WITHIN_S, Line, Phone, telephone
from tests.dispatch.telephony.sipp import WAY_OUT as NO_SIPP
from tests.dispatch.telephony.sipp import find_sipp, play
from tests.live.conftest import Live

pytestmark = pytest.mark.skipif(find_asterisk() is None, reason=WAY_OUT)
_numbers = count(903_800_000)


def number() -> str:
    """A number that nobody else calls from."""
    return f"+84{next(_numbers)}"


@dataclass
class Exchange:
    """An Asterisk with its telephones, the adapter beside it, and the desk that hears of it."""

    asterisk: Asterisk
    caller: Phone
    seats: dict[str, Phone]
    desk: httpx.AsyncClient
    outbox: Outbox
    to_desk: Cable
    to_asterisk: Cable
    before: frozenset[str]
    adapter: asyncio.Task[None] | None = None

    async def call(self, seat: str, extension: str = "115") -> tuple[Line, Line]:
        """Somebody calls, and a seat answers: the caller's line and the seat's."""
        line = self.caller.dial(extension, number())
        rings = await self.seats[seat].rings()
        rings.answer()
        await self.until(lambda calls: [stands(one) for one in calls][-1:] == [("answered", seat, False)])
        return line, rings

    async def calls(self) -> list[dict[str, Any]]:
        """The desk's calls since the test began, oldest first."""
        state = (await self.desk.get("/api/v1/snapshot")).json()["state"]
        found = [call for key, call in state["calls"].items() if key not in self.before]
        return sorted(found, key=lambda call: str(call["rang_at"]))

    async def until(self, is_so: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
        """The desk's calls as soon as they are so."""
        calls: list[dict[str, Any]] = []
        try:
            async with asyncio.timeout(WITHIN_S):
                while not is_so(calls := await self.calls()):  # noqa: ASYNC110  another process changes it
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise AssertionError(calls) from None
        return calls

    async def listen(self) -> None:
        """Start the adapter, with nothing in its memory; what it tells from then on is told in order."""
        if self.adapter is not None:
            await stop_tasks(self.adapter)
        calls = Calls(("from-trunk",), system=self.asterisk.folder.name)  # two may start within one second
        manager = Manager("127.0.0.1", self.to_asterisk.port, USER, SECRET)
        self.adapter = asyncio.create_task(follow(manager, calls, self.outbox.put, first_wait_s=0.05))
        await self.until_listened_to()

    async def until_listened_to(self) -> None:
        async with asyncio.timeout(WITHIN_S):
            while "desk" not in await self.asterisk.cli("manager show connected"):  # noqa: ASYNC110  likewise
                await asyncio.sleep(0.02)


@asynccontextmanager
async def exchange_beside(live: Live, folder: Path, **chosen: str) -> AsyncIterator[Exchange]:
    def headers(role: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {live.token(role)}"}

    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        to_desk = Cable(httpx.URL(live.url).port or 0)
        await to_desk.put_in()
        own = f"http://127.0.0.1:{to_desk.port}"
        told_by = await enter(httpx.AsyncClient(base_url=own, headers=headers("telephony"), timeout=60))
        desk = await enter(httpx.AsyncClient(base_url=live.url, headers=headers("supervisor"), timeout=60))
        asterisk = await enter(running_asterisk(folder, **chosen))
        to_asterisk = Cable(asterisk.ami_port)
        await to_asterisk.put_in()
        sip = "127.0.0.1", asterisk.sip_port
        caller = await enter(telephone("caller", TRUNK_HOST, 0, sip))
        seats = {seat: await enter(telephone(seat, SEAT_HOST, asterisk.seat_ports[seat], sip)) for seat in SEATS}
        before = frozenset((await desk.get("/api/v1/snapshot")).json()["state"]["calls"])
        outbox = Outbox(told_by, first_wait_s=0.05)
        telling = asyncio.create_task(outbox.run())
        exchange = Exchange(asterisk, caller, seats, desk, outbox, to_desk, to_asterisk, before)
        try:
            await exchange.listen()
            yield exchange
        finally:
            await stop_tasks(telling, *([exchange.adapter] if exchange.adapter else []))
            to_desk.pull_out()
            to_asterisk.pull_out()


@pytest.fixture
async def exchange(live: Live, short_dir: Path) -> AsyncIterator[Exchange]:
    """With a queue that rings one seat after the other."""
    async with exchange_beside(live, _folder(short_dir)) as running:
        yield running


def _folder(short_dir: Path) -> Path:
    """Asterisk's socket needs a short path."""
    folder = short_dir / f"pbx{next(_numbers)}"
    folder.mkdir()
    return folder


def stands(call: dict[str, Any]) -> tuple[Any, ...]:
    return call["status"], call["seat"], call["ended_at"] is not None


async def test_a_call_rings_at_a_seat_with_its_number_is_answered_there_and_is_over(exchange: Exchange) -> None:
    phone = number()
    line = exchange.caller.dial("115", phone)
    (call,) = await exchange.until(lambda calls: [stands(one) for one in calls] == [("ringing", "S1", False)])
    told = await exchange.desk.get(f"/api/v1/personal/{call['caller_token']}", params={"why": "test"})
    assert phone in told.text
    rings = await exchange.seats["S1"].rings()
    rings.answer()
    await exchange.until(lambda calls: [stands(one) for one in calls] == [("answered", "S1", False)])
    line.hang_up()
    (call,) = await exchange.until(lambda calls: [stands(one) for one in calls] == [("answered", "S1", True)])
    assert call["rang_at"] < call["answered_at"] < call["ended_at"]
    assert call["call_back"]["reason"] == "dropped"
    recording = await exchange.desk.get(f"/api/v1/calls/{call['id']}/recording", params={"why": "test"})
    assert recording.json()["recording_id"].endswith(".wav")
    assert list((exchange.asterisk.folder / "spool" / "monitor").iterdir())


@pytest.mark.parametrize("extension", ["115", "117"])
async def test_a_caller_who_hangs_up_unanswered_is_called_back(exchange: Exchange, extension: str) -> None:
    """In a queue that has answered the line (115), and in one that only rings (117)."""
    line = exchange.caller.dial(extension, number())
    (await exchange.seats["S1"].rings()).decline()
    await exchange.seats["S2"].rings()
    await exchange.until(lambda calls: [stands(one) for one in calls] == [("ringing", "S2", False)])
    if extension == "115":
        line.hang_up()
    else:
        line.give_up()
    (call,) = await exchange.until(lambda calls: [one["status"] for one in calls] == ["abandoned"])
    assert (call["call_back"]["reason"], call["answered_at"]) == ("abandoned", None)


async def test_two_callers_at_once_come_to_two_seats(exchange: Exchange) -> None:
    lines = [exchange.caller.dial("115", number()) for _ in range(2)]
    for seat in ("S1", "S2"):
        (await exchange.seats[seat].rings()).answer()
    calls = await exchange.until(lambda calls: [one["status"] for one in calls] == ["answered", "answered"])
    assert sorted(call["seat"] for call in calls) == ["S1", "S2"]
    for line in lines:
        line.hang_up()
    await exchange.until(lambda calls: all(one["ended_at"] for one in calls))


async def test_a_telephone_that_is_called_straight_rings_and_answers(exchange: Exchange) -> None:
    line = exchange.caller.dial("116", number())
    await exchange.until(lambda calls: [stands(one) for one in calls] == [("ringing", "S1", False)])
    (await exchange.seats["S1"].rings()).answer()
    await exchange.until(lambda calls: [stands(one) for one in calls] == [("answered", "S1", False)])
    line.hang_up()
    await exchange.until(lambda calls: [stands(one) for one in calls] == [("answered", "S1", True)])


async def test_where_all_seats_ring_none_is_named_until_one_answers(live: Live, short_dir: Path) -> None:
    async with exchange_beside(live, _folder(short_dir), strategy="ringall") as exchange:
        line = exchange.caller.dial("115", number())
        rings = [await exchange.seats[seat].rings() for seat in SEATS]
        await exchange.until(lambda calls: [stands(one) for one in calls] == [("ringing", None, False)])
        rings[1].answer()
        await exchange.until(lambda calls: [stands(one) for one in calls] == [("answered", "S2", False)])
        line.hang_up()
        await exchange.until(lambda calls: [stands(one) for one in calls] == [("answered", "S2", True)])


async def test_a_call_that_is_handed_over_opens_at_the_other_seat(exchange: Exchange) -> None:
    line, at_first = await exchange.call("S1")
    at_first.refer(f"sip:S2@127.0.0.1:{exchange.asterisk.sip_port}")
    (await exchange.seats["S2"].rings()).answer()
    await exchange.until(lambda calls: [stands(one) for one in calls] == [("answered", "S2", False)])
    line.hang_up()
    await exchange.until(lambda calls: [stands(one) for one in calls] == [("answered", "S2", True)])


async def test_a_seat_that_asks_another_one_keeps_the_call_until_it_hands_it_over(exchange: Exchange) -> None:
    line, at_first = await exchange.call("S1")
    at_first.hold()
    asks = exchange.seats["S1"].dial("S2")
    (await exchange.seats["S2"].rings()).answer()
    await asks.until_answered()
    await exchange.outbox.empty()
    assert [stands(one) for one in await exchange.calls()] == [("answered", "S1", False)]
    at_first.refer_to_line(asks)
    await exchange.until(lambda calls: [stands(one) for one in calls] == [("answered", "S2", False)])
    line.hang_up()
    await exchange.until(lambda calls: [stands(one) for one in calls] == [("answered", "S2", True)])


async def test_what_the_centre_dials_itself_is_no_call_to_115(live: Live, short_dir: Path) -> None:
    """By a seat's telephone, and by a program, which makes a trunk's channel first."""
    async with exchange_beside(live, _folder(short_dir), more_rights=",originate,call") as exchange:
        asterisk, sip = exchange.asterisk, ("127.0.0.1", exchange.asterisk.sip_port)
        async with telephone("outside", TRUNK_HOST, asterisk.outside_port, sip) as outside:
            dialled = exchange.seats["S1"].dial("0903115115")
            (await outside.rings()).answer()
            await dialled.until_answered()
            dialled.hang_up()
            to, back = "PJSIP/0903115115@trunk", {"Context": "seats", "Exten": "S1", "Priority": "1"}
            asking = asyncio.create_task(asterisk.act(Action="Originate", Channel=to, Async="true", **back))
            (await outside.rings()).answer()
            at_seat = await exchange.seats["S1"].rings()
            at_seat.answer()
            await asking
            at_seat.hang_up()
        line, _ = await exchange.call("S1", "116")
        assert [stands(one) for one in await exchange.calls()] == [("answered", "S1", False)]
        line.hang_up()


async def test_an_exchange_that_is_killed_mid_call_comes_back_and_the_call_is_over(exchange: Exchange) -> None:
    await exchange.call("S1")
    await exchange.asterisk.kill()
    await exchange.asterisk.start()
    (call,) = await exchange.until(lambda calls: [stands(one) for one in calls] == [("answered", "S1", True)])
    assert call["call_back"]["reason"] == "dropped"
    line, _ = await exchange.call("S1")
    assert len(await exchange.calls()) == 2
    line.hang_up()


async def test_what_happens_while_the_desk_is_out_of_reach_is_told_after_it_with_its_own_times(
    exchange: Exchange,
) -> None:
    line, at_first = await exchange.call("S1")
    exchange.to_desk.pull_out()
    at_first.refer(f"sip:S2@127.0.0.1:{exchange.asterisk.sip_port}")
    (await exchange.seats["S2"].rings()).answer()
    unheard = exchange.caller.dial("116", number())
    await exchange.seats["S1"].rings()
    unheard.give_up()
    line.hang_up()
    await exchange.asterisk.until_quiet()
    back_at = datetime.now(UTC)
    await exchange.to_desk.put_in()
    calls = await exchange.until(lambda calls: [one["status"] for one in calls] == ["answered", "abandoned"])
    calls = await exchange.until(lambda calls: [stands(one) for one in calls][:1] == [("answered", "S2", True)])
    assert all(datetime.fromisoformat(at) < back_at for at in (calls[0]["ended_at"], calls[1]["abandoned_at"]))


async def test_what_happens_while_the_adapter_hears_nothing_is_found_when_it_is_back(exchange: Exchange) -> None:
    line, _ = await exchange.call("S1")
    waits = exchange.caller.dial("115", number())
    rings = await exchange.seats["S2"].rings()
    await exchange.until(lambda calls: len(calls) == 2)
    exchange.to_asterisk.pull_out()
    rings.answer()
    line.hang_up()
    late = exchange.caller.dial("116", number())
    await exchange.seats["S1"].rings()
    await exchange.to_asterisk.put_in()
    calls = await exchange.until(lambda calls: [one["status"] for one in calls] == ["answered", "answered", "ringing"])
    await exchange.until(lambda calls: [one["ended_at"] is not None for one in calls] == [True, False, False])
    assert [call["seat"] for call in calls][:2] == ["S1", "S2"]
    waits.hang_up()
    late.give_up()
    await exchange.until(lambda calls: [one["status"] for one in calls][2] == "abandoned")


async def test_an_adapter_that_starts_mid_call_tells_where_it_stands_and_no_second_call(exchange: Exchange) -> None:
    line, at_first = await exchange.call("S1")
    await exchange.listen()
    at_first.refer(f"sip:S2@127.0.0.1:{exchange.asterisk.sip_port}")
    (await exchange.seats["S2"].rings()).answer()
    await exchange.until(lambda calls: [stands(one) for one in calls] == [("answered", "S2", False)])
    line.hang_up()
    await exchange.until(lambda calls: [stands(one) for one in calls] == [("answered", "S2", True)])


async def test_a_wrong_secret_and_an_unknown_user_end_the_adapter_with_the_reason(exchange: Exchange) -> None:
    port = exchange.asterisk.ami_port
    for manager in (Manager("127.0.0.1", port, USER, "wrong"), Manager("127.0.0.1", port, "nobody", "wrong")):
        with pytest.raises(StartError, match=f"refused user {manager.user}: Authentication failed"):
            await follow(manager, Calls(), exchange.outbox.put)


@pytest.mark.skipif(find_sipp() is None, reason=NO_SIPP)
async def test_calls_of_sipp_go_through_the_queue_to_the_seats(exchange: Exchange, tmp_path: Path) -> None:
    async def answer(phone: Phone) -> None:
        while True:
            (await phone.rings()).answer()

    staff = [asyncio.create_task(answer(phone)) for phone in exchange.seats.values()]
    await play("talks", exchange.asterisk.sip_port, tmp_path, talk_ms=5_000)
    calls = await exchange.until(lambda calls: len(calls) == 3 and all(one["ended_at"] for one in calls))
    await stop_tasks(*staff)
    assert {call["status"] for call in calls} <= {"answered"}
    assert sorted(call["seat"] for call in calls) == ["S1", "S2", "S3"]
