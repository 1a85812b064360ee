from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from dispatch.city_pack import load_city_pack
from dispatch.paths import repo_root
from simulator.logs.formats import read_log, recognise
from simulator.logs.placing import by_population
from simulator.logs.public import NYC_COLUMNS
from simulator.logs.table import LogError
from tests.simulator.logs.worlds import VA_HEAD, nyc_line, write, write_nyc

EMS = Path(os.environ.get("SAIGON115_DATA") or repo_root().parent / "shared" / "data") / "ems"


def test_wards_are_drawn_by_weight_and_the_same_for_the_same_call() -> None:
    place = by_population({"a": 3.0, "b": 1.0, "none": 0.0}, seed=1)
    drawn = Counter(place(str(key)) for key in range(4000))
    assert drawn["a"] / 4000 == pytest.approx(0.75, abs=0.03)
    assert drawn["none"] == 0
    assert [place("7"), place("8")] == [place("7"), place("8")]


def test_another_seed_draws_other_wards() -> None:
    weights = {str(ward): 1.0 for ward in range(50)}
    first, second = by_population(weights, 1), by_population(weights, 2)
    assert [first(str(key)) for key in range(20)] != [second(str(key)) for key in range(20)]


@pytest.mark.parametrize(
    ("first", "form"),
    [
        (",".join(NYC_COLUMNS), "new-york"),
        ("\ufeff" + VA_HEAD, "virginia-beach"),
        ("40.1,-75.3,Traffic: VEHICLE ACCIDENT,2016-01-15 12:01,X,Y", "montgomery"),
        ('{"seq":1}', "own"),
    ],
)
def test_a_format_is_known_by_its_first_line(tmp_path: Path, first: str, form: str) -> None:
    assert recognise(write(tmp_path, [first])) == form


def test_a_file_that_is_no_log_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="begins with 'id,lat,lon', which no adapter knows"):
        read_log(write(tmp_path, ["id,lat,lon"]), load_city_pack())
    with pytest.raises(LogError, match="no format 'boston'; choose one of auto, own"):
        read_log(write_nyc(tmp_path, nyc_line()), load_city_pack(), "boston")


@pytest.mark.parametrize(
    ("begins", "fact"),
    [(b"PK\x03\x04", "is a spreadsheet .* save it as CSV"), ("id".encode("utf-16"), "in UTF-16; save it as UTF-8")],
)
def test_a_spreadsheet_and_another_alphabet_say_how_to_save_them(tmp_path: Path, begins: bytes, fact: str) -> None:
    (tmp_path / "log.csv").write_bytes(begins)
    with pytest.raises(LogError, match=fact):
        read_log(tmp_path / "log.csv", load_city_pack())


@pytest.mark.parametrize(
    ("name", "read", "kept", "gaps"),
    [
        ("va_beach_calls_2017_18.csv", 965, 964, 1),
        ("montgomery911_sample_noheader.csv", 3051, 1153, 4),
    ],
)
def test_the_public_logs_load_whole(name: str, read: int, kept: int, gaps: int) -> None:
    if not (EMS / name).is_file():
        pytest.skip(f"no {name} in {EMS}")
    pack = load_city_pack()
    found = read_log(EMS / name, pack)
    assert (found.read, len(found.calls), len(found.gaps)) == (read, kept, gaps)
    assert set(found.calls["ward"]) <= set(pack.demand.ward_weight)
    assert found.read == len(found.calls) + len(found.skipped)
