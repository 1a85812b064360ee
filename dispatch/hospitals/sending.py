"""Where a unit brings its patients, and the hospital's word that it has taken them over. Pure: state in, events out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from dispatch.assignment.eligible import SKILL_BITS, unit_bits
from dispatch.assignment.offer_ends import get_incident
from dispatch.assignment.runs import get_unit
from dispatch.domain import events as ev
from dispatch.domain.state import Incident, Run, State, Unit
from dispatch.domain.words import OverruleReason
from dispatch.errors import Malformed, NotFound, Taken
from dispatch.hospitals.decide import DestinationAdvice, Point
from dispatch.hospitals.reserve import get_hospital
from dispatch.positions.model import Position


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """What a person chose. `reason` is needed against the advice; `note` is a token of free words."""

    incident_id: str
    unit_id: str
    hospital_id: str
    reason: OverruleReason | None = None
    note: str | None = None


def conveying(state: State, incident_id: str, unit_id: str) -> tuple[Incident, Unit]:
    """The unit of an active run that could carry a patient and has not arrived yet. Raises NotFound, Taken."""
    incident, unit = get_incident(state, incident_id), get_unit(state, unit_id)
    run = next((run for run in incident.active_runs if run.unit_id == unit_id), None)
    if run is None:
        raise Taken(
            "unit {unit} is not on incident {incident}; name a unit that is",
            code="unit_not_on_incident",
            unit=unit_id,
            incident=incident.number,
        )
    if "at_hospital_at" in run.stamps:
        raise Taken(
            "unit {unit} has arrived at {hospital}; its destination stands",
            code="unit_has_arrived",
            unit=unit_id,
            hospital=run.hospital_id,
        )
    if not unit_bits(unit) & SKILL_BITS["convey"]:
        raise Taken(
            "unit {unit} cannot convey; choose the destination of the unit that will",
            code="unit_cannot_convey",
            unit=unit_id,
        )
    return incident, unit


def origin_of(incident: Incident, unit: Unit | None, position: Position | None) -> Point | None:
    """Where the way to the hospital begins: where the unit is once it carries the patient, else the scene."""
    is_carrying = unit is not None and unit.status == "transporting"
    if position and (is_carrying or (incident.place is None and unit and unit.status == "on_scene")):
        return position.lon, position.lat
    return (incident.place.lon, incident.place.lat) if incident.place else None


def set_destination(
    state: State, choice: Choice, advised: Sequence[DestinationAdvice], saw: dict[str, Any]
) -> list[ev.Event]:
    """
    Set it, or nothing where it stands already. Raises NotFound, Taken, Malformed without a reason against the advice.
    """
    incident, unit = conveying(state, choice.incident_id, choice.unit_id)
    get_hospital(state, choice.hospital_id)
    overruled = bool(advised) and advised[0].hospital_id != choice.hospital_id
    if overruled and choice.reason is None:
        raise Malformed(
            "{advised} is advised first; say why unit {unit} goes to {hospital} (reason)",
            code="destination_reason",
            advised=advised[0].hospital_id,
            unit=unit.id,
            hospital=choice.hospital_id,
        )
    if any(run.unit_id == unit.id and run.hospital_id == choice.hospital_id for run in incident.active_runs):
        return []
    return [
        ev.DestinationSet(
            incident_id=incident.id,
            unit_id=unit.id,
            hospital_id=choice.hospital_id,
            overruled=overruled,
            reason=choice.reason if overruled else None,
            note=choice.note if overruled else None,
            saw={
                **saw,
                "hospital_versions": {one.hospital_id: state.hospitals[one.hospital_id].version for one in advised[:6]},
            },
        )
    ]


def confirm_handover(state: State, hospital_id: str, run_id: str) -> list[ev.Event]:
    """The hospital has taken the patients over. Raises NotFound, Taken."""
    get_hospital(state, hospital_id)
    incident, run = _find_run(state, run_id)
    if run.hospital_id != hospital_id:
        raise Taken(
            "run {run} does not come to hospital {hospital}; GET its arrivals",
            code="run_not_for_hospital",
            run=run_id,
            hospital=hospital_id,
        )
    if "at_hospital_at" not in run.stamps:
        raise Taken(
            "unit {unit} has not arrived yet; confirm when its crew has reported at hospital",
            code="not_arrived_yet",
            unit=run.unit_id,
        )
    if run.handover_confirmed_at is not None:
        raise Taken("the handover of unit {unit} is confirmed already", code="handover_confirmed", unit=run.unit_id)
    return [
        ev.HandoverConfirmed(incident_id=incident.id, offer_id=run_id, unit_id=run.unit_id, hospital_id=hospital_id)
    ]


def _find_run(state: State, run_id: str) -> tuple[Incident, Run]:
    for incident in state.incidents.values():
        if run_id in incident.runs:
            return incident, incident.runs[run_id]
    raise NotFound("no run {run}; GET the hospital's arrivals", code="no_run_here", run=run_id)
