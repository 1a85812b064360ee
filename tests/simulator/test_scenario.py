from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from simulator.errors import ScenarioError
from simulator.fitted import with_fit
from simulator.logs.fit import DemandFit, ServiceTime
from simulator.scenario import json_schema, load_scenario, read_scenario
from simulator.textbook import make_day
from tests.simulator.days import make_world

HEAD = {"duration_s": 36_000.0}
SMALL: dict[str, Any] = {
    "scenario": HEAD,
    "zone": [{"id": "Z", "rate_per_h": 2.0}],
    "unit": [{"id": "U", "post": "P"}],
    "service": {"mean_s": 600.0},
}


def refusal(told: dict[str, Any]) -> str:
    with pytest.raises(ScenarioError) as raised:
        make_day(read_scenario(told, "day.toml"), "day.toml", 1)
    return str(raised.value)


def test_a_typo_says_which_key_and_what_was_meant() -> None:
    assert refusal(SMALL | {"scenario": HEAD | {"sede": 1}}) == (
        "day.toml: no key 'sede' in [scenario]; did you mean 'seed'?"
    )
    assert refusal(SMALL | {"zone": [{"id": "Z", "rate_per_hour": 2.0}]}) == (
        "day.toml: no key 'rate_per_hour' in [zone[0]]; did you mean 'rate_per_h'?"
    )
    assert refusal(SMALL | {"servce": {}}) == "day.toml: no key 'servce'; did you mean 'service'?"


@pytest.mark.parametrize(
    ("changed", "fact"),
    [
        ({"unit": []}, "there is no unit; add a [[unit]]"),
        ({"zone": [{"id": "Z", "rate_per_h": 0.0}]}, "nobody calls"),
        ({"zone": []}, "nobody calls"),
        ({"service": None}, "there is no [service]"),
        ({"scenario": {}}, "[scenario] has no 'duration_s'; add it"),
        ({"scenario": {"duration_s": "long"}}, "scenario.duration_s: Expected `float`, got `str`"),
        ({"scenario": HEAD | {"warm_up_s": 40_000.0}}, "is not before the end"),
        ({"scenario": HEAD | {"policy": "closest_idel"}}, "no policy 'closest_idel'; did you mean 'closest_idle'?"),
        ({"scenario": HEAD | {"policy": "static"}}, "'static' has no method assign"),
        ({"scenario": HEAD | {"policy": "desk"}}, "policy 'desk' cannot be used here"),
        ({"scenario": HEAD | {"policy": "nowhere.py:Mine"}}, "cannot load 'nowhere.py:Mine'"),
        ({"preference": {"Y": ["U"]}}, "[preference] names zone 'Y'; zones are: Z"),
        ({"preference": {"Z": ["V"]}}, "[preference] Z names unit 'V'; units are: U"),
        ({"unit": [{"id": "U"}, {"id": "U"}]}, "two units are called 'U'"),
        ({"travel": {"matrix": "none.csv"}}, "cannot be read"),
        ({"zone": [{"id": "Z", "rate_per_h": float("inf")}]}, "zone[0].rate_per_h is no number that one could count"),
        ({"city": {}}, "do not go together"),
        ({"settings": {"move_up": {}}}, "[settings] needs the city"),
    ],
)
def test_what_cannot_be_run_is_refused_with_the_way_out(changed: dict[str, Any], fact: str) -> None:
    told = {key: value for key, value in (SMALL | changed).items() if value is not None}
    assert fact in refusal(told)


