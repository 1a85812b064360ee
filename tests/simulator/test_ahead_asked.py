"""What a look ahead is asked and starts from: bad input is refused with the fact and the way out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from dispatch.city_pack import load_city_pack
from dispatch.domain.state import FOLD_VERSION, State
from simulator.ahead.asked import check_alternatives, load_alternatives, read_asked
from simulator.ahead.figures import summarise
from simulator.ahead.freeze import freeze
from simulator.ahead.residual import Residuals, median_of, rest_of
from simulator.ahead.snapshot import read_start
from simulator.ahead.start import Start
from simulator.errors import ScenarioError
from tests.factories import NOW, make_incident, make_state, make_station, make_unit


def no_city() -> Path:
    raise AssertionError("a bad snapshot is refused before roads are opened")


def refused_snapshot(tmp_path: Path, content: bytes) -> str:
    (tmp_path / "s.json").write_bytes(content)
    with pytest.raises(ScenarioError) as error:
        read_start(tmp_path / "s.json", no_city, print)
    return str(error.value)


def state(**changes: Any) -> bytes:
    told = {**msgspec.to_builtins(State()), **changes}
    return json.dumps({"seq": 0, "state": told}).encode()


@pytest.mark.parametrize(
    ("content", "fact"),
    [
        (b"{", "is no JSON"),
        (b"[]", "is no snapshot of a desk"),
        (b'{"seq": 3}', "it has no 'state'"),
        (state(fold_version=FOLD_VERSION - 1), f"is of form {FOLD_VERSION - 1}"),
        (state(units={"U": {"id": "U"}}), "is no snapshot of a desk (Object missing required field"),
        (state(), "nothing has ever happened in it"),
        (state(at=NOW.isoformat()), "no unit of the city is on duty"),
        (b'{"start_version": 0}', "is a start of version 0"),
        (b'{"start_version": 1}', "is no start of a look ahead"),
    ],
)
def test_a_snapshot_that_is_none_is_refused_with_the_fact(tmp_path: Path, content: bytes, fact: str) -> None:
    assert fact in refused_snapshot(tmp_path, content)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"huors": 2}, "no key 'huors'; did you mean 'hours'?"),
        ({"hours": 13}, "hours: Expected `float` <= 12.0"),
        ({"alternatives": [{"name": "a", "plicy": "desk"}]}, "did you mean 'policy'?"),
        ({"alternatives": [{"name": "a", "units": [{"statoin": "x"}]}]}, "did you mean 'station'?"),
        ({"alternatives": [{"name": "a", "policy": "dekx"}]}, "did you mean 'desk'?"),
        ({"alternatives": [{"name": "a", "policy": "x.py:Y"}]}, "is code of one's own"),
        ({"alternatives": [{"name": "a", "units": [{"station": "thu-duk"}]}]}, "did you mean 'thu-duc'?"),
        ({"alternatives": [{"name": "a", "off_duty": ["nobody"]}]}, "no unit on duty 'nobody'"),
        ({"alternatives": [{"name": "a", "diversion": [{"hospitl": "x"}]}]}, "did you mean 'hospital'?"),
        ({"alternatives": [{"name": "a", "flood": [{"depth": 20}]}]}, "did you mean 'depth_cm'?"),
        ({"alternatives": [{"name": "as now"}]}, "two alternatives are called 'as now'"),
    ],
)
def test_a_slip_of_the_pen_is_named(told: dict[str, Any], said: str) -> None:
    start = Start(at=NOW, seq=1, units=(), calls=())
    with pytest.raises(ScenarioError) as error:
        check_alternatives(read_asked(told, "ahead"), start, load_city_pack(), "ahead")
    assert said in str(error.value)


def test_alternatives_are_read_from_toml(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(
        '[[alternative]]\nname = "ten"\nmore_calls = 10\n[[alternative.units]]\nstation = "thu-duc"\n', encoding="utf-8"
    )
    (one,) = load_alternatives(tmp_path / "a.toml")
    assert (one.more_calls, one.units[0].station, one.units[0].count) == (10, "thu-duc", 1)


def test_what_has_lasted_goes_on_as_the_rest_of_its_distribution() -> None:
    """Against those of many whole draws that have lasted as long."""
    median_s, sd_log = median_of(1790.0, 940.0)
    shares = (np.arange(4000) + 0.5) / 4000
    drawn = np.array([rest_of(2400.0, median_s, sd_log, share) for share in shares])
    whole = np.random.default_rng(1).lognormal(np.log(median_s), sd_log, 400_000)
    longer = np.minimum(whole[whole > 2400.0], 7200.0)
    assert drawn.min() >= 2400.0
    assert np.percentile(drawn, [25, 50, 90]) == pytest.approx(np.percentile(longer, [25, 50, 90]), rel=0.02)


def test_a_station_that_has_been_silent_for_long_stays_silent_more_often() -> None:
    demand = load_city_pack().demand
    draws = Residuals(demand, 1, 2000)
    soon, late = (np.mean([draws.answer(row, waited_s)[0] == 2 for row in range(2000)]) for waited_s in (0.0, 40.0))
    assert soon == pytest.approx(demand.no_answer_probability, abs=0.015)
    assert late > 3 * soon


def test_a_start_that_is_kept_has_the_place_of_no_patient() -> None:
    pack = load_city_pack()
    post = pack.stations[0]
    units = [
        make_unit(status, station_id=post.id, status=status, incident_id="I1")
        for status in ("on_scene", "transporting", "at_hospital")
    ]
    state = make_state(
        stations=[make_station(post.id)], units=units, incidents=[make_incident(lon=106.71234, lat=10.81234)]
    )
    frozen = freeze(state, {}, NOW, pack)
    assert {unit.id: unit.lon for unit in frozen.start.units} == {
        "on_scene": None, "transporting": None, "at_hospital": round(post.lon, 5)
    }  # fmt: skip
    assert b"106.71234" not in msgspec.json.encode(frozen.start)


def test_reds_are_told_together_and_a_difference_by_pairs() -> None:
    def row(red: int, late: int) -> dict[str, Any]:
        levels = {"1": late, "2": 0, "3": 0, "4": 0}
        series = {"free": [3.0], "covered": [0.5], "waiting": [0.0]}
        return {
            "calls": 9,
            "late": {"all": late} | levels,
            "red": red,
            "response_mean_s": None,
            "waiting_end": 0,
        } | series

    base, better = [row(2, 1), row(0, 0), row(2, 1)], [row(2, 0), row(0, 0), row(2, 0)]
    found = summarise(better, base)
    assert summarise(base, None)["red_in_target"]["mean"] == 0.5
    assert found["red_in_target"] == {"mean": 1.0, "low": 1.0, "high": 1.0}
    assert found["difference"]["red_in_target"]["mean"] == 0.5
    assert found["difference"]["late"]["all"]["mean"] == pytest.approx(-2 / 3)
    assert found["response_mean_s"]["mean"] is None
