"""Small worlds: every field has a default, name only what the claim is about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from dispatch.domain.events import Need
from dispatch.domain.place import Place
from dispatch.domain.state import Alarm, Hospital, Incident, Offer, State, Station, Unit
from dispatch.domain.words import (
    AlarmKind,
    AlarmStatus,
    Channel,
    IncidentStatus,
    Level,
    OfferStatus,
    Skill,
    StationKind,
    UnitKind,
    UnitStatus,
)
from dispatch.positions.model import Position

NOW = datetime(2026, 3, 2, 2, 30, tzinfo=UTC)
"""09:30 in the city, a Monday."""

LON, LAT = 106.70, 10.78
"""The middle of the small worlds; `lon` and `lat` below are degrees, as everywhere."""

SKILLS_OF_KIND: dict[UnitKind, tuple[Skill, ...]] = {
    "van": ("doctor", "nurse", "convey"),
    "motorbike": ("doctor", "nurse"),
    "boat": ("nurse", "convey"),
}


class FakeTravel:
    """Straight lines: 0.01 degrees take 100 s, whatever the profile. No road leads to `islands`."""

    version = "free"

    def __init__(self, s_per_degree: float = 10_000.0, islands: Iterable[tuple[float, float]] = ()) -> None:
        self.s_per_degree, self.islands = s_per_degree, frozenset(islands)

    def is_off_road(self, points: NDArray[np.float64], profile: str) -> NDArray[np.bool_]:
        return np.zeros(len(points), dtype=np.bool_)

    def times(
        self, origins: NDArray[np.float64], destinations: NDArray[np.float64], profile: str
    ) -> NDArray[np.float64]:
        columns = [self.times_to(origins, (float(lon), float(lat)), profile) for lon, lat in destinations]
        return np.column_stack(columns) if columns else np.empty((len(origins), 0))

    def times_to(
        self, origins: NDArray[np.float64], destination: tuple[float, float], profile: str
    ) -> NDArray[np.float64]:
        apart = origins - np.asarray(destination)
        times: NDArray[np.float64] = np.hypot(apart[:, 0], apart[:, 1]) * self.s_per_degree
        return np.full(len(times), np.inf) if destination in self.islands else times


def make_station(
    id: str = "S1",
    *,
    lon: float = LON,
    lat: float = LAT,
    kind: StationKind = "shared",
    can_refuse: bool = True,
    phone: str | None = None,
) -> Station:
    return Station(
        id=id, name=f"Trạm {id}", name_en=f"Station {id}", kind=kind, can_refuse=can_refuse,
        lon=lon, lat=lat, phone=phone, version=1,
    )  # fmt: skip


def make_hospital(id: str = "H1", *, lon: float = LON, lat: float = LAT, emergency: bool = True) -> Hospital:
    return Hospital(id=id, name=f"Bệnh viện {id}", name_en=f"Hospital {id}", lon=lon, lat=lat, emergency=emergency)


def make_unit(
    id: str = "U1",
    *,
    station_id: str = "S1",
    kind: UnitKind = "van",
    skills: tuple[Skill, ...] | None = None,
    status: UnitStatus = "available",
    status_at: datetime = NOW - timedelta(hours=1),
    incident_id: str | None = None,
    offer_id: str | None = None,
) -> Unit:
    return Unit(
        id=id, station_id=station_id, kind=kind, skills=SKILLS_OF_KIND[kind] if skills is None else skills,
        status=status, status_at=status_at, incident_id=incident_id, offer_id=offer_id, version=1,
    )  # fmt: skip


def make_place(lon: float = LON, lat: float = LAT, label: str = "Chợ Bến Thành") -> Place:
    return Place(lon=lon, lat=lat, kind="point", label=label)


def make_incident(
    id: str = "I1",
    *,
    priority: Level = 3,
    lon: float = LON,
    lat: float = LAT,
    placed: bool = True,
    waited_s: float = 0.0,
    needs: tuple[Need, ...] = (Need(),),
    offers: Iterable[Offer] = (),
    status: IncidentStatus = "waiting",
    number: str | None = None,
    complaint: str = "unknown",
) -> Incident:
    """An incident whose call was answered `waited_s` seconds before NOW; its place is pending if not `placed`."""
    answered_at = NOW - timedelta(seconds=waited_s)
    return Incident(
        id=id, number=number or id, status=status, priority=priority, complaint=complaint,
        answered_at=answered_at, opened_at=answered_at, level_set_at=answered_at,
        waiting_since=answered_at if status == "waiting" else None,
        place=make_place(lon, lat) if placed else None, needs=needs,
        offers={offer.id: offer for offer in offers}, version=1,
    )  # fmt: skip


def make_offer(
    id: str = "O1",
    *,
    station_id: str = "S1",
    unit_id: str = "U1",
    status: OfferStatus = "open",
    made_at: datetime = NOW,
    answered_at: datetime | None = None,
    channel: Channel = "app",
) -> Offer:
    return Offer(
        id=id, station_id=station_id, unit_id=unit_id, channel=channel, status=status, made_at=made_at,
        made_by="dispatcher", expires_at=made_at + timedelta(seconds=60), answered_at=answered_at,
    )  # fmt: skip


def make_alarm(
    id: str = "A1",
    *,
    kind: AlarmKind = "no_acceptance",
    about: str = "incident:I1",
    incident_id: str | None = "I1",
    status: AlarmStatus = "raised",
    raised_s_ago: float = 0.0,
    acknowledged_at: datetime | None = None,
) -> Alarm:
    raised_at = NOW - timedelta(seconds=raised_s_ago)
    return Alarm(
        id=id, kind=kind, about=about, incident_id=incident_id, status=status, since=raised_at, threshold_s=0.0,
        raised_at=raised_at, acknowledged_at=acknowledged_at, version=1,
    )  # fmt: skip


def make_position(lon: float = LON, lat: float = LAT, *, age_s: float = 0.0) -> Position:
    return Position(lon=lon, lat=lat, at=NOW - timedelta(seconds=age_s))


def make_state(
    *,
    stations: Iterable[Station] | None = None,
    units: Iterable[Unit] = (),
    incidents: Iterable[Incident] = (),
    hospitals: Iterable[Hospital] = (),
    seq: int = 1,
) -> State:
    """A state as if folded; without `stations` there is S1 in the middle."""
    return State(
        seq=seq,
        at=NOW,
        stations={station.id: station for station in ([make_station()] if stations is None else stations)},
        units={unit.id: unit for unit in units},
        incidents={incident.id: incident for incident in incidents},
        hospitals={hospital.id: hospital for hospital in hospitals},
    )