@pytest.mark.parametrize(
    ("changed", "fact"),
    [
        ({"city": {"units": "none"}}, "there is no unit"),
        ({"city": {"scale": 0.0}}, "nobody calls"),
        ({"station": [{"id": "sea", "lon": 107.9, "lat": 8.1}]}, "is outside the city; correct lon and lat"),
        ({"station": [{"id": "trung-tam", "lon": 106.7, "lat": 10.8}]}, "'trung-tam' is there already"),
        ({"unit": [{"id": "N1", "post": "nowhere"}]}, "stands at 'nowhere', which is no station"),
        ({"unit": [{"id": "N1", "post": "thu-duk"}]}, "'thu-duk', which is no station; did you mean 'thu-duc'?"),
        ({"unit": [{"id": "115-001", "post": "trung-tam"}]}, "unit '115-001' is there twice"),
        ({"shift": [{"units": ["115-999"], "starts": "06:30", "ends": "18:30"}]}, "[[shift]] names '115-999'"),
        ({"settings": {"moveup": {}}}, "no section [settings.moveup]"),
        ({"settings": {"move_up": {"least": 1}}}, "no setting 'least' in [settings.move_up]"),
        ({"settings": {"assignment": {"late_wieght": 1}}}, "did you mean 'late_weight'?"),
        ({"station": [{"id": "N1", "lon": 10.8, "lat": 106.7}]}, "lon is about 106.7 and lat about 10.8"),
        ({"shift": [{"units": ["115-001"], "starts": "6:30", "ends": "18:30"}]}, 'write it as "06:30"'),
        ({"closure": [{"street": "Lê Lợi"}]}, "the name 'Lê Lợi' alone says no place"),
    ],
)
def test_a_city_that_cannot_be_run_is_refused_with_the_way_out(changed: dict[str, Any], fact: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        make_world(changed).make_day(1)
    assert fact in str(raised.value)


def test_a_broken_file_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "day.toml"
    path.write_text("[scenario]\nseed =\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="line 2"):
        load_scenario(path)


def test_what_an_editor_puts_before_a_file_is_passed_over_and_another_alphabet_is_told(tmp_path: Path) -> None:
    path = tmp_path / "day.toml"
    path.write_text("[scenario]\r\nduration_s = 60\r\n", encoding="utf-8-sig")
    assert load_scenario(path).scenario.duration_s == 60
    path.write_text("[scenario]", encoding="utf-16")
    with pytest.raises(ScenarioError, match="is no text in UTF-8; save it as UTF-8"):
        load_scenario(path)


def test_a_matrix_without_a_way_that_is_needed_names_it(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("from,to,seconds\nZ,P,60\n", encoding="utf-8")
    told = SMALL | {"travel": {"matrix": "m.csv"}}
    with pytest.raises(ScenarioError, match="no way from 'P' to 'Z'"):
        make_day(read_scenario(told, "x"), str(tmp_path / "x.toml"), 1)


def test_the_schema_takes_what_we_take_and_refuses_typos() -> None:
    jsonschema.validate(SMALL, json_schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(SMALL | {"zones": []}, json_schema())


def test_demand_fitted_from_a_log_takes_the_packs_place_where_the_log_tells(tmp_path: Path) -> None:
    told = make_world().pack.demand
    ward = next(iter(told.ward_weight))
    time = ServiceTime(n=9, mean_s=600.0, sd_s=60.0, p10_s=500.0, p50_s=600.0, p90_s=700.0, median_s=597.0, sd_log=0.1)
    fit = DemandFit(
        source="log", calls=700, weeks=1.0, calls_per_week=700.0, calls_per_week_low=650.0, calls_per_week_high=750.0,
        hour_of_week=(1.0,) * 168, hours_seen=(1.0,) * 168, ward_share={ward: 0.5, "elsewhere": 0.5}, ward_hour={},
        kind_share={"emergency": 0.9, "home": 0.1}, priority_share={}, complaint_share={"stroke": 0.2},
        service={"emergency": {"on_scene_s": time}},
    )  # fmt: skip
    (tmp_path / "demand.json").write_bytes(msgspec.json.encode(fit))
    scenario = read_scenario({"scenario": HEAD, "city": {"demand": "demand.json"}}, "x")
    pack, work = with_fit(make_world().pack, scenario.work, tmp_path / "demand.json")
    demand = pack.demand
    assert demand.calls_per_day * demand.share_emergency == pytest.approx(90.0)
    assert [work.home_per_day, work.interfacility_per_day] == pytest.approx([10.0, 0.0])
    assert (demand.ward_weight, demand.complaint_mix) == ({ward: 1.0}, {"stroke": 1.0})
    assert (demand.on_scene_mean_s, demand.handover_mean_s) == (600.0, told.handover_mean_s)


def test_a_file_that_is_no_fitted_demand_is_refused(tmp_path: Path) -> None:
    (tmp_path / "demand.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ScenarioError, match="is no fitted demand"):
        with_fit(make_world().pack, read_scenario(SMALL, "x").work, tmp_path / "demand.json")
    with pytest.raises(ScenarioError, match="cannot be read"):
        with_fit(make_world().pack, read_scenario(SMALL, "x").work, tmp_path / "none.json")
