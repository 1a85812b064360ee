"""
The desk's own state of a simulated day: every step told as the events that the live log would hold, and folded.

So the desk's decisions see in the simulator what they see at the desk, and no step is possible here that the desk's
lifecycles refuse. Costs some 0.1 ms a step; only days whose policies ask for it have one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dispatch.assignment import offers, runs
from dispatch.assignment.asking import OfferRequest
from dispatch.assignment.eligible import SKILL_BITS
from dispatch.assignment.offer_ends import find_offer
from dispatch.domain import events as ev
from dispatch.domain.events import Need, Recorded
from dispatch.domain.events.base import stream_of
from dispatch.domain.fold import apply
from dispatch.domain.place import Place
from dispatch.domain.state import State
from dispatch.domain.words import Outcome, UnitReport
from dispatch.positions.model import Position
from simulator.begun import BegunHospital
from simulator.units import FIRST, GOING, KIND_NAMES, Run, Unit

if TYPE_CHECKING:
    from simulator.city import CityWorld
    from simulator.day import Day

ACTOR = "simulator"
REPORT_OF: dict[str, UnitReport] = {
    "en_route": "en_route", "on_scene": "on_scene", "conveying": "transporting", "at_hospital": "at_hospital",
    "handed_over": "handed_over", "returning": "returning", "off_duty": "off_duty", "on_duty": "available",
    "resting": "on_break", "rested": "available", "at_post": "available",
}  # fmt: skip
Points = NDArray[np.float64]


class Mirror:
    """Listens to a day; `state` is what the desk would know, `log` what its log would hold if `keeps_log`."""

    def __init__(self, day: Day, world: CityWorld, start: datetime, *, keeps_log: bool = False) -> None:
        self.day, self.world, self.start = day, world, start
        self.state = State()
        self.log: list[Recorded] | None = [] if keeps_log else None
        self._versions: dict[str, int] = {}
        self._offers = 0
        self._register()
        if day.begun is not None:
            self._fold([_revised(hospital) for hospital in day.begun.hospitals])

    @property
    def now(self) -> datetime:
        """The day's clock as the desk reads it."""
        return self.start + timedelta(seconds=self.day.now_s)

    def positions(self) -> Mapping[str, Position]:
        """Where every unit on duty is, as its device would tell."""
        if self.day.on_road:
            self.day.settle()
        points, now, here = self.world.points, self.now, self.day.here.tolist()
        for unit in self.day.units:
            if unit.status == GOING:
                here[unit.index] = self.day.under_way(unit)
        return {
            unit.id: Position(lon=float(points[at, 0]), lat=float(points[at, 1]), at=now)
            for unit, at in zip(self.day.units, here, strict=True)
        }

    def revise(self, hospital_id: str, status: str, diversion: tuple[str, ...]) -> None:
        """A hospital tells how it is and what it asks not to receive."""
        self._fold([_revised(BegunHospital(hospital_id, status, diversion))])

    def tell(self, what: str, run: Run | None, call: int, unit: Unit | None) -> None:
        """A step of the day, in the desk's own events."""
        if what == "opened":
            self._fold([self._opened(call)])
        elif what == "given_up":
            self._fold([ev.IncidentClosed(incident_id=f"I{call}", outcome="cancelled_before_departure")])
        elif what == "free":
            assert run is not None
            assert unit is not None
            self._report("returning", unit, outcome=self._outcome(run))
        elif what == "moving":
            assert unit is not None
            self._moving(unit)
        elif what in REPORT_OF:
            assert unit is not None
            if not (REPORT_OF[what] == "available" and self.state.units[unit.id].status == "available"):
                self._report(REPORT_OF[what], unit, hospital=run.hospital if run else -1)
        else:
            assert run is not None
            assert unit is not None
            self._fold(self._offer_step(what, run, call, unit))

    def _offer_step(self, what: str, run: Run, call: int, unit: Unit) -> list[ev.Event]:
        state = self.state
        if what in ("offered", "diverted"):
            self._offers += 1
            run.token = f"O{self._offers}"
            request = OfferRequest(
                offer_id=run.token,
                incident_id=f"I{call}",
                unit_id=unit.id,
                tier="first" if run.tier == FIRST else None,
                signed=what == "diverted",
                timeout_s=self.day.rules.silence_s,
            )
            return offers.make_offer(state, request, self.now)
        assert run.token is not None
        _, offer = find_offer(state, run.token)
        if offer.status != "open":
            return []
        if what == "accepted":
            return offers.accept_offer(state, offer.id)
        if what == "silent":
            return offers.expire_offer(state, offer.id)
        if what == "refused":
            return offers.refuse_offer(state, offer.id, "no_crew", None)
        return offers.withdraw_offer(state, offer.id, "another station accepted first")

    def _opened(self, call: int) -> ev.Event:
        calls, points = self.day.calls, self.world.points
        lon, lat = points[calls.column("place")[call]].tolist()
        bits = calls.column("needs")[call]
        need = Need(tuple(skill for skill, bit in SKILL_BITS.items() if bits & bit))
        hospital = calls.column("hospital")[call]
        kind = calls.kinds[calls.column("kind")[call]]
        emergency = kind == "emergency"
        return ev.IncidentOpened(
            incident_id=f"I{call}",
            number=f"{call}",
            answered_at=self.start + timedelta(seconds=calls.column("at_s")[call]),
            priority=calls.column("priority")[call],
            complaint=calls.complaints[calls.column("complaint")[call]] if emergency else "unknown",
            place=Place(lon=lon, lat=lat, kind="point", label=""),
            needs=(need,) * calls.column("units")[call],
            kind=kind,
            hospital_id=self._hospital_id(hospital),
        )

    def _hospital_id(self, place: int) -> str | None:
        row = place - self.world.first_hospital
        return self.world.hospitals[row].id if place >= 0 and row >= 0 else None

    def _report(self, report: UnitReport, unit: Unit, outcome: Outcome | None = None, hospital: int = -1) -> None:
        if report == "returning" and self.state.units[unit.id].status == "returning":
            return
        said = runs.Report(
            unit_id=unit.id, status=report, at=self.now, hospital_id=self._hospital_id(hospital), outcome=outcome
        )
        self._fold(runs.report(self.state, said, self.now))

    @staticmethod
    def _outcome(run: Run) -> Outcome:
        if run.outcome == "conveyed":
            return "conveyed"
        return "relayed" if run.tier == FIRST else "treated_not_conveyed"

    def _moving(self, unit: Unit) -> None:
        station = self.world.stations[unit.post - self.world.first_station].id
        known = self.state.units[unit.id]
        if known.status == "available" and known.post == station:
            return
        asked = ev.MoveUpAsked(unit_id=unit.id, station_id=station)
        self._fold([asked, ev.MoveUpStarted(unit_id=unit.id, station_id=station)])

    def _register(self) -> None:
        told: list[ev.Event] = [
            ev.StationRegistered(
                station_id=one.id, name=one.id, name_en=one.id, kind=one.kind, can_refuse=one.can_refuse,
                lon=one.lon, lat=one.lat,
            )
            for one in self.world.stations
        ]  # fmt: skip
        told += [
            ev.HospitalRegistered(
                hospital_id=row.id, name=row.name_vi, name_en=row.name_en, lon=row.lon, lat=row.lat,
                emergency=row.emergency, capabilities=row.capabilities,
            )
            for row in self.world.hospitals
        ]  # fmt: skip
        told += [
            ev.UnitRegistered(
                unit_id=unit.id,
                station_id=self.world.stations[unit.station].id,
                kind=KIND_NAMES[unit.kind],  # type: ignore[arg-type]  # the same words
                skills=tuple(skill for skill, bit in SKILL_BITS.items() if unit.skills & bit),
                staffed=True,
            )
            for unit in self.day.units
        ]
        self._fold(told)

    def _fold(self, told: list[ev.Event]) -> None:
        now = self.now
        for event in told:
            stream = stream_of(event)
            version = self._versions[stream] = self._versions.get(stream, 0) + 1
            recorded = Recorded(
                seq=self.state.seq + 1, stream=stream, version=version, type=type(event).__name__, actor=ACTOR,
                at=now, recorded_at=now, data=event,
            )  # fmt: skip
            apply(self.state, recorded)
            if self.log is not None:
                self.log.append(recorded)


