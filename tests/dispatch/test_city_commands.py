"""`city`, `matrix` and `route` as a person types them."""

import json
import shutil
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from dispatch.city.commands import make_city_app, matrix, reach, route
from routing.profiles import TABLES
from routing.travel_times import TravelTimes

HERE, THERE = "106.7004,10.7769", "106.6500,10.8000"
POINTS = "id,lat,lon\nchợ,10.7720,106.6983\nsân bay,10.8160,106.6640\n"


def run(*words: str | Path) -> Result:
    app = typer.Typer()
    app.add_typer(make_city_app(), name="city")
    app.command("matrix")(matrix)
    app.command("route")(route)
    app.command("reach")(reach)
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def points(tmp_path: Path) -> Path:
    path = tmp_path / "points.csv"
    path.write_text(POINTS, encoding="utf-8")
    return path


def test_a_matrix_is_written_origin_by_origin(
    skeleton_city: Path, skeleton_times: TravelTimes, points: Path, tmp_path: Path
) -> None:
    wanted = skeleton_times.matrix([(106.6983, 10.7720), (106.6640, 10.8160)], [(106.65, 10.8)], "car")
    ends = tmp_path / "ends.csv"
    ends.write_text("lon,id,note,lat\n106.65,x,anything,10.8\n")
    out = tmp_path / "m.csv"
    result = run(
        "matrix", "--origins", points, "--destinations", ends, "--profile", "car", "--city", skeleton_city, "--out", out
    )
    assert result.exit_code == 0
    assert out.read_text(encoding="utf-8").splitlines() == [
        "origin,destination,time_s,distance_m",
        f"chợ,x,{wanted.time_s[0, 0]:.3f},{wanted.distance_m[0, 0]:.1f}",
        f"sân bay,x,{wanted.time_s[1, 0]:.3f},{wanted.distance_m[1, 0]:.1f}",
    ]


def test_without_destinations_the_origins_are_the_destinations(
    skeleton_city: Path, points: Path, tmp_path: Path
) -> None:
    out = tmp_path / "m.csv"
    assert run("matrix", "--origins", points, "--city", skeleton_city, "--out", out).exit_code == 0
    pairs = [line.split(",")[:2] for line in out.read_text(encoding="utf-8").splitlines()[1:]]
    assert pairs == [["chợ", "chợ"], ["chợ", "sân bay"], ["sân bay", "chợ"], ["sân bay", "sân bay"]]


@pytest.mark.parametrize(
    ("content", "fact"),
    [
        ("", "lacks the column id, lat, lon"),
        ("id,lat\na,1\n", "lacks the column lon"),
        ("id,lat,lon\n", "holds no points"),
        ("id,lat,lon\na,north,106\n", "line 2 (a): lat is 'north'"),
        ("id,lat,lon\na,10.7,\n", "line 2 (a): lon is ''"),
        ("id,lat,lon\na,10.7\n", "line 2 (a): lon is None"),
        ("id,lat,lon\na,106.7,10.7\n", "lat is 106.7, beyond ±90; are lat and lon swapped?"),
        ("id,lat,lon\na,nan,106.7\n", "lat is nan, which is no number of degrees"),
        ("id,lat,lon\na,nan,106.7\n", "lat is nan"),
        ("id,lat,lon\n,10.7,106.7\n", "line 2: the id is empty"),
        ('id,lat,lon\n"a,10.7,106.7\n', "cannot be read as CSV"),
    ],
)
def test_a_bad_table_is_named_and_nothing_is_written(
    skeleton_city: Path, tmp_path: Path, content: str, fact: str
) -> None:
    bad, out = tmp_path / "bad.csv", tmp_path / "m.csv"
    bad.write_text(content)
    result = run("matrix", "--origins", bad, "--city", skeleton_city, "--out", out)
    assert (result.exit_code, result.stdout) == (2, "")
    assert fact in result.stderr
    assert not out.exists()


