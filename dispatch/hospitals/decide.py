"""
Which hospital a unit should bring its patient to, with the reasons. Pure: state in, ranked advice out.

Least score first, in seconds:

    travel + handover_weight · handover + missing_s · capabilities lacking
        + diversion_s + (busy_s or full_s) + none_free_s + quota_s
    handover = min(handover_most_s, handover_s + handover_per_unit_s · (units there + coming_share · units on the way))

Ties: the nearer, then the smaller id. For arrest, airway and bleeding the nearest emergency department leads whatever
its score; a hospital that the patient wishes stands before all, with the minutes it costs. Nothing is ever left out for
its status, its diversion, a full house or a quota of a major incident that is used up: those advise.

Weakness: how long a handover takes is not learnt from the log yet, and a unit on its way counts as half a one wherever
it is.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec
import numpy as np

from dispatch.assignment.recommendation import Text
from dispatch.assignment.response import straight_m
from dispatch.assignment.travel import Travel
from dispatch.domain.state import Hospital, State
from dispatch.domain.words import HospitalResource, UnitStatus
from dispatch.hospitals import phrases
from dispatch.hospitals.settings import DestinationSettings
from dispatch.major.board import is_used_up, share_of

Point = tuple[float, float]

GENERAL = "general"
COMING: frozenset[UnitStatus] = frozenset({"dispatched", "en_route", "on_scene", "transporting"})


class Needs(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a patient asks of a hospital. `resource`: what a free place is wanted of; `nearest_always`: arrest, airway or
    bleeding; `wish`: the id of the hospital that the patient asks for; `unit_id`: who brings them, not counted as load.
    """

    capabilities: tuple[str, ...] = (GENERAL,)
    resource: HospitalResource = "ed_bed"
    nearest_always: bool = False
    wish: str | None = None
    unit_id: str | None = None
    incident_id: str | None = None


class DestinationAdvice(msgspec.Struct, frozen=True, kw_only=True):
    """
    One hospital as advised. `terms` are the seconds that make up `score_s`; `estimated`: a straight line, no road.

    `able`: it has all that is needed. `wish_cost_s`: seconds on the road more than to the one advised otherwise.
    """

    hospital_id: str
    name: Text
    travel_s: float
    handover_s: float
    score_s: float
    terms: dict[str, float]
    able: bool
    missing: tuple[str, ...]
    diverts: bool
    nearest_emergency: bool
    wished: bool
    wish_cost_s: float | None
    free: int | None
    reserved: bool
    units_there: int
    units_coming: int
    estimated: bool
    reasons: tuple[Text, ...]


def choose(
    state: State,
    needs: Needs,
    place: Point,
    travel: Travel,
    now: datetime,
    settings: DestinationSettings,
    *,
    profile: str = "ambulance",
    destinations: Collection[str] | None = None,
) -> list[DestinationAdvice]:
    """
    Hospitals for a patient at `place` (lon, lat), the best first; empty only when there is no hospital at all.

    `destinations`: where the city brings patients; None, or none that we know: every emergency department.
    """
    known = sorted(state.hospitals.values(), key=lambda hospital: hospital.id)
    times = _travel(known, place, travel, settings, profile)
    nearest = _nearest_emergency(known, times)
    among = {hospital.id for hospital in _possible(known, destinations)} | {needs.wish, nearest}
    ranked = sorted(
        (
            _weigh(state, hospital, needs, times[hospital.id], hospital.id == nearest, now, settings)
            for hospital in known
            if hospital.id in among
        ),
        key=lambda advice: (advice.score_s, advice.travel_s, advice.hospital_id),
    )
    if needs.nearest_always:
        ranked.sort(key=lambda advice: not advice.nearest_emergency)
    return _with_wish(ranked, needs.wish)


def remarks(state: State, needs: Needs, place: Point | None, travel: Travel, profile: str = "ambulance") -> list[Text]:
    """What must be said of the whole advice: nothing to choose from, a place off the roads, a need nobody meets."""
    said: list[Text] = []
    if not state.hospitals:
        said.append(phrases.NO_HOSPITAL)
    if place is None:
        said.append(phrases.NO_PLACE)
    elif bool(travel.is_off_road(np.array([place], dtype=np.float64), profile)[0]):
        said.append(phrases.OFF_ROAD)
    had = {capability for hospital in state.hospitals.values() for capability in hospital.capabilities}
    said += [phrases.nobody_has(one) for one in needs.capabilities if state.hospitals and one not in had]
    if needs.wish is not None and needs.wish not in state.hospitals:
        said.append(phrases.unknown_wish(needs.wish))
    return said


def handover_s(there: int, coming: int, settings: DestinationSettings) -> float:
    """Seconds from arrival until the crew is free to go, as expected at this load."""
    more = settings.handover_per_unit_s * (there + settings.coming_share * coming)
    return min(settings.handover_most_s, settings.handover_s + more)


def load_of(state: State, hospital_id: str, unit_id: str | None) -> tuple[int, int]:
    """Units at the hospital and on their way to it, without the one that asks."""
    others = [unit for unit in state.units.values() if unit.hospital_id == hospital_id and unit.id != unit_id]
    return sum(unit.status == "at_hospital" for unit in others), sum(unit.status in COMING for unit in others)