def _revised(told: BegunHospital) -> ev.Event:
    return ev.HospitalRevised(
        hospital_id=told.id,
        status=told.status,  # type: ignore[arg-type]  # as the desk's state had it
        diversion=told.diversion,
        capacity=told.capacity or None,  # type: ignore[arg-type]
    )


class TableTravel:
    """The table as the desk's decisions ask for travel times: by coordinates, which must be places of the table."""

    def __init__(self, day: Day, world: CityWorld) -> None:
        self._day = day
        self._at: dict[tuple[float, float], int] = {}
        for place, (lon, lat) in enumerate(world.points.tolist()):
            self._at.setdefault((lon, lat), place)

    @property
    def version(self) -> str:
        return f"hour {self._day.places.hour(self._day.now_s)}"

    def times(self, origins: Points, destinations: Points, profile: str) -> Points:
        """Seconds, origins × destinations, departing now."""
        places = self._day.places
        table = places.time_s[profile == "motorbike"][places.band[places.hour(self._day.now_s)]]
        return table[np.ix_(self._places(destinations), self._places(origins))].T.astype(np.float64)

    def times_to(self, origins: Points, destination: tuple[float, float], profile: str) -> Points:
        return self.times(origins, np.array([destination]), profile)[:, 0]

    def is_off_road(self, points: Points, profile: str) -> NDArray[np.bool_]:
        return np.zeros(len(points), dtype=np.bool_)

    def _places(self, points: Points) -> list[int]:
        at = self._at
        return [at[lon, lat] for lon, lat in np.asarray(points).tolist()]


def mirror_of(day: Day, world: Any) -> Mirror:
    """The day's mirror, made when the first policy asks for it."""
    if not isinstance(day.listener, Mirror):
        day.listener = Mirror(day, world, world.start)
    return day.listener
