"""
One look at the world every second, and for each thing that somebody should do now, one request.

What to do is decided by `scripts` and `desk_scripts`; here it is done once: a request that is under way, or whose
effect the feed has not shown yet, is not made again. A 409 is normal life: somebody was faster, so we look again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from dispatch.domain.state import Call, Incident, State, Unit
from simulator import desk_scripts, scripts
from simulator.api import NOT_ANSWERED, Api, Reply
from simulator.callers import Callers, call_body, incident_body, settled_place
from simulator.crews import Crews
from simulator.demand import DemandCall
from simulator.destinations import possible_hospitals
from simulator.fleet import Fleet
from simulator.follow import Follower
from simulator.motion import apart_m
from simulator.tally import Tally

SEEN_WITHIN_S = 5.0
"""The feed shows what was done within this time, or something is wrong and we look again."""
AFTER_CONFLICT_S = 3.0
FOR_EVER_S = 1e9
DUPLICATE_PATIENCE = 0.4
"""A second caller is recognised sooner than an unknown place is found (guess)."""


@dataclass
class _Hold:
    """Until when, and until which event, a thing is left alone."""

    until: float
    seq: int = 0


@dataclass(frozen=True)
class Options:
    """`person_s`: how long people at the console have before the demo's own step in; `dispatcher`: whether it does."""

    speed: float = 1.0
    person_s: float = 30.0
    dispatcher: bool = True