def test_bad_rows_are_named_and_the_rest_is_answered(
    skeleton_city: Path, skeleton_times: TravelTimes, tmp_path: Path
) -> None:
    points, out = tmp_path / "points.csv", tmp_path / "m.csv"
    points.write_text(
        "id,lat,lon\na,10.7720,106.6983\nb,106.6640,10.8160\nc,north,106.7\nd,10.8160,106.6640\ne,21,105.8\n"
    )
    result = run("matrix", "--origins", points, "--profile", "car", "--city", skeleton_city, "--out", out)
    assert result.exit_code == 0
    rows = {tuple(line.split(",")[:2]): line.split(",")[2:] for line in out.read_text().splitlines()[1:]}
    assert len(rows) == 25
    assert {pair for pair, cells in rows.items() if cells == ["", ""]} == {
        pair for pair in rows if {"b", "c"} & set(pair)
    }
    wanted = skeleton_times.times([(106.6983, 10.7720)], [(106.6640, 10.8160)], "car")[0, 0]
    assert rows["a", "d"][0] == f"{wanted:.3f}"
    told = result.stderr.splitlines()
    assert f"{points}, line 3 (b): lat is 106.6640, beyond ±90; are lat and lon swapped?" in told
    assert f"{points}, line 4 (c): lat is 'north', which is no number of degrees" in told
    assert any(line.startswith(f"{points}, line 6 (e): outside the map") for line in told)


@pytest.mark.parametrize(
    ("options", "fact"),
    [
        (["--profile", "tank"], "no profile 'tank'; choose one of car, ambulance, motorbike"),
        (["--at", "tomorrow"], "--at 'tomorrow' is no time"),
        (["--at", "9999-12-31T23:59:59Z"], "--at '9999-12-31T23:59:59Z' is no time"),
        (["--out", "nowhere/m.csv"], "nowhere/m.csv cannot be written"),
        (["--city", "nowhere"], "no built city in nowhere"),
        (["--destinations", "nowhere.csv"], "no file nowhere.csv"),
    ],
)
def test_a_bad_option_is_named(
    skeleton_city: Path, points: Path, tmp_path: Path, options: list[str], fact: str
) -> None:
    usual = ["--origins", str(points), "--out", str(tmp_path / "m.csv"), "--city", str(skeleton_city)]
    result = run("matrix", *usual, *options)
    assert result.exit_code == 2
    assert fact in result.stderr


def test_a_city_with_a_damaged_table_of_hours_is_not_driven_by(
    skeleton_city: Path, points: Path, tmp_path: Path
) -> None:
    city, out = tmp_path / "city", tmp_path / "m.csv"
    shutil.copytree(skeleton_city, city)
    hours = city / "traffic" / "hours.csv"
    hours.write_text(hours.read_text().replace("0.9", "0.1", 1))
    result = run("matrix", "--origins", points, "--city", city, "--out", out)
    assert (result.exit_code, out.exists()) == (2, False)
    assert f"{hours} is missing or damaged; build the city again" in result.stderr


