"""A log of ours, made by the desk's own decisions and exported as `saigon115 log export` does."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from dispatch.assignment.asking import OfferRequest
from dispatch.assignment.offers import make_offer
from dispatch.assignment.runs import Report, report
from dispatch.city_pack import load_city_pack
from dispatch.domain import events as ev
from dispatch.domain.clock import LOCAL
from dispatch.domain.events import Recorded, stream_of
from dispatch.domain.fold import apply
from dispatch.domain.state import State
from dispatch.domain.words import UnitReport
from simulator.logs.fit import fit_demand
from simulator.logs.formats import read_log
from simulator.logs.own import read_own
from simulator.logs.table import LogError, LogTable
from tests.factories import LAT, LON, NOW, make_place
from tests.simulator.logs.worlds import kept

STEPS: list[tuple[float, UnitReport]] = [
    (90, "en_route"),
    (400, "on_scene"),
    (460, "at_patient"),
    (1600, "transporting"),
    (2200, "at_hospital"),
    (3400, "handed_over"),
    (3700, "available"),
]
"""Seconds after answering."""


class Desk:
    """Folds and writes down."""

    def __init__(self) -> None:
        self.state, self.lines = State(), list[bytes]()

    def tell(self, after_s: float, *events: ev.Event) -> None:
        at = NOW + timedelta(seconds=after_s)
        for event in events:
            stream = stream_of(event)
            recorded = Recorded(
                seq=self.state.seq + 1, stream=stream, version=self.state.version_of(stream) + 1,
                type=type(event).__name__, actor="user:lan", at=at, recorded_at=at, data=event,
            )  # fmt: skip
            apply(self.state, recorded)
            self.lines.append(msgspec.json.encode(recorded))

    def open(self, incident_id: str, after_s: float) -> None:
        at = NOW + timedelta(seconds=after_s)
        opened = ev.IncidentOpened(
            incident_id=incident_id, number=incident_id, answered_at=at, priority=2, complaint="stroke",
            place=make_place(),
        )  # fmt: skip
        self.tell(after_s + 40, opened)

    def serve(self, incident_id: str, after_s: float) -> None:
        request = OfferRequest(offer_id=f"O-{incident_id}", incident_id=incident_id, unit_id="U1")
        self.tell(after_s + 60, *make_offer(self.state, request, NOW + timedelta(seconds=after_s + 60)))
        for step_s, status in STEPS:
            now = NOW + timedelta(seconds=after_s + step_s)
            said = Report(unit_id="U1", status=status, at=now, hospital_id="H1" if status == "transporting" else None)
            self.tell(after_s + step_s, *report(self.state, said, now))

    def export(self, folder: Path) -> Path:
        path = folder / "log.jsonl"
        path.write_bytes(b"\n".join(self.lines) + b"\n")
        return path


def make_desk() -> Desk:
    desk = Desk()
    station = ev.StationRegistered(
        station_id="S1", name="Trạm S1", name_en="Station S1", kind="centre", can_refuse=False, lon=LON, lat=LAT
    )
    hospital = ev.HospitalRegistered(hospital_id="H1", name="H1", name_en="H1", lon=LON, lat=LAT, emergency=True)
    unit = ev.UnitRegistered(
        unit_id="U1", station_id="S1", kind="van", skills=("doctor", "nurse", "convey"), staffed=True
    )
    desk.tell(-60, station, hospital, unit)
    return desk


def read(path: Path) -> LogTable:
    return read_own(path, lambda lon, lat: "26740")


def test_a_run_s_stamps_become_intervals(tmp_path: Path) -> None:
    desk = make_desk()
    desk.open("I1", 0)
    desk.serve("I1", 0)
    found = read(desk.export(tmp_path))
    columns = ("key", "at", "ward", "kind", "priority", "complaint")
    assert kept(found, *columns) == [("I1", NOW.astimezone(LOCAL), "26740", "emergency", 2, "stroke")]
    times = ("response_s", "turnout_s", "travel_s", "on_scene_s", "transport_s", "handover_s", "occupied_s")
    assert kept(found, *times) == [(400.0, 30.0, 310.0, 1200.0, 600.0, 1200.0, 3640.0)]
    assert found.skipped == ()


def test_an_incident_that_nobody_went_to_has_no_times(tmp_path: Path) -> None:
    desk = make_desk()
    desk.open("I1", 0)
    assert kept(read(desk.export(tmp_path)), "response_s", "occupied_s") == [(None, None)]


def test_damaged_doubled_and_missing_events_are_told_and_the_rest_is_read(tmp_path: Path) -> None:
    desk = make_desk()
    for number in range(3):
        desk.open(f"I{number}", number * 5000)
        desk.serve(f"I{number}", number * 5000)
    lost = next(row for row, line in enumerate(desk.lines) if b'"incident_id":"I1"' in line)
    lines = desk.lines
    desk.lines = [*lines[:3], b"{broken", lines[1], *lines[3:lost], *lines[lost + 1 :]]
    found = read(desk.export(tmp_path))
    assert kept(found, "key") == [("I0",), ("I2",)]
    reasons = {one.reason for one in found.skipped}
    assert reasons == {"no event of ours", "the event was there before", "against the lifecycle"}
    assert found.notes == ("1 events are missing between those there",)


def test_the_ward_is_that_around_the_place(tmp_path: Path) -> None:
    desk = make_desk()
    desk.open("I1", 0)
    pack = load_city_pack()
    around = pack.ward_at(LON, LAT)
    assert around is not None
    assert kept(read_log(desk.export(tmp_path), pack), "ward") == [(around.code,)]


def test_an_exported_log_gives_a_demand(tmp_path: Path) -> None:
    desk = make_desk()
    for number in range(30):
        desk.open(f"I{number}", number * 5000)
        desk.serve(f"I{number}", number * 5000)
    fitted = fit_demand(read(desk.export(tmp_path)))
    assert fitted.calls_per_week == pytest.approx(7 * 86_400 / 5000, rel=0.1)
    assert fitted.complaint_share == {"stroke": 1.0}
    assert fitted.service["emergency"]["handover_s"].mean_s == pytest.approx(1200)


def test_an_empty_log_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"")
    with pytest.raises(LogError, match="is empty"):
        read(path)
