"""A wrong fact in the city pack is refused with its file, its line and the way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from dispatch.city_pack import DEFAULT_FOLDER, load_city_pack
from dispatch.city_pack_tables import CityPackError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for table in DEFAULT_FOLDER.iterdir():
        if table.suffix in {".csv", ".toml", ".geojson"}:
            (tmp_path / table.name).write_bytes(table.read_bytes())
    return tmp_path


def change(folder: Path, table: str, old: str, new: str) -> str:
    """Change the first occurrence, load, and give the message of the refusal."""
    path = folder / table
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(CityPackError) as refusal:
        load_city_pack(folder)
    return str(refusal.value)


def test_a_station_at_an_unknown_hospital_is_refused(folder: Path) -> None:
    assert change(folder, "stations.csv", ",trung-vuong,", ",nowhere,") == (
        "stations.csv line 2, station trung-tam: host nowhere is not in hospitals.csv; add it or correct the id"
    )


def test_a_place_with_lat_before_lon_is_refused(folder: Path) -> None:
    message = change(folder, "stations.csv", "106.65956,10.77087", "10.77087,106.65956")
    assert message.startswith("stations.csv line 2: Expected `float` >= 106.0 - at `$.lon`; correct the line (id, ")


def test_a_place_outside_every_ward_is_refused(folder: Path) -> None:
    message = change(folder, "hospitals.csv", "106.65372,10.78891", "107.95,9.00000")
    assert message == (
        "hospitals.csv line 2, 1a: 107.95, 9.0 lies in none of the 168 wards; correct lon and lat (lon comes first)"
    )


def test_a_station_of_the_centre_that_may_refuse_is_refused(folder: Path) -> None:
    message = change(folder, "stations.csv", ",centre,false,", ",centre,true,")
    assert message.startswith("stations.csv line 2, station trung-tam: can_refuse is True for kind centre; ")


def test_a_motorbike_that_conveys_is_refused(folder: Path) -> None:
    message = change(folder, "units.csv", "motorbike,doctor;nurse,", "motorbike,doctor;nurse;convey,")
    assert message == ("units.csv line 130, unit 115-M01: a motorbike cannot convey; take `convey` from its skills")


def test_a_unit_at_an_unknown_station_is_refused(folder: Path) -> None:
    message = change(folder, "units.csv", "115-001,trung-tam", "115-001,moon")
    assert message == ("units.csv line 2, unit 115-001: station moon is not in stations.csv; add it or correct the id")


def test_a_call_sign_given_twice_is_refused(folder: Path) -> None:
    message = change(folder, "units.csv", "115-002,", "115-001,")
    assert message == "units.csv: id '115-001' stands twice (rows 1 and 2); give every row its own"


@pytest.mark.parametrize(
    ("table", "old", "new", "start"),
    [
        ("units.csv", ",van,doctor", ",plane,doctor", "units.csv line 2: Invalid enum value 'plane' - at `$.kind`; "),
        ("units.csv", "115-003,", "115-003,extra,", "units.csv line 4: 8 cells under a header of 7; "),
        ("units.csv", ",true,", ",maybe,", "units.csv line 2: Expected `bool`, got `str` - at `$.staffed`; "),
        ("hospitals.csv", "106.65372", "nan", "hospitals.csv line 2: Expected `float` >= 106.0 - at `$.lon`; "),
        ("hospitals.csv", "id,name_vi", "id,name", "hospitals.csv line 2: Object contains unknown field `name`; "),
        ("complaints.toml", "level = 1", "level = 9", "complaints.toml line 15: Expected `int` <= 4 - at `$.level`; "),
        ("complaints.toml", "[package]", "[package", "complaints.toml: not TOML: "),
        ("demand.toml", "stroke = 0.07", "stroke = 0.17", "demand.toml [complaint_mix]: the shares sum to 1.1000; "),
        (
            "demand.toml",
            "stroke = 0.07",
            "strike = 0.07",
            "demand.toml [complaint_mix]: no such complaint: ['strike']; ",
        ),
        ("demand.toml", '"26740" = 4', '"1" = 4', "demand.toml [ward_factor]: no such ward: ['1']; "),
        ("demand.toml", "share_conveyed", "share_convoyed", "demand.toml: Object "),
        ("hour_of_week.csv", "Mon,1,", "Mon,2,", "hour_of_week.csv: not the 168 hours from Mon 0 to Sun 23 in order; "),
        ("wards.geojson", '{"type"', '"type"', "wards.geojson: not GeoJSON: "),
    ],
)
def test_a_malformed_fact_is_refused_where_it_stands(folder: Path, table: str, old: str, new: str, start: str) -> None:
    assert change(folder, table, old, new).startswith(start)


def test_a_missing_table_names_itself(folder: Path) -> None:
    (folder / "units.csv").unlink()
    with pytest.raises(CityPackError, match=r"units\.csv: the table is missing; give the folder of a city pack"):
        load_city_pack(folder)


def test_a_folder_that_is_not_there_names_itself(tmp_path: Path) -> None:
    with pytest.raises(CityPackError, match=r"nowhere: no such folder; run from a clone"):
        load_city_pack(tmp_path / "nowhere")
