"""
What a unit and a station do next, given the fold of the log and the time. Pure. The desk: `desk_scripts`.

`speed` divides the times that crews take; what stations need stays real time, because an offer's minute is real too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dispatch.domain.state import Incident, Offer, Run, State, Station, Unit
from dispatch.domain.words import Outcome, RefusalCode, Stamp, UnitReport
from simulator.crews import Crews
from simulator.motion import Point, apart_m, standing_at

AT_TARGET_M = 150.0
"""A unit this near to where it should be has arrived: a house may lie that far off the road (guess)."""
AT_STATION_M = 300.0
"""An available unit farther from its station than this says that it is still returning (guess)."""


@dataclass(frozen=True)
class Wait:
    """Nothing to do now."""


@dataclass(frozen=True)
class Drive:
    """Be under way to a point."""

    to: Point


@dataclass(frozen=True)
class ChooseHospital:
    """A patient is to be taken somewhere, and nobody has said where."""


@dataclass(frozen=True)
class Report:
    """The crew says this."""

    status: UnitReport
    hospital_id: str | None = None
    outcome: Outcome | None = None


Step = Wait | Drive | ChooseHospital | Report
WAIT = Wait()


def details_of(outcome: Outcome | None, now: datetime) -> dict[str, Any] | None:
    """What a drawn crew tells with its outcome: all that is wanted (guess); what people leave out stands out."""
    if outcome == "refused_by_patient":
        return {"has_capacity": True, "risks_told": True, "signed": True}
    if outcome in ("dead_on_arrival", "resuscitation_stopped"):
        return {"physician": "crew_doctor", "decided_at": now.isoformat(), "police_informed": True}
    return None


@dataclass(frozen=True)
class Whereabouts:
    """What the crew knows and the log does not: where it is, where it drives, and the hospital it has in mind."""

    here: Point
    driving_to: Point | None = None
    hospital_id: str | None = None

    def is_at(self, target: Point) -> bool:
        return self.driving_to is None and apart_m(self.here, target) <= AT_TARGET_M


def next_step(unit: Unit, state: State, where: Whereabouts, now: datetime, crews: Crews, speed: float) -> Step:
    """What the crew of a unit does now."""
    match unit.status:
        case "available" | "returning" | "moving_up":
            return _go_home(unit, state, where)
        case "dispatched" | "en_route" | "on_scene" | "transporting" | "at_hospital":
            return _go_on_with_run(unit, state, where, _Clock(now, speed), crews)
        case _:
            return WAIT


@dataclass(frozen=True)
class _Clock:
    now: datetime
    speed: float

    def is_over(self, since: datetime, lasts_s: float) -> bool:
        return self.now >= since + timedelta(seconds=lasts_s / self.speed)


def _go_home(unit: Unit, state: State, where: Whereabouts) -> Step:
    home = home_of(unit, state.stations[unit.station_id])
    if unit.status == "available":
        is_home = where.driving_to is None and apart_m(where.here, home) <= AT_STATION_M
        return WAIT if is_home else Report("returning")
    if where.is_at(home):
        return Report("available")
    return _drive(where, home)


def _go_on_with_run(unit: Unit, state: State, where: Whereabouts, clock: _Clock, crews: Crews) -> Step:
    incident = state.incidents.get(unit.incident_id or "")
    run = incident.runs.get(unit.offer_id or "") if incident else None
    if incident is None or run is None:
        return WAIT
    match unit.status:
        case "dispatched":
            turnout_s = crews.turnout_s(run.offer_id, rolling=where.driving_to is not None)
            return Report("en_route") if clock.is_over(_stamp(run, "accepted_at", unit), turnout_s) else WAIT
        case "en_route":
            return _go_to_scene(incident, where)
        case "on_scene":
            return _work_on_scene(unit, run, incident.complaint, where, clock, crews)
        case "transporting":
            return _convey(unit, state, where)
        case _:
            return _hand_over(unit, run, clock, crews)


def _go_to_scene(incident: Incident, where: Whereabouts) -> Step:
    if incident.place is None:
        return WAIT
    scene = (incident.place.lon, incident.place.lat)
    return Report("on_scene") if where.is_at(scene) else _drive(where, scene)


def _work_on_scene(unit: Unit, run: Run, complaint: str, where: Whereabouts, clock: _Clock, crews: Crews) -> Step:
    arrived_at = _stamp(run, "on_scene_at", unit)
    walk_s = crews.to_patient_s(run.offer_id)
    if walk_s is not None and "at_patient_at" not in run.stamps and clock.is_over(arrived_at, walk_s):
        return Report("at_patient")
    if not clock.is_over(arrived_at, crews.on_scene_s(run.offer_id)):
        return WAIT
    outcome = crews.outcome(run.offer_id, can_convey="convey" in unit.skills, complaint=complaint)
    if outcome != "conveyed":
        return Report("returning", outcome=outcome)
    if where.hospital_id is None:
        return ChooseHospital()
    return Report("transporting", hospital_id=where.hospital_id)


def _convey(unit: Unit, state: State, where: Whereabouts) -> Step:
    hospital = state.hospitals.get(unit.hospital_id or where.hospital_id or "")
    if hospital is None:
        return ChooseHospital()
    door = (hospital.lon, hospital.lat)
    return Report("at_hospital", hospital_id=hospital.id) if where.is_at(door) else _drive(where, door)


def _hand_over(unit: Unit, run: Run, clock: _Clock, crews: Crews) -> Step:
    arrived_at, handed_over_at = _stamp(run, "at_hospital_at", unit), run.stamps.get("handover_at")
    if handed_over_at is None:
        return Report("handed_over") if clock.is_over(arrived_at, crews.handover_s(run.offer_id)) else WAIT
    return Report("returning") if clock.is_over(handed_over_at, crews.clean_up_s(run.offer_id)) else WAIT


def _drive(where: Whereabouts, target: Point) -> Step:
    return WAIT if where.driving_to == target else Drive(target)


def _stamp(run: Run, stamp: Stamp, unit: Unit) -> datetime:
    """When it happened; a missing stamp counts from the unit's last change."""
    return run.stamps.get(stamp, unit.status_at)


def home_of(unit: Unit, station: Station) -> Point:
    """The unit's own spot at its station."""
    return standing_at(unit.id, station.lon, station.lat)


# --- stations -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AnswerOffer:
    """The station says yes, or no with a code."""

    accept: bool
    code: RefusalCode | None = None


def answer_offer(
    offer: Offer, station: Station, now: datetime, crews: Crews, *, by_voice: bool = False
) -> AnswerOffer | None:
    """What the station says now, None for nothing. A voice offer's answer is entered by the desk: see `by_voice`."""
    if offer.status != "open" or offer.acknowledged_at is not None or (offer.channel == "voice" and not by_voice):
        return None
    answer = crews.answer(offer.id, station.can_refuse)
    if answer.kind == "silent" or now < offer.made_at + timedelta(seconds=answer.after_s):
        return None
    return AnswerOffer(answer.kind == "accept", answer.code)
