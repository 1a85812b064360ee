from __future__ import annotations

import gzip
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from dispatch.domain.clock import LOCAL
from simulator.logs.public import read_montgomery, read_new_york, read_virginia_beach
from simulator.logs.table import LogError
from tests.simulator.logs.worlds import MONDAY, VA_HEAD, kept, nyc_line, place, table, write, write_nyc


def test_new_york_s_clock_level_and_response_are_read(tmp_path: Path) -> None:
    found = read_new_york(write_nyc(tmp_path, nyc_line("7", severity="1")), place)
    at = datetime(2015, 3, 2, 11, 8, 44, tzinfo=LOCAL)
    columns = ("key", "at", "ward", "kind", "priority", "complaint", "response_s")
    assert kept(found, *columns) == [("7", at, "ward of 7", "emergency", 1, "nyc-5", 540.0)]
    assert (found.read, found.skipped) == (1, ())


def test_a_response_that_is_not_marked_valid_is_unknown(tmp_path: Path) -> None:
    found = read_new_york(write_nyc(tmp_path, nyc_line(valid="0", seconds="0")), place)
    assert kept(found, "response_s") == [(None,)]


def test_every_bad_line_is_skipped_counted_and_listed_with_its_reason(tmp_path: Path) -> None:
    lines = [
        nyc_line("1"),
        nyc_line("1"),
        nyc_line("2", at="13/45/2015 11:08:44 AM"),
        nyc_line("3", severity="x"),
        nyc_line("4", seconds="-5"),
        nyc_line("5", seconds="90000"),
        nyc_line("6", seconds="nan"),
        "7,short",
    ]
    found = read_new_york(write_nyc(tmp_path, *lines), place)
    assert [(one.line, one.reason) for one in found.skipped] == [
        (3, "the id was there before"),
        (4, "no time"),
        (5, "no severity from 1 to 9"),
        (6, "times go backward: response_s is below 0"),
        (7, "response_s is longer than a day"),
        (8, "response_s is no number"),
        (9, "the line is too short"),
    ]
    told = found.as_json(listed=2)
    assert (told["read"], told["kept"], told["skipped"], len(told["first_skipped"])) == (8, 1, 7, 2)
    assert sum(told["skipped_by_reason"].values()) == 7


def test_lines_out_of_order_are_counted_and_put_in_order(tmp_path: Path) -> None:
    late, early = nyc_line("late", at="03/03/2015 01:00:00 AM"), nyc_line("early", at="03/02/2015 01:00:00 AM")
    found = read_new_york(write_nyc(tmp_path, late, early), place)
    assert found.backward == 1
    assert kept(found, "key") == [("early",), ("late",)]


@pytest.mark.parametrize("name", ["log.csv.gz", "log.csv"])
def test_a_packed_log_is_unpacked_whatever_its_name(tmp_path: Path, name: str) -> None:
    plain = write_nyc(tmp_path, nyc_line())
    packed = tmp_path / name
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert kept(read_new_york(packed, place), "key") == [("1",)]


def test_virginia_beach_s_stamps_become_intervals(tmp_path: Path) -> None:
    line = "17,2,1/1/17 2:47,1/1/17 2:50,1/1/17 2:52,1/1/17 3:03,1/1/17 3:24"
    found = read_virginia_beach(write(tmp_path, [VA_HEAD, line]), place)
    columns = ("priority", "response_s", "turnout_s", "travel_s", "occupied_s", "on_scene_s")
    assert kept(found, *columns) == [(2, 960.0, 120.0, 660.0, 2040.0, None)]


def test_a_unit_that_arrives_before_it_leaves_is_skipped(tmp_path: Path) -> None:
    good = "1,2,1/1/17 2:47,1/1/17 2:50,1/1/17 2:52,1/1/17 3:03,1/1/17 3:24"
    bad = "2,2,1/1/17 2:47,1/1/17 2:50,1/1/17 3:04,1/1/17 3:03,1/1/17 3:24"
    found = read_virginia_beach(write(tmp_path, [VA_HEAD, good, bad]), place)
    assert [one.reason for one in found.skipped] == ["times go backward: travel_s is below 0"]


def test_of_montgomery_only_ambulance_calls_are_kept(tmp_path: Path) -> None:
    lines = [
        "40.1,-75.3,EMS: FALL VICTIM,2016-01-15 12:01,NORRISTOWN,POWELL ST",
        "40.1,-75.3,Fire: ALARM,2016-01-15 12:06,NORRISTOWN,SANDY ST",
        "40.1,-75.3,EMS: FALL VICTIM,2016-01-15 12:01,NORRISTOWN,POWELL ST",
    ]
    found = read_montgomery(write(tmp_path, lines), place)
    assert kept(found, "complaint", "priority", "lon") == [("fall victim", None, None)]
    assert [one.reason for one in found.skipped] == ["no ambulance call", "the id was there before"]


def test_a_long_pause_is_a_gap_and_a_night_is_none() -> None:
    """One call an hour for 100 hours, none for 200, one an hour again."""
    found = table([float(hour) for hour in [*range(100), *range(300, 400)]])
    assert [(one.after, one.before) for one in found.gaps] == [
        (MONDAY + timedelta(hours=99), MONDAY + timedelta(hours=300))
    ]
    assert table([float(hour) for hour in range(200) if hour % 24 > 5]).gaps == ()


def test_calls_that_look_like_another_are_kept_and_counted() -> None:
    assert table([1.0, 1.0, 2.0], complaint="fall", priority=2).twins == 1


@pytest.mark.parametrize(
    ("lines", "fact"),
    [
        (["a,b", "1,2"], "lacks the column CAD_INCIDENT_ID"),
        ([",".join(("CAD_INCIDENT_ID",)) + ",x"], "lacks the column INCIDENT_DATETIME"),
    ],
)
def test_a_file_of_another_form_is_refused(tmp_path: Path, lines: list[str], fact: str) -> None:
    with pytest.raises(LogError, match=fact):
        read_new_york(write(tmp_path, lines), place)


def test_a_log_of_which_nothing_is_left_says_why(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="all 1 lines were skipped, most for: no time"):
        read_new_york(write_nyc(tmp_path, nyc_line(at="never")), place)


def test_a_log_that_is_not_there_or_broken_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="no file"):
        read_new_york(tmp_path / "none.csv", place)
    broken = tmp_path / "broken.csv.gz"
    broken.write_bytes(gzip.compress(b"x" * 1000)[:20])
    with pytest.raises(LogError, match="is it whole"):
        read_new_york(broken, place)
