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
from simulator.api import NOT_ANSWERED, Api, Clients, Reply
from simulator.callers import Ringing, call_body, incident_body, settled_place
from simulator.crews import Crews
from simulator.demand import DemandCall
from simulator.destinations import possible_hospitals
from simulator.fleet import Fleet
from simulator.follow import Follower
from simulator.meter import Meter
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
    """
    `person_s`: how long people at the console have before the demo's own step in; `dispatcher`: whether it does.
    `answers_voice`: whether it enters what stations say that are asked by telephone.
    """

    speed: float = 1.0
    person_s: float = 30.0
    dispatcher: bool = True
    answers_voice: bool = False


class Player:
    """Plays callers, stations, crews and the desk's demo staff against what the follower sees."""

    def __init__(
        self,
        clients: Clients,
        follower: Follower,
        fleet: Fleet,
        crews: Crews,
        callers: Ringing,
        tally: Tally,
        options: Options,
        destinations: frozenset[str],
        say: Callable[[str], None],
        meter: Meter | None = None,
    ) -> None:
        self._meter = meter or Meter()
        self._clients, self._follower, self._fleet = clients, follower, fleet
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
            "details": scripts.details_of(report.outcome, datetime.now(UTC)),
            "at": datetime.now(UTC).isoformat(),
        }
        told = {name: value for name, value in body.items() if value is not None}
        began = time.perf_counter()
        reply = await self._clients.unit(unit.id).command(f"units/{unit.id}/status", told)
        if reply.is_done:
            self._meter.began(reply.seq, "status → the consoles' feed", began)
        if reply.is_done and report.status == "available":
            self._fleet.stand(unit.id, scripts.home_of(unit, state.stations[unit.station_id]))
        return reply

    def _send_positions(self, state: State, now: datetime) -> None:
        if "positions" in self._holds:
            return
        units = [unit.id for unit in state.units.values() if unit.status != "off_duty" and unit.id in self._fleet]
        fixes = self._fleet.take_fixes(units, now)
        if self._clients.units:
            for fix in fixes:
                unit_id = fix["unit_id"]
                self._once(f"fix {unit_id}", partial(self._post_positions, self._clients.unit(unit_id), [fix]))
        elif fixes:
            self._once("positions", partial(self._post_positions, self._clients.desk, fixes))

    async def _post_positions(self, api: Api, fixes: list[dict[str, Any]]) -> None:
        reply = await api.send("positions", fixes)
        self._tally.count("positions", reply.body.get("accepted", 0))
        self._tally.count("positions_rejected", len(reply.body.get("rejected", ())))
        for rejected in reply.body.get("rejected", ()):
            self._meter.trouble("a position was rejected")
            self._say(f"a position was rejected: {rejected.get('reason')}")

    # --- stations ---------------------------------------------------------------------------------------

    def _stations_act(self, state: State, now: datetime) -> None:
        for incident in state.incidents.values():
            for offer in incident.open_offers:
                station = state.stations[offer.station_id]
                answer = scripts.answer_offer(offer, station, now, self._crews, by_voice=self._options.answers_voice)
                if answer is None:
                    continue
                body = {"answer": "accept"} if answer.accept else {"answer": "refuse", "reason": answer.code}
                if offer.channel == "voice":
                    body["on_behalf_of"] = station.name
                by = self._clients.station(offer.station_id)
                self._command(f"offer {offer.id}", f"offers/{offer.id}/answer", body, by=by)

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
                self._once(f"call {call.id}", partial(self._open, call.id, told))
            case desk_scripts.CloseCall():
                self._command(f"call {call.id}", f"calls/{call.id}/close", {"outcome": "no_content"})
            case desk_scripts.JoinCall(incident_id):
                self._command(f"call {call.id}", f"calls/{call.id}/join", {"incident_id": incident_id})
            case desk_scripts.SettlePlace(incident_id, version):
                body = {"version": version, "place": settled_place(told), "reason": "read back to the caller"}
                self._command(f"place {incident_id}", f"incidents/{incident_id}", body, "PATCH")

    def _offer(self, incident: Incident, advice: desk_scripts.Advice, now: datetime) -> None:
        for unit_id in desk_scripts.offers_due(incident, advice, now, self._crews, self._options.person_s):
            self._once(f"send {incident.id} {unit_id}", partial(self._make_offer, incident.id, unit_id))

    async def _make_offer(self, incident_id: str, unit_id: str) -> Reply:
        began = time.perf_counter()
        reply = await self._clients.desk.command(
            f"incidents/{incident_id}/offers", {"unit_id": unit_id, "channel": "app"}
        )
        offer = reply.body.get("offer") if reply.is_done else None
        if offer is not None and offer["station_id"] in self._clients.stations:
            self._meter.began(offer["id"], "offer → rings at the station", began, screens=1)
        return reply

    async def _open(self, call_id: str, told: DemandCall) -> Reply:
        began = time.perf_counter()
        reply = await self._clients.desk.command("incidents", incident_body(call_id, told))
        self._wait_for_advice(reply.body.get("id"), began)
        return reply

    async def _ring(self, told: DemandCall) -> Reply:
        began = time.perf_counter()
        reply = await self._clients.desk.command("calls", call_body(told))
        if reply.is_done:
            self._callers.note(reply.body["call"]["id"], told)
            self._wait_for_advice((reply.body.get("incident") or {}).get("id"), began)
        return reply

    def _wait_for_advice(self, incident_id: str | None, began: float) -> None:
        if incident_id is not None:
            self._meter.began(("advice", incident_id), "call → recommendation on the feed", began)

    # --- once -------------------------------------------------------------------------------------------

    def _command(self, what: str, path: str, body: dict[str, Any], method: str = "POST", by: Api | None = None) -> None:
        """Make a request."""
        api = by or self._clients.desk
        self._once(what, lambda: api.command(path, body, method))

    def _once(self, what: str, act: Callable[[], Awaitable[Reply | None]]) -> None:
        """Do it, unless the same is under way or this kind of it is not ours to do."""
        if what.partition(" ")[0] in self._forbidden or self._is_held(what):
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
