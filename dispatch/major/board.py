"""The picture of a major incident: patients by colour, who is where, what each hospital still takes. Pure."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import msgspec

from dispatch.domain.state import Incident, State
from dispatch.domain.words import Colour, UnitStatus


class HospitalShare(msgspec.Struct, frozen=True, kw_only=True):
    """What a hospital takes, what goes or went there from this incident, and what is left of its quota by colour."""

    hospital_id: str
    quota: dict[Colour, int]
    sent: int
    sent_by_colour: dict[Colour, int]
    left: dict[Colour, int]


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """`counted`: what the scene reported; `registered`: patients known one by one."""

    incident_id: str
    number: str
    declared_at: datetime
    is_on: bool
    commander_id: str | None
    expected: int
    counted: dict[Colour, int]
    registered: dict[Colour, int]
    units_needed: int
    units_coming: int
    units_by_status: dict[UnitStatus, int]
    hospitals: tuple[HospitalShare, ...]


def draw_board(state: State, incident: Incident) -> Board | None:
    """The board of an incident; `None` when it has never been a major one."""
    major = incident.major
    if major is None:
        return None
    patients = [patient for patient in state.patients.values() if patient.incident_id == incident.id]
    registered = Counter(patient.colour for patient in patients if patient.colour is not None)
    statuses = Counter(state.units[run.unit_id].status for run in incident.active_runs if run.unit_id in state.units)
    return Board(
        incident_id=incident.id,
        number=incident.number,
        declared_at=major.declared_at,
        is_on=major.is_on,
        commander_id=major.commander_id,
        expected=major.expected,
        counted=major.counts,
        registered=dict(sorted(registered.items())),
        units_needed=len(incident.needs),
        units_coming=len(incident.active_runs),
        units_by_status=dict(sorted(statuses.items())),
        hospitals=tuple(share_of(state, incident, hospital_id) for hospital_id in _hospitals(state, incident)),
    )


def share_of(state: State, incident: Incident, hospital_id: str, without: str | None = None) -> HospitalShare:
    """
    One hospital's part. A run without a registered patient on board counts as one patient of no colour; the unit
    `without` and who lies in it do not count.
    """
    quota = incident.major.quotas.get(hospital_id, {}) if incident.major else {}
    patients = [
        patient
        for patient in state.patients.values()
        if patient.incident_id == incident.id
        and patient.hospital_id == hospital_id
        and not (without and patient.unit_id == without)
    ]
    by_colour = Counter(patient.colour for patient in patients if patient.colour is not None)
    carried = {without, *(patient.unit_id for patient in patients)}
    runs = sum(run.hospital_id == hospital_id and run.unit_id not in carried for run in incident.runs.values())
    return HospitalShare(
        hospital_id=hospital_id,
        quota=quota,
        sent=len(patients) + runs,
        sent_by_colour=dict(sorted(by_colour.items())),
        left={colour: max(0, most - by_colour[colour]) for colour, most in quota.items()},
    )


def is_used_up(share: HospitalShare, colour: Colour | None) -> bool:
    """Whether a hospital takes no more patients of this colour; of no colour yet: when nothing at all is left."""
    if not share.quota:
        return False
    if colour is None:
        return share.sent >= sum(share.quota.values())
    return share.left.get(colour, 0) == 0


def _hospitals(state: State, incident: Incident) -> list[str]:
    """Those with a quota and those that patients go to, by id."""
    quotas = incident.major.quotas if incident.major else {}
    going = {run.hospital_id for run in incident.runs.values() if run.hospital_id}
    return sorted({*quotas, *going} & state.hospitals.keys())
