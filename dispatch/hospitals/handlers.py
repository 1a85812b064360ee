"""Commands about hospitals: read the state, call the decision, append what it says."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import msgspec

from dispatch.access.guard import require_own_hospital, require_own_unit
from dispatch.access.roles import Actor
from dispatch.assignment.evidence import NotedTravel, make_evidence
from dispatch.assignment.saw import written
from dispatch.desk import Answer, Command, Decision
from dispatch.domain.state import State
from dispatch.domain.words import HospitalResource, HospitalStatus
from dispatch.errors import Malformed
from dispatch.hospitals import reserve, sending
from dispatch.hospitals.questions import known_capabilities, weigh_hospitals
from dispatch.hospitals.saw import MOST_KEPT, DestinationSaw
from dispatch.hospitals.sending import Choice
from dispatch.ids import new_id
from dispatch.parts import Parts
from dispatch.policy.model import policy_of, settings_hash
from dispatch.positions.model import Position


async def set_destination(
    parts: Parts, actor: Actor, command: Command, choice: Choice, wish: str | None, words: str | None
) -> Answer:
    """Send a unit to a hospital; what was advised at that moment is stored with it."""
    note = await parts.personal.code_or_token(choice.incident_id, words)
    choice = msgspec.structs.replace(choice, note=note)

    def decided(state: State, now: datetime) -> Decision:
        require_own_unit(actor, choice.unit_id)
        sending.conveying(state, choice.incident_id, choice.unit_id)
        travel, fixes = NotedTravel(parts.travel), _fix_of(parts, choice.unit_id)
        version = travel.version
        advised, _ = weigh_hospitals(parts, state, choice.incident_id, choice.unit_id, wish, (), now, travel)
        saw = DestinationSaw(
            now=now,
            based_on_seq=state.seq,
            settings_hash=settings_hash(policy_of(state)),
            city_hash=parts.pack.city_hash,
            network=parts.roads.locator.key,
            traffic_version=version,
            evidence=make_evidence(state, fixes, travel, now),
            wish=wish,
            advised=tuple((one.hospital_id, round(one.score_s, 1)) for one in advised[:MOST_KEPT]),
        )
        events = sending.set_destination(state, choice, advised, written(saw))
        return Decision(events, lambda after: {"incident": after.incidents[choice.incident_id]})

    return await parts.desk.execute(command, decided)


async def revise(
    parts: Parts,
    actor: Actor,
    command: Command,
    hospital_id: str,
    status: HospitalStatus | None,
    diversion: Collection[str] | None,
    capacity: Mapping[HospitalResource, int] | None,
) -> Answer:
    """What the hospital tells, by itself or entered for it by the desk."""

    def decided(state: State, now: datetime) -> Decision:
        require_own_hospital(actor, hospital_id)
        reserve.get_hospital(state, hospital_id)
        if unknown := sorted(set(diversion or ()) - known_capabilities(state)):
            known = ", ".join(sorted(known_capabilities(state)))
            raise Malformed(f"no hospital is known to have {', '.join(unknown)}; choose among {known}")
        events = reserve.revise(state, hospital_id, status, diversion, capacity)
        return Decision(events, lambda after: after.hospitals[hospital_id])

    return await parts.desk.execute(command, decided)


async def keep_place(
    parts: Parts,
    actor: Actor,
    command: Command,
    hospital_id: str,
    incident_id: str,
    resource: HospitalResource,
    minutes: float | None,
    patient_id: str | None,
) -> Answer:
    """Reserve one place; 409 when none is free."""
    reservation_id = new_id("res")

    def decided(state: State, now: datetime) -> Decision:
        require_own_hospital(actor, hospital_id)
        kept_min = policy_of(state).destination.hold_min if minutes is None else minutes
        events = reserve.reserve(state, hospital_id, reservation_id, incident_id, resource, kept_min, now, patient_id)
        return Decision(events, lambda after: _reserved(after, hospital_id, reservation_id), status=201)

    return await parts.desk.execute(command, decided)


async def release_place(parts: Parts, actor: Actor, command: Command, hospital_id: str, reservation_id: str) -> Answer:
    """Give a place back before its time."""

    def decided(state: State, now: datetime) -> Decision:
        require_own_hospital(actor, hospital_id)
        events = reserve.release(state, hospital_id, reservation_id)
        return Decision(events, lambda after: {"hospital": after.hospitals[hospital_id]})

    return await parts.desk.execute(command, decided)


async def confirm(parts: Parts, actor: Actor, command: Command, hospital_id: str, run_id: str) -> Answer:
    """The hospital has taken the patients of a run over."""

    def decided(state: State, now: datetime) -> Decision:
        require_own_hospital(actor, hospital_id)
        events = sending.confirm_handover(state, hospital_id, run_id)
        return Decision(events, lambda after: {"run": run_id, "handover_confirmed_at": now})

    return await parts.desk.execute(command, decided)


def _fix_of(parts: Parts, unit_id: str) -> dict[str, Position]:
    """The unit's fix; no other unit's is looked at."""
    fix = parts.positions.latest.get(unit_id)
    return {} if fix is None else {unit_id: fix}


def _reserved(state: State, hospital_id: str, reservation_id: str) -> dict[str, Any]:
    hospital = state.hospitals[hospital_id]
    return {"reservation": hospital.reservations[reservation_id], "hospital": hospital}