class Player:
    """Plays callers, stations, crews and the desk's demo staff against what the follower sees."""

    def __init__(
        self,
        api: Api,
        follower: Follower,
        fleet: Fleet,
        crews: Crews,
        callers: Callers,
        tally: Tally,
        options: Options,
        destinations: frozenset[str],
        say: Callable[[str], None],
    ) -> None:
        self._api, self._follower, self._fleet = api, follower, fleet
        self._crews, self._callers, self._tally, self._options = crews, callers, tally, options
        self._destinations, self._say = destinations, say
        self._holds: dict[str, _Hold] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._forbidden: set[str] = set()

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def tick(self, now: datetime) -> None:
        """Look once, and start what is due."""
        for told in self._callers.take_due(now):
            self._once(f"ring {told.key}", partial(self._ring, told))
        state = self._follower.state
        if state is None or not self._follower.is_ready.is_set():
            return
        self._crews_act(state, now)
        self._stations_act(state, now)
        self._desk_acts(state, now)
        self._send_positions(state, now)
        self._callers.forget(state.calls)

    # --- crews ------------------------------------------------------------------------------------------

    def _crews_act(self, state: State, now: datetime) -> None:
        for unit in state.units.values():
            if unit.status == "off_duty":
                continue
            if unit.id not in self._fleet:
                self._find(unit, state)
            where = self._fleet.where(unit, now)
            step = scripts.next_step(unit, state, where, now, self._crews, self._options.speed)
            if not isinstance(step, scripts.Wait):
                self._once(f"unit {unit.id}", self._acting(unit, state, step))

    def _find(self, unit: Unit, state: State) -> None:
        """Where a unit is that we drive from now on: where it was last seen, or at its station."""
        home = scripts.home_of(unit, state.stations[unit.station_id])
        seen = self._follower.last_seen.get(unit.id)
        is_home = unit.status == "available" and (seen is None or apart_m(seen, home) <= scripts.AT_STATION_M)
        self._fleet.stand(unit.id, home if is_home or seen is None else seen)

    def _acting(self, unit: Unit, state: State, step: scripts.Step) -> Callable[[], Awaitable[Reply | None]]:
        match step:
            case scripts.Drive(to):
                return lambda: self._fleet.drive(unit, to)
            case scripts.ChooseHospital():
                incident = state.incidents[unit.incident_id or ""]
                hospitals = possible_hospitals(state.hospitals.values(), self._destinations)
                return lambda: self._fleet.choose_hospital(unit, incident.complaint, hospitals)
            case scripts.Report() as report:
                return lambda: self._report(unit, report, state)
            case _:
                raise AssertionError(f"nobody acts on {step}")

    async def _report(self, unit: Unit, report: scripts.Report, state: State) -> Reply:
        body = {
            "status": report.status,
            "incident_id": unit.incident_id,
            "hospital_id": report.hospital_id,
            "outcome": report.outcome,
            "at": datetime.now(UTC).isoformat(),
        }
        reply = await self._api.command(
            f"units/{unit.id}/status", {name: value for name, value in body.items() if value is not None}
        )
        if reply.is_done and report.status == "available":
            self._fleet.stand(unit.id, scripts.home_of(unit, state.stations[unit.station_id]))
        return reply

    def _send_positions(self, state: State, now: datetime) -> None:
        if "positions" in self._holds:
            return
        units = [unit.id for unit in state.units.values() if unit.status != "off_duty" and unit.id in self._fleet]
        fixes = self._fleet.take_fixes(units, now)
        if fixes:
            self._once("positions", lambda: self._post_positions(fixes))

    async def _post_positions(self, fixes: list[dict[str, Any]]) -> None:
        reply = await self._api.send("positions", fixes)
        self._tally.count("positions", reply.body.get("accepted", 0))
        self._tally.count("positions_rejected", len(reply.body.get("rejected", ())))
        for rejected in reply.body.get("rejected", ())[:1]:
            self._say(f"a position was rejected: {rejected.get('reason')}")

    # --- stations ---------------------------------------------------------------------------------------

    def _stations_act(self, state: State, now: datetime) -> None:
        for incident in state.incidents.values():
            for offer in incident.open_offers:
                answer = scripts.answer_offer(offer, state.stations[offer.station_id], now, self._crews)
                if answer is None:
                    continue
                body = {"answer": "accept"} if answer.accept else {"answer": "refuse", "reason": answer.code}
                self._command(f"offer {offer.id}", f"offers/{offer.id}/answer", body)

    # --- the desk ---------------------------------------------------------------------------------------

    def _desk_acts(self, state: State, now: datetime) -> None:
        for call_id, told in self._callers.told.items():
            if call := state.calls.get(call_id):
                self._take_on(call, told, state, now)
        if not self._options.dispatcher:
            return
        for incident_id, advice in list(self._follower.advice.items()):
            if incident := state.incidents.get(incident_id):
                self._offer(incident, advice, now)
            else:
                del self._follower.advice[incident_id]
        for alarm in desk_scripts.alarms_due(state.alarms.values(), now, self._crews, self._options.person_s):
            self._command(f"alarm {alarm.id}", f"alarms/{alarm.id}/acknowledge", {})

    def _take_on(self, call: Call, told: DemandCall, state: State, now: datetime) -> None:
        """What the demo's call-taker does with one of our calls."""
        middle_s = self._options.person_s * (DUPLICATE_PATIENCE if told.same_as else 1.0)
        patience_s = self._crews.person_s("call-taker", call.id, middle_s)
        match desk_scripts.call_step(call, told, state, self._callers.call_ids, now, patience_s):
            case desk_scripts.OpenIncident():
                self._command(f"call {call.id}", "incidents", incident_body(call.id, told))
            case desk_scripts.CloseCall():
                self._command(f"call {call.id}", f"calls/{call.id}/close", {"outcome": "no_content"})
            case desk_scripts.JoinCall(incident_id):
                self._command(f"call {call.id}", f"calls/{call.id}/join", {"incident_id": incident_id})
            case desk_scripts.SettlePlace(incident_id, version):
                body = {"version": version, "place": settled_place(told), "reason": "read back to the caller"}
                self._command(f"place {incident_id}", f"incidents/{incident_id}", body, "PATCH")

    def _offer(self, incident: Incident, advice: desk_scripts.Advice, now: datetime) -> None:
        for unit_id in desk_scripts.offers_due(incident, advice, now, self._crews, self._options.person_s):
            body = {"unit_id": unit_id, "channel": "app"}
            self._command(f"send {incident.id} {unit_id}", f"incidents/{incident.id}/offers", body)

    async def _ring(self, told: DemandCall) -> Reply:
        reply = await self._api.command("calls", call_body(told))
        if reply.is_done:
            self._callers.note(reply.body["call"]["id"], told)
        return reply

    # --- once -------------------------------------------------------------------------------------------

    def _command(self, what: str, path: str, body: dict[str, Any], method: str = "POST") -> None:
        """Make a request, unless the same is under way or this kind of it is not ours to make."""
        if what.partition(" ")[0] not in self._forbidden:
            self._once(what, lambda: self._api.command(path, body, method))

    def _once(self, what: str, act: Callable[[], Awaitable[Reply | None]]) -> None:
        if self._is_held(what):
            return
        self._holds[what] = _Hold(FOR_EVER_S + time.monotonic())
        task = asyncio.create_task(self._do(what, act))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _is_held(self, what: str) -> bool:
        hold = self._holds.get(what)
        if hold is None:
            return False
        state = self._follower.state
        is_seen = bool(hold.seq) and state is not None and state.seq >= hold.seq
        if is_seen or time.monotonic() >= hold.until:
            del self._holds[what]
            return False
        return True

    async def _do(self, what: str, act: Callable[[], Awaitable[Reply | None]]) -> None:
        try:
            reply = await act()
        except Exception as error:
            self._say(f"{what}: {type(error).__name__}: {error}")
            self._holds[what] = _Hold(time.monotonic() + SEEN_WITHIN_S)
            return
        if reply is None:
            del self._holds[what]
        elif reply.is_done:
            self._holds[what] = _Hold(time.monotonic() + SEEN_WITHIN_S, reply.seq)
        else:
            self._note_failure(what, reply)

    def _note_failure(self, what: str, reply: Reply) -> None:
        if reply.status == NOT_ANSWERED:
            self._tally.count("unanswered")
        elif reply.status == 409:
            self._tally.count("conflicts")
        elif reply.status == 403:
            self._say(f"{what} is not ours to do: {reply.body.get('detail', '')}")
            self._forbidden.add(what.partition(" ")[0])
        else:
            self._say(f"{what}: {reply.status} {reply.body.get('detail', '')}")
        self._holds[what] = _Hold(time.monotonic() + AFTER_CONFLICT_S)