def has_had_its_share(state: State, hospital_id: str, needs: Needs) -> bool:
    """
    Whether the hospital takes no more of what this unit carries, by its quota of a major incident that goes on.

    A unit in which nobody is registered brings one patient of no colour yet.
    """
    incident = state.incidents.get(needs.incident_id or "")
    if incident is None or incident.major is None or not incident.major.is_on:
        return False
    share = share_of(state, incident, hospital_id, without=needs.unit_id)
    carried = {
        patient.colour
        for patient in state.patients.values()
        if patient.incident_id == incident.id and patient.unit_id == needs.unit_id and patient.status != "ended"
    }
    return any(is_used_up(share, colour) for colour in (carried if needs.unit_id and carried else {None}))


def missing_of(hospital: Hospital, needed: Sequence[str]) -> tuple[str, ...]:
    """What it lacks; one that has nothing of what is needed and is not a general hospital lacks that too."""
    lacking = tuple(one for one in needed if one not in hospital.capabilities)
    helps = len(lacking) < len(needed) or GENERAL in hospital.capabilities
    return lacking if helps or GENERAL in lacking else (*lacking, GENERAL)


def _possible(known: Sequence[Hospital], destinations: Collection[str] | None) -> list[Hospital]:
    """Emergency departments among the destinations; else all of those; else every hospital."""
    emergency = [hospital for hospital in known if hospital.emergency]
    listed = [hospital for hospital in emergency if destinations is not None and hospital.id in destinations]
    return listed or emergency or list(known)


def _nearest_emergency(known: Sequence[Hospital], times: dict[str, tuple[float, bool]]) -> str | None:
    """The nearest that treats anybody; a special hospital's only where there is no other."""
    emergency = [hospital for hospital in known if hospital.emergency]
    general = [hospital for hospital in emergency if GENERAL in hospital.capabilities] or emergency
    nearest = min(general, key=lambda hospital: (times[hospital.id][0], hospital.id), default=None)
    return nearest.id if nearest else None


def _travel(
    known: Sequence[Hospital], place: Point, travel: Travel, settings: DestinationSettings, profile: str
) -> dict[str, tuple[float, bool]]:
    """Seconds to each hospital, and whether they are a straight line's."""
    if not known:
        return {}
    here = np.array([place], dtype=np.float64)
    there = np.array([(hospital.lon, hospital.lat) for hospital in known], dtype=np.float64)
    by_road = travel.times(here, there, profile)[0]
    straight_s = straight_m(there, place) * settings.detour / (settings.straight_kph / 3.6)
    seconds = np.where(np.isfinite(by_road), by_road, straight_s)
    estimated = ~np.isfinite(by_road) | travel.is_off_road(here, profile)[0]
    return {hospital.id: (float(s), bool(e)) for hospital, s, e in zip(known, seconds, estimated, strict=True)}


def _weigh(
    state: State,
    hospital: Hospital,
    needs: Needs,
    time: tuple[float, bool],
    is_nearest: bool,
    now: datetime,
    settings: DestinationSettings,
) -> DestinationAdvice:
    travel_s, estimated = time
    there, coming = load_of(state, hospital.id, needs.unit_id)
    handover = handover_s(there, coming, settings)
    missing = missing_of(hospital, needs.capabilities)
    diverts = any(one in hospital.diversion for one in needs.capabilities)
    free = hospital.free_of(needs.resource, needs.incident_id, now)
    terms = {
        "travel": travel_s,
        "handover": settings.handover_weight * handover,
        "missing": settings.missing_s * len(missing),
        "diversion": settings.diversion_s if diverts else 0.0,
        "status": {"open": 0.0, "busy": settings.busy_s, "full": settings.full_s}[hospital.status],
        "none_free": settings.none_free_s if free is not None and free < 1 else 0.0,
        "quota": settings.quota_s if has_had_its_share(state, hospital.id, needs) else 0.0,
    }
    advice = DestinationAdvice(
        hospital_id=hospital.id,
        name=Text(hospital.name, hospital.name_en),
        travel_s=travel_s,
        handover_s=handover,
        score_s=math.fsum(terms.values()),
        terms=terms,
        able=not missing,
        missing=missing,
        diverts=diverts,
        nearest_emergency=is_nearest,
        wished=False,
        wish_cost_s=None,
        free=free,
        reserved=hospital.is_kept_for(needs.incident_id, now),
        units_there=there,
        units_coming=coming,
        estimated=estimated,
        reasons=(),
    )
    return msgspec.structs.replace(advice, reasons=tuple(phrases.reasons(advice, hospital, needs)))


def _with_wish(ranked: list[DestinationAdvice], wish: str | None) -> list[DestinationAdvice]:
    """The wished hospital before all others, and what that costs on the road."""
    wished = next((advice for advice in ranked if advice.hospital_id == wish), None)
    if wished is None:
        return ranked
    others = [advice for advice in ranked if advice is not wished]
    cost_s = wished.travel_s - ranked[0].travel_s
    said = (phrases.wish(cost_s), *wished.reasons)
    return [msgspec.structs.replace(wished, wished=True, wish_cost_s=cost_s, reasons=said), *others]
