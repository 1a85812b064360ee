"""Questions about hospitals: who they are, which one is advised, who is coming."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from dispatch.access.guard import require_own_hospital, require_own_unit
from dispatch.access.roles import Actor
from dispatch.assignment.offer_ends import get_incident
from dispatch.assignment.recommendation import Text
from dispatch.assignment.travel import Travel
from dispatch.domain.hospital_scope import without_reservations
from dispatch.domain.scope import is_own_incident, own_units
from dispatch.domain.state import Hospital, State
from dispatch.errors import Forbidden
from dispatch.hospitals import arrivals, reserve, sending
from dispatch.hospitals.decide import DestinationAdvice
from dispatch.hospitals.needs import needs_of
from dispatch.hospitals.phrases import capability
from dispatch.hospitals.weigh import weigh
from dispatch.parts import Parts
from dispatch.policy.model import policy_of


def list_hospitals(parts: Parts, actor: Actor) -> list[Hospital]:
    """Every hospital; what is kept for whom only to the desk, and to a hospital its own."""
    hospitals = parts.desk.state.hospitals.values()
    if actor.scope == "desk":
        return list(hospitals)
    return [one if one.id == actor.hospital_id else without_reservations(one) for one in hospitals]


def show_hospital(parts: Parts, actor: Actor, hospital_id: str) -> dict[str, Any]:
    """One hospital, and the capabilities that it may ask not to receive."""
    require_own_hospital(actor, hospital_id)
    state = parts.desk.state
    known = sorted(known_capabilities(state))
    return {
        "hospital": reserve.get_hospital(state, hospital_id),
        "capabilities": [{"code": code, "name": capability(code)} for code in known],
    }


def known_capabilities(state: State) -> frozenset[str]:
    """What any hospital has."""
    return frozenset(one for hospital in state.hospitals.values() for one in hospital.capabilities)


def advise(
    parts: Parts, actor: Actor, incident_id: str, unit_id: str | None, wish: str | None, needed: Sequence[str]
) -> dict[str, Any]:
    """Where a patient of the incident should go, the best first, and what must be said of it all."""
    state, now = parts.desk.state, datetime.now(UTC)
    incident = get_incident(state, incident_id)
    if actor.scope != "desk" and not is_own_incident(incident, own_units(state, actor.scope), actor.scope):
        raise Forbidden(f"{actor.id} is not on incident {incident.number} and may not choose its hospital")
    if unit_id is not None:
        require_own_unit(actor, unit_id)
        sending.conveying(state, incident_id, unit_id)
    advised, said = weigh_hospitals(parts, state, incident_id, unit_id, wish, needed, now)
    needs = needs_of(incident, parts.pack.destination_needs, capabilities=needed)
    return {
        "incident_id": incident_id,
        "unit_id": unit_id,
        "at": now,
        "needed": needs.capabilities,
        "resource": needs.resource,
        "approved": parts.pack.destination_package.is_approved,
        "destinations": advised,
        "remarks": said,
    }


async def show_arrivals(parts: Parts, actor: Actor, hospital_id: str) -> dict[str, Any]:
    """Who is coming, with live times; nothing personal."""
    require_own_hospital(actor, hospital_id)
    state, now = parts.desk.state, datetime.now(UTC)
    hospital = reserve.get_hospital(state, hospital_id)
    rows = arrivals.list_arrivals(state, hospital, parts.pack.destination_needs)
    origins = arrivals.origins_of(state, rows, parts.positions.latest, now)
    profiles, here = policy_of(state).assignment.profiles, (hospital.lon, hospital.lat)
    timed = await asyncio.to_thread(arrivals.with_times, rows, origins, here, parts.travel, profiles)
    names = {row.code: {"vi": row.name_vi, "en": row.name_en} for row in parts.pack.complaints}
    shown = [
        {
            **msgspec.to_builtins(row),
            "complaint_name": names.get(row.complaint, {"vi": row.complaint, "en": row.complaint}),
            "needed_names": [capability(one) for one in row.needed],
        }
        for row in timed
    ]
    return {"at": now, "hospital": hospital, "arrivals": shown}


def weigh_hospitals(
    parts: Parts,
    state: State,
    incident_id: str,
    unit_id: str | None,
    wish: str | None,
    needed: Sequence[str],
    now: datetime,
    travel: Travel | None = None,
) -> tuple[list[DestinationAdvice], list[Text]]:
    """The advice on the state as it is, and what must be said of it all."""
    return weigh(
        state,
        incident_id,
        unit_id,
        parts.positions.latest.get(unit_id or ""),
        travel or parts.travel,
        now,
        policy_of(state),
        table=parts.pack.destination_needs,
        listed={row.id for row in parts.pack.hospitals if row.destination},
        wish=wish,
        needed=needed,
    )
