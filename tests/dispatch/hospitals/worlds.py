"""Hospitals for tests: every field has a default, name only what the claim is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from dispatch.domain.state import Hospital, Reservation, State
from dispatch.domain.words import HospitalResource, HospitalStatus
from dispatch.hospitals.decide import DestinationAdvice, Needs, choose
from dispatch.hospitals.settings import DestinationSettings
from tests.factories import LAT, LON, NOW, FakeTravel

SETTINGS = DestinationSettings()
HERE = (LON, LAT)
S_PER_DEGREE = 10_000.0


def at(
    id: str,
    seconds: float = 300.0,
    *,
    capabilities: Sequence[str] = ("general",),
    emergency: bool = True,
    status: HospitalStatus = "open",
    diversion: Sequence[str] = (),
    capacity: Mapping[HospitalResource, int] | None = None,
) -> Hospital:
    """A hospital that is `seconds` of road away from HERE."""
    return Hospital(
        id=id, name=f"BV {id}", name_en=f"Hospital {id}", lon=LON, lat=LAT + seconds / S_PER_DEGREE,
        emergency=emergency, capabilities=tuple(capabilities), status=status, diversion=tuple(diversion),
        capacity=dict(capacity or {}), version=1,
    )  # fmt: skip


def kept(
    id: str = "R1", incident_id: str = "I1", resource: HospitalResource = "ed_bed", in_s: float = 600.0
) -> Reservation:
    """A place kept until `in_s` seconds from NOW."""
    return Reservation(
        id=id,
        incident_id=incident_id,
        resource=resource,
        made_at=NOW - timedelta(minutes=5),
        until=NOW + timedelta(seconds=in_s),
    )


def city(*hospitals: Hospital) -> State:
    return State(seq=1, at=NOW, hospitals={hospital.id: hospital for hospital in hospitals})


def advised(
    state: State, needs: Needs | None = None, settings: DestinationSettings = SETTINGS
) -> list[DestinationAdvice]:
    """The advice at HERE and NOW on straight roads."""
    return choose(state, needs or Needs(), HERE, FakeTravel(S_PER_DEGREE), NOW, settings)


def ids(advice: Sequence[DestinationAdvice]) -> list[str]:
    return [one.hospital_id for one in advice]
