"""Who is under way where an alternative's roads part from the desk's."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from dispatch.city_pack import load_city_pack
from simulator.ahead.start import Start, StartCall, StartRun, StartUnit
from simulator.ahead.under_way import ways_of, with_longer_ways

PACK = load_city_pack()
WARD, HOSPITAL = PACK.old_wards[0], PACK.hospitals[0]
FROM, POST = PACK.stations[0], PACK.stations[1]
HERE = (106.7, 10.78)


def unit(key: str, **told: object) -> StartUnit:
    whole = {"id": key, "station_id": FROM.id, "kind": "van", "skills": ["doctor"], "status": "en_route"}
    return msgspec.convert(
        whole | {"since_s": -60.0, "post_id": POST.id, "lon": HERE[0], "lat": HERE[1]} | told, StartUnit
    )


def run(key: str, **told: float | str) -> StartRun:
    return msgspec.convert({"unit_id": key, "offered_s": -300.0, "accepted_s": -280.0} | told, StartRun)


RUNS = (
    run("going", rest_s=400.0),
    run("conveying", left_s=-50.0, hospital_id=HOSPITAL.id, rest_s=300.0),
    run("unseen", left_s=-50.0, hospital_id=HOSPITAL.id, rest_s=200.0),
    run("there", on_scene_s=-20.0),
)
START = Start(
    at=datetime(2026, 11, 30, 3, tzinfo=UTC),
    seq=1,
    units=(
        unit("going"),
        unit("conveying"),
        unit("unseen", lon=None, lat=None),
        unit("there", lon=None, lat=None),
        unit("home", status="returning", rest_s=100.0, kind="motorbike"),
        unit("standing", status="available"),
    ),
    calls=(
        StartCall(
            kind="emergency",
            priority=2,
            complaint="stroke",
            zone=WARD.code,
            answered_s=-400.0,
            opened_s=-390.0,
            runs=RUNS,
        ),
    ),
)


def test_the_ways_that_are_left_are_known_without_any_patients_place() -> None:
    ward, hospital = (WARD.lon, WARD.lat), (HOSPITAL.lon, HOSPITAL.lat)
    assert ways_of(START, PACK) == {
        "going": (HERE, ward, "ambulance"),
        "conveying": (HERE, hospital, "ambulance"),
        "unseen": (ward, hospital, "ambulance"),
        "home": (HERE, (POST.lon, POST.lat), "motorbike"),
    }


def test_only_what_is_left_of_a_way_becomes_longer_and_nobody_is_there_already() -> None:
    found = with_longer_ways(START, {"going": 60.5, "home": -200.0})
    assert [one.rest_s for one in found.calls[0].runs] == [460.5, 300.0, 200.0, None]
    assert [one.rest_s for one in found.units] == [0.0, 0.0, 0.0, 0.0, 30.0, 0.0]
    assert with_longer_ways(START, {}) is START
