"""
Crews sign on and off, change vehicles and count what is on board; units are lent to 115. Pure: state in, events out.

A unit is a vehicle with a crew in service. A unit may also work without a crew that has signed on by name (the city
pack's staffed units do): then its skills are the pack's and its shift has no end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from dispatch.assignment.runs import get_unit
from dispatch.domain import events as ev
from dispatch.domain.state import Crew, State, Vehicle
from dispatch.domain.words import Skill, UnitKind
from dispatch.errors import Malformed, NotFound, Taken

LONGEST_SHIFT = timedelta(hours=26)
"""A duty day and its handover (guess)."""
MOST_OF_AN_ITEM = 100_000
EXTERNAL = "external"


class SignOn(msgspec.Struct, frozen=True, kw_only=True):
    """Who takes which vehicle, for how long."""

    crew_id: str
    unit_id: str
    vehicle_id: str | None
    skills: Sequence[Skill]
    from_at: datetime
    until_at: datetime


class External(msgspec.Struct, frozen=True, kw_only=True):
    """A unit that others lend: who they are, where it stands, and what it can do."""

    unit_id: str
    owner: str
    owner_en: str
    phone: str | None
    lon: float
    lat: float
    kind: UnitKind
    skills: Sequence[Skill]


def sign_on(state: State, new: SignOn) -> list[ev.Event]:
    """A crew goes on duty. Raises NotFound, Malformed, Taken."""
    unit = get_unit(state, new.unit_id)
    vehicle = get_vehicle(state, new.vehicle_id or unit.vehicle_id or unit.id)
    check_skills(vehicle.kind, new.skills)
    if not new.from_at < new.until_at <= new.from_at + LONGEST_SHIFT:
        hours = int(LONGEST_SHIFT.total_seconds() // 3600)
        raise Malformed(
            f"a shift ends after it begins and within {hours} h; until_at is {new.until_at:%d %b %H:%M} UTC"
        )
    if unit.crew_id is not None:
        raise Taken(
            "unit {unit} has a crew on duty ({crew}); sign that one off first",
            code="crew_on_duty",
            unit=unit.id,
            crew=unit.crew_id,
        )
    _check_idle(state, unit.id)
    _check_vehicle(state, vehicle, unit.id)
    told: list[ev.Event] = [
        ev.CrewSignedOn(
            crew_id=new.crew_id,
            unit_id=unit.id,
            vehicle_id=vehicle.id,
            skills=tuple(new.skills),
            from_at=new.from_at,
            until_at=new.until_at,
        )
    ]
    if unit.status == "off_duty":
        told.append(ev.UnitReported(unit_id=unit.id, report="available", source="voice"))
    return told


def sign_off(state: State, crew_id: str) -> list[ev.Event]:
    """Its shift is over. Refused while it has a run: somebody must end that."""
    crew = get_crew(state, crew_id)
    unit = get_unit(state, crew.unit_id)
    _check_idle(state, unit.id)
    told: list[ev.Event] = [ev.CrewSignedOff(crew_id=crew.id, unit_id=unit.id)]
    if unit.status != "off_duty":
        told.append(ev.UnitReported(unit_id=unit.id, report="off_duty", source="voice"))
    return told


def change_vehicle(state: State, crew_id: str, vehicle_id: str) -> list[ev.Event]:
    """The crew goes on in another vehicle, with what it can do in that one."""
    crew, vehicle = get_crew(state, crew_id), get_vehicle(state, vehicle_id)
    check_skills(vehicle.kind, crew.skills)
    _check_idle(state, crew.unit_id)
    _check_vehicle(state, vehicle, crew.unit_id)
    return [ev.VehicleChanged(crew_id=crew.id, unit_id=crew.unit_id, vehicle_id=vehicle.id)]


def stock(state: State, vehicle_id: str, counts: Mapping[str, int], known: Sequence[str], used: bool) -> list[ev.Event]:
    """What is on board was counted, or something was used up. `known`: the items of the city's list."""
    vehicle = get_vehicle(state, vehicle_id)
    for item, count in counts.items():
        if item not in known:
            raise Malformed(f"no supply {item!r}; choose among {', '.join(known)}")
        if not 0 <= count <= MOST_OF_AN_ITEM:
            raise Malformed(f"{item}: {count} is not between 0 and {MOST_OF_AN_ITEM}")
    told = ev.SuppliesUsed if used else ev.VehicleStocked
    return [told(vehicle_id=vehicle.id, counts=dict(counts))]


def lend(state: State, new: External) -> list[ev.Event]:
    """A unit of others joins, with a station of its own kind; on duty at once. Raises Taken, Malformed."""
    if new.unit_id in state.units:
        raise Taken(f"unit {new.unit_id} is known already; choose another id, or report it available")
    check_skills(new.kind, new.skills)
    station_id = f"{EXTERNAL}-{new.unit_id}"
    told: list[ev.Event] = []
    if station_id not in state.stations:
        told.append(
            ev.StationRegistered(
                station_id=station_id,
                name=new.owner,
                name_en=new.owner_en,
                kind="external",
                can_refuse=True,
                lon=new.lon,
                lat=new.lat,
                phone=new.phone,
            )
        )
    unit = ev.UnitRegistered(
        unit_id=new.unit_id,
        station_id=station_id,
        kind=new.kind,
        skills=tuple(new.skills),
        staffed=True,
        external=True,
    )
    return [*told, unit]


def check_skills(kind: UnitKind, skills: Sequence[Skill]) -> None:
    """Skills that contradict each other or the vehicle are refused. Raises Malformed."""
    if not skills or len(set(skills)) != len(skills):
        raise Malformed(f"skills are {list(skills)}; name each once, at least one of doctor, nurse, convey")
    if kind == "motorbike" and "convey" in skills:
        raise Malformed("a motorbike conveys nobody; leave `convey` out, or name a vehicle that can")
    if "doctor" not in skills and "nurse" not in skills:
        raise Malformed("a crew that only conveys treats nobody; name a doctor or a nurse")


def get_crew(state: State, crew_id: str) -> Crew:
    """The crew on duty. Raises NotFound."""
    if crew_id not in state.crews:
        raise NotFound(f"no crew {crew_id} on duty; GET /api/v1/crews lists them")
    return state.crews[crew_id]


def get_vehicle(state: State, vehicle_id: str) -> Vehicle:
    """The vehicle. Raises NotFound."""
    if vehicle_id not in state.vehicles:
        raise NotFound(f"no vehicle {vehicle_id}; GET /api/v1/vehicles lists them")
    return state.vehicles[vehicle_id]


def _check_idle(state: State, unit_id: str) -> None:
    unit = state.units[unit_id]
    if unit.incident_id is not None or unit.status == "offered":
        raise Taken(
            "unit {unit} is {unit_status}; end its run or answer its offer first",
            code="unit_busy",
            unit=unit.id,
            unit_status=unit.status,
        )


def _check_vehicle(state: State, vehicle: Vehicle, unit_id: str) -> None:
    holder = state.units.get(vehicle.unit_id or "")
    if holder is None or holder.id == unit_id:
        return
    if holder.crew_id is not None or holder.status not in ("off_duty", "out_of_service"):
        raise Taken(
            "vehicle {vehicle} is with unit {unit}, which is {unit_status}; take another vehicle",
            code="vehicle_taken",
            vehicle=vehicle.id,
            unit=holder.id,
            unit_status=holder.status,
        )
