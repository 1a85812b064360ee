"""The hour of the week: moments to hours, roads to shares, and tables that are not of their form."""

import csv
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.paths import data_dir, repo_root
from routing.errors import TrafficTableError
from routing.hours import GROUPS, HOURS, HourOfWeek, felt_share, hour_of_week
from routing.roads import CLASS_INDEX, ROAD_CLASSES

TABLES = data_dir() / "traffic"
SOURCES = Path(os.environ.get("SAIGON115_DATA", repo_root().parent / "shared/data"))
REPORTS = (
    "traffic/streets.csv",
    "traffic/los_by_way_halfhour_utc.csv",
    "traffic/segment_status_2020_21_utc.csv.gz",
    "osm/hcmc-2018-01-01.osm.pbf",
    "osm/arterials-2025-12-01.geojson.gz",
    "osm/centre-roads-2026-03.overpass.json.gz",
)
SQUARE = {"type": "Polygon", "coordinates": [[[106, 10], [107, 10], [107, 11], [106, 11], [106, 10]]]}
INSIDE, OUTSIDE = (106.5, 10.5), (105.5, 10.5)
CITY = HourOfWeek.load(TABLES)


def write_tables(directory: Path, share: float = 0.5) -> Path:
    """One square area `town`; every share the same but those of main roads at Monday 08:00, which have 0.25 less."""
    feature = {"type": "Feature", "properties": {"area": "town"}, "geometry": SQUARE}
    (directory / "areas.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    with (directory / "hours.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("area", "group", "hour", "share", "counted_by"))
        for area in ("town", "outer"):
            for group in GROUPS:
                for hour in range(HOURS):
                    less = 0.25 if (area, group, hour) == ("town", "main", 8) else 0.0
                    writer.writerow((area, group, hour, share - less, "loops"))
    return directory


def change(path: Path, before: str, after: str) -> None:
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))


def look_up(hours: HourOfWeek, road_class: str, place: tuple[float, float], hour: int) -> float:
    way_class = np.array([CLASS_INDEX[road_class]], dtype=np.uint8)
    return float(hours.shares(way_class, np.array(place[:1]), np.array(place[1:]), hour)[0])


@pytest.mark.parametrize(
    ("at", "hour"),
    [
        ("2026-11-23T00:00:00+07:00", 0),  # a Monday
        ("2026-11-22T17:00:00Z", 0),
        ("2026-11-22T16:59:59Z", 167),
        ("2026-11-27T18:30:00+07:00", 4 * 24 + 18),
        ("2026-11-22T20:00:00-08:00", 11),
    ],
)
def test_a_moment_falls_in_its_local_hour(at: str, hour: int) -> None:
    assert hour_of_week(datetime.fromisoformat(at)) == hour


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        hour_of_week(datetime(2026, 11, 23, 8))  # noqa: DTZ001 - the refusal is the point


@given(
    st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)),  # noqa: DTZ001 - zones follow
    st.integers(-14 * 60, 14 * 60),
)
def test_the_hour_depends_on_the_moment_and_not_on_its_zone(moment: datetime, offset_min: int) -> None:
    at = moment.replace(tzinfo=UTC)
    hour = hour_of_week(at)
    assert hour_of_week(at.astimezone(timezone(timedelta(minutes=offset_min)))) == hour
    assert hour_of_week(at + timedelta(weeks=1)) == hour
    assert hour_of_week(at + timedelta(hours=1)) == (hour + 1) % HOURS


def test_a_road_has_the_share_of_its_group_area_and_hour(tmp_path: Path) -> None:
    hours = HourOfWeek.load(write_tables(tmp_path))
    assert look_up(hours, "primary_link", INSIDE, 8) == 0.25
    assert look_up(hours, "primary_link", INSIDE, 9) == 0.5
    assert look_up(hours, "tertiary", INSIDE, 8) == 0.5
    assert look_up(hours, "primary_link", OUTSIDE, 8) == 0.5


def test_a_ferry_knows_no_rush_hour(tmp_path: Path) -> None:
    assert look_up(HourOfWeek.load(write_tables(tmp_path)), "ferry", INSIDE, 8) == 1.0


def test_hours_alike_everywhere_share_a_band(tmp_path: Path) -> None:
    hours = HourOfWeek.load(write_tables(tmp_path))
    assert [hours.band(hour) for hour in (0, 7, 8, 9, 167)] == [0, 0, 8, 0, 0]