def test_a_failed_matrix_leaves_the_old_file_as_it_was(skeleton_city: Path, points: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.csv"
    out.write_text("old")
    assert run("matrix", "--origins", tmp_path / "x.csv", "--city", skeleton_city, "--out", out).exit_code == 2
    assert out.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["m.csv", "points.csv"]


def test_a_route_is_a_geojson_line(skeleton_city: Path, skeleton_times: TravelTimes) -> None:
    wanted = skeleton_times.route((106.7004, 10.7769), (106.65, 10.8), "car")
    assert wanted is not None
    result = run("route", HERE, THERE, "--profile", "car", "--city", skeleton_city)
    feature = json.loads(result.stdout)
    assert (result.exit_code, feature["type"], feature["geometry"]["type"]) == (0, "Feature", "LineString")
    assert feature["geometry"]["coordinates"] == [[round(x, 7), round(y, 7)] for x, y in wanted.geometry]
    properties = feature["properties"]
    assert properties["time_s"] == pytest.approx(wanted.time_s, abs=0.001)
    assert properties["distance_m"] == pytest.approx(wanted.distance_m, abs=0.1)
    assert sum(step["time_s"] for step in properties["steps"]) == pytest.approx(wanted.time_s, abs=0.1)


def test_a_route_says_how_to_drive_and_how_sure_its_time_is(skeleton_city: Path) -> None:
    properties = json.loads(run("route", HERE, THERE, "--profile", "car", "--city", skeleton_city).stdout)["properties"]
    first, last = properties["steps"][0], properties["steps"][-1]
    assert (first["maneuver"], last["maneuver"][:6]) == ("depart", "arrive")
    assert first["instruction"]["vi"].startswith("Đi về hướng")
    assert first["instruction"]["en"].startswith("Head ")
    assert properties["low_s"] < properties["time_s"] < properties["high_s"]


@pytest.mark.parametrize("night", ["2026-11-23T03:00:00+07:00", "2026-11-22T20:00:00Z", "2026-11-23T03:00"])
def test_the_hour_of_departure_counts(skeleton_city: Path, points: Path, tmp_path: Path, night: str) -> None:
    """By the city's own clock, however the time is written."""
    rush = "2026-11-23T17:30:00+07:00"
    at_night, at_rush = (run("route", HERE, THERE, "--at", at, "--city", skeleton_city) for at in (night, rush))
    assert (at_night.stderr, at_rush.stderr) == ("", "")
    night_s, rush_s = (json.loads(result.stdout)["properties"]["time_s"] for result in (at_night, at_rush))
    assert night_s < rush_s
    out = tmp_path / "m.csv"
    assert run("matrix", "--origins", points, "--city", skeleton_city, "--out", out, "--at", rush).exit_code == 0
    slow = out.read_text()
    assert run("matrix", "--origins", points, "--city", skeleton_city, "--out", out, "--at", night).exit_code == 0
    assert out.read_text() != slow


def test_a_planners_own_profile_is_driven(skeleton_city: Path, tmp_path: Path) -> None:
    own = tmp_path / "van.toml"
    table = (TABLES / "car.toml").read_text(encoding="utf-8").replace('name = "car"', 'name = "van"')
    own.write_text(table, encoding="utf-8")
    van = json.loads(run("route", HERE, THERE, "--profile", own, "--city", skeleton_city).stdout)["properties"]
    car = json.loads(run("route", HERE, THERE, "--profile", "car", "--city", skeleton_city).stdout)["properties"]
    assert (van["profile"], van["time_s"]) == ("van", car["time_s"])
    missing = run("route", HERE, THERE, "--profile", tmp_path / "no.toml", "--city", skeleton_city)
    assert (missing.exit_code, "no.toml cannot be read" in missing.stderr) == (2, True)


def test_reach_is_a_geojson_collection(skeleton_city: Path, skeleton_times: TravelTimes) -> None:
    result = run("reach", HERE, "--minutes", "5,10", "--profile", "car", "--to", "--city", skeleton_city)
    found = json.loads(result.stdout)
    wanted = skeleton_times.reach([(106.7004, 10.7769)], [5, 10], "car", to=True)
    assert (found["type"], found["to"], found["profile"]) == ("FeatureCollection", True, "car")
    assert [each["properties"]["minutes"] for each in found["features"]] == [5, 10]
    assert [each["properties"]["street_m"] for each in found["features"]] == pytest.approx(
        [area.street_m for area in wanted], abs=0.1
    )


@pytest.mark.parametrize(("options", "fact"), [(["--minutes", "90"], "1 to 60"), (["--at", "soon"], "is no time")])
def test_a_bad_question_for_reach_is_named(skeleton_city: Path, options: list[str], fact: str) -> None:
    result = run("reach", HERE, "--city", skeleton_city, *options)
    assert (result.exit_code, fact in result.stderr) == (2, True)


def test_swapped_coordinates_are_said_to_be_swapped(skeleton_city: Path) -> None:
    result = run("route", HERE, "10.8,106.65", "--city", skeleton_city)
    assert (result.exit_code, "looks like lat, lon; give lon first" in result.stderr) == (2, True)


@pytest.mark.parametrize("place", ["here", "106.7", "106.7;10.7", "200,10", "106.7,100"])
def test_a_bad_place_is_named(skeleton_city: Path, place: str) -> None:
    result = run("route", HERE, place, "--city", skeleton_city)
    assert result.exit_code == 2
    assert f"{place!r} is no place" in result.stderr


def test_a_city_is_built_and_described(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAIGON115_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("SAIGON115_DATA", str(tmp_path / "none"))
    built = run("city", "build", "--overlay", "none", "--out", tmp_path / "city")
    assert built.exit_code == 0
    facts = json.loads(run("city", "info", "--json", "--city", tmp_path / "city").stdout)
    assert {"source", "date", "nodes", "arcs", "bbox", "overlay"} <= facts.keys()
    assert (facts["source"], facts["overlay"]) == ("skeleton", "none")
    in_use = json.loads(run("city", "info", "--json").stdout)
    assert in_use["bbox"] == facts["bbox"]


def test_a_map_that_is_no_map_is_named(tmp_path: Path) -> None:
    (tmp_path / "odd.osm.pbf").write_bytes(b"no map")
    result = run("city", "build", "--osm", tmp_path / "odd.osm.pbf", "--out", tmp_path / "city")
    assert result.exit_code == 2
    assert "odd.osm.pbf cannot be read" in result.stderr
    assert not (tmp_path / "city").exists()
