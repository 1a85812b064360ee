"""Numbers that something says: words on the map, tables, and units that stood before a settled address."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from dispatch.domain import events as ev
from dispatch.domain.events.base import Recorded
from dispatch.domain.place import Place
from dispatch.geocoding.known_numbers import CARRIED, KnownNumbersError, read_all, read_known_numbers
from dispatch.geocoding.learned import Visit, learn, write_learned
from dispatch.geocoding.learned_log import Arrival, arrivals
from dispatch.geocoding.osm_names import House
from dispatch.geocoding.streets import BESIDE, LISTED, merge_roads, place_houses
from dispatch.geocoding.written import addresses_in
from dispatch.paths import data_dir
from tests.dispatch.geocoding.test_gazetteer import make_road

HEADER = "number,street,lon,lat,source,source_date\n"
DAY = datetime(2026, 11, 2, 3, tzinfo=UTC)
HOME = Place(
    lon=106.7, lat=10.78, kind="address", label="khoảng số 12 Lê Lợi, Quận 1", radius_m=300.0, old_district="Quận 1",
    understood={"house_number": "12 (estimated along the street)", "street": "Lê Lợi"}, settled=True,
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("386 Lê Trọng Tấn", [("386", "Lê Trọng Tấn")]),
        ("Đối diện 174 - 176 Trường Chinh", [("174", "Trường Chinh")]),
        ("cà phê 55 đặng văn ngữ", [("55", "đặng văn ngữ")]),
        ("đối diện số 4 nguyễn thiện thuật", [("4", "nguyễn thiện thuật")]),
        ("970 3/2", [("970", "3/2")]),
        ("Ngã 4 Hàng Xanh", []),
        ("Trường cấp 1 Phan Văn Trị", []),
        ("UBND Phường 12, Quận Gò Vấp", []),
    ],
)
def test_an_address_in_words_is_told_from_other_numbers(text: str, found: list[tuple[str, str]]) -> None:
    assert list(addresses_in(text)) == found


def test_what_stands_beside_a_number_counts_only_near_the_street_it_names() -> None:
    streets, crossings = merge_roads([make_road("Lê Lợi", (1, 0, 0), (2, 9, 0))])
    beside = [
        House("12", "lê lợi q1 gần chợ", 106.7005, 10.7803),
        House("14", "Lê Lợi", 106.7005, 10.7815),
        House("16", "Lê Lợi", 106.7005, 10.7815, is_listed=True),
        House("18", "Lê Lai", 106.7005, 10.7803),
    ]
    placed = {(one.number, one.source) for one in place_houses([], streets, crossings, beside)}
    assert placed == {("12", BESIDE), ("16", LISTED)}


def test_the_carried_tables_are_whole() -> None:
    assert [len(read_known_numbers(data_dir() / table)) >= 200 for table in CARRIED] == [True, True]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("number,street\n1,Lê Lợi\n", "no column lon, lat"),
        (HEADER + "x,Lê Lợi,106.7,10.7,a,2026\n", "line 2: 'x' of 'Lê Lợi'"),
        (HEADER + "1,Lê Lợi,10.7,106.7,a,2026\n", "lon comes first"),
        (HEADER + "1,Lê Lợi,east,10.7,a,2026\n", "must be degrees"),
    ],
)
def test_a_faulty_table_says_where_and_is_passed_by(tmp_path: Path, content: str, fault: str) -> None:
    path = tmp_path / "addresses-own.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(KnownNumbersError, match=fault):
        read_known_numbers(path)
    said: list[str] = []
    assert (read_all((path,), said.append), len(said)) == ([], 1)


def test_visits_of_a_settled_address_teach_its_number_and_survive_the_file(tmp_path: Path) -> None:
    visits = [Visit(HOME, 106.7012, 10.7805, "2026-11-02"), Visit(HOME, 106.7014, 10.7805, "2026-12-05")]
    found = learn(visits)
    assert found.disagree == []
    write_learned(found.rows, tmp_path / "learned.csv")
    assert (tmp_path / "learned.csv").stat().st_mode & 0o077 == 0
    assert read_known_numbers(tmp_path / "learned.csv") == [House("12", "Lê Lợi", 106.7013, 10.7805, is_listed=True)]


def test_visits_that_disagree_or_stood_elsewhere_or_were_not_settled_teach_nothing() -> None:
    apart = [Visit(HOME, 106.7012, 10.7805, "2026-11-02"), Visit(HOME, 106.6985, 10.7805, "2026-11-03")]
    unsettled = Place(lon=106.7, lat=10.78, kind="address", label="12 Lê Lợi", understood=HOME.understood)
    others = [Visit(HOME, 106.72, 10.78, "2026-11-02"), Visit(unsettled, 106.7, 10.78, "2026-11-02")]
    assert (learn(apart).rows, len(learn(apart).disagree)) == ([], 1)
    assert (learn(others).rows, learn(others).disagree) == ([], [])


def make_recorded(seq: int, data: ev.Event) -> Recorded:
    return Recorded(
        seq=seq, stream="x", version=seq, type=type(data).__name__, actor="crew", at=DAY, recorded_at=DAY, data=data
    )


def test_an_arrival_counts_when_its_incident_is_closed_and_settled() -> None:
    log: list[ev.Event] = [
        ev.IncidentOpened(incident_id="i", number="1", answered_at=DAY, priority=1, complaint="c"),
        ev.IncidentRevised(incident_id="i", place=HOME),
        ev.UnitAssigned(unit_id="U1", incident_id="i", offer_id="o"),
        ev.UnitAssigned(unit_id="U2", incident_id="i", offer_id="p"),
        ev.UnitReported(unit_id="U1", report="on_scene"),
        ev.UnitReported(unit_id="U2", report="on_scene", source="voice"),
    ]
    closed = ev.IncidentClosed(incident_id="i", outcome="conveyed")
    assert arrivals([make_recorded(seq, one) for seq, one in enumerate(log, 1)]) == []
    assert arrivals([make_recorded(seq, one) for seq, one in enumerate([*log, closed], 1)]) == [
        Arrival(HOME, "U1", DAY)
    ]