@given(st.integers(0, HOURS - 1), st.integers(0, HOURS - 1))
def test_two_hours_have_one_band_just_when_no_share_differs(one: int, other: int) -> None:
    assert (CITY.band(one) == CITY.band(other)) == bool((CITY.share[one] == CITY.share[other]).all())
    assert CITY.band(CITY.band(one)) == CITY.band(one)


@given(
    st.lists(
        st.tuples(st.integers(0, len(ROAD_CLASSES) - 1), st.floats(104, 110), st.floats(8, 14)), min_size=1, max_size=20
    ),
    st.integers(0, HOURS - 1),
)
def test_every_share_of_the_city_is_above_0_and_at_most_1(roads: list[tuple[int, float, float]], hour: int) -> None:
    way_class, lon, lat = (np.array(column) for column in zip(*roads, strict=True))
    cells = CITY.cells(way_class.astype(np.uint8), lon, lat)
    share = CITY.shares_of(cells, hour)
    assert share.shape == (len(roads),)
    assert ((share > 0) & (share <= 1)).all()
    assert share.tolist() == CITY.shares(way_class.astype(np.uint8), lon, lat, hour).tolist()


def test_the_city_crawls_at_eight_and_flows_at_three_at_night() -> None:
    centre = (106.698, 10.777)
    assert look_up(CITY, "primary", centre, 8) < 0.7 < 0.95 < look_up(CITY, "primary", centre, 3)


def test_no_area_covers_the_sea() -> None:
    cells = CITY.cells(np.zeros(1, dtype=np.uint8), np.array([107.5]), np.array([9.5]))
    assert CITY.areas[int(cells[0]) // len(GROUPS)] == "outer"


@pytest.mark.parametrize("hour", [-1, 168])
def test_an_hour_beyond_the_week_is_refused(hour: int) -> None:
    with pytest.raises(ValueError, match="not in the week"):
        CITY.band(hour)


def test_who_feels_half_the_slowdown_keeps_more_of_his_speed() -> None:
    assert felt_share(np.array([0.5, 1.0]), 0.5).tolist() == [0.75, 1.0]
    with pytest.raises(ValueError, match="no share"):
        felt_share(np.array([0.5]), 1.5)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("town,main,0,0.5", "town,main,0,0", "line 2: share 0.0 is not above 0"),
        ("town,main,0,0.5", "town,main,0,1.01", "share 1.01"),
        ("town,main,0,0.5", "town,main,0,nan", "share nan"),
        ("town,main,0,0.5", "town,main,0,fast", "no number"),
        ("town,main,0,0.5", "town,main,168,0.5", "hour 168 is not in the week"),
        ("town,main,0,0.5", "town,main,1,0.5", "line 3: this hour was given before"),
        ("town,main,0,0.5,loops\r\n", "", "lacks 1 rows, such as main in town at hour 0"),
        ("town,main,0,", "city,main,0,", "no area 'city'; areas.geojson knows town, outer"),
        ("town,main,0,", "town,roads,0,", "no group 'roads'"),
        ("share,", "part,", "lacks the column share"),
    ],
)
def test_a_slip_in_the_table_of_hours_is_named(tmp_path: Path, before: str, after: str, said: str) -> None:
    with (write_tables(tmp_path) / "hours.csv").open(newline="") as file:
        text = file.read()
    assert before in text
    (tmp_path / "hours.csv").write_text(text.replace(before, after, 1), newline="")
    with pytest.raises(TrafficTableError, match=said):
        HourOfWeek.load(tmp_path)


@pytest.mark.parametrize(
    ("before", "after"), [("town", "outer"), ('"area"', '"name"'), ("Polygon", "Plygon"), ("{", "")]
)
def test_outlines_not_of_their_form_are_refused(tmp_path: Path, before: str, after: str) -> None:
    change(write_tables(tmp_path) / "areas.geojson", before, after)
    with pytest.raises(TrafficTableError, match=r"areas\.geojson"):
        HourOfWeek.load(tmp_path)


def test_an_absent_table_says_where_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(TrafficTableError, match="data/make/traffic"):
        HourOfWeek.load(tmp_path)


@pytest.mark.skipif(
    not all((SOURCES / name).is_file() for name in REPORTS),
    reason="the reports it is made from are not on this machine",
)
def test_the_tables_and_their_plot_are_what_the_sources_say(tmp_path: Path) -> None:
    tool = repo_root() / "data/make/traffic"
    subprocess.run([sys.executable, str(tool), str(SOURCES), str(tmp_path)], check=True, capture_output=True)
    kept = {path.name: path for path in (*TABLES.iterdir(), repo_root() / "docs/traffic-hours.svg")}
    made = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    assert made == {name: kept[name].read_text(encoding="utf-8") for name in made}
