from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from dispatch.city_pack import CityPack, load_city_pack
from simulator.logs.fit import DemandFit, fit_demand
from simulator.logs.pack import read_fit, with_fit
from simulator.logs.table import Collector, LogError
from tests.simulator.logs.worlds import MONDAY


@pytest.fixture(scope="module")
def pack() -> CityPack:
    return load_city_pack()


def fitted(**cells: object) -> DemandFit:
    """Four weeks of a call an hour in two wards, three in four of them about a fall."""
    calls = Collector("made.csv")
    for hour in range(4 * 168):
        told = {
            "ward": "26740" if hour % 4 else "26743",
            "complaint": "fall" if hour % 4 else "stroke",
            "on_scene_s": 600.0 + hour % 7,
            "turnout_s": 60.0,
            **cells,
        }
        calls.add(hour, str(hour), MONDAY + timedelta(hours=hour), kind="emergency", **told)
    return fit_demand(calls.finish())


def test_what_the_log_tells_takes_the_pack_s_place_and_all_else_stays(pack: CityPack) -> None:
    mine = with_fit(pack, fitted()).demand
    assert mine.calls_per_day * mine.share_emergency == pytest.approx(24, rel=0.01)
    assert mine.ward_weight == {"26740": pytest.approx(0.75), "26743": pytest.approx(0.25)}
    assert mine.complaint_mix == {"fall": pytest.approx(0.75), "stroke": pytest.approx(0.25)}
    assert mine.on_scene_mean_s == pytest.approx(603, abs=0.1)
    assert mine.turnout_median_s == pytest.approx(60)
    assert len(mine.hour_of_week) == 168
    told = {"calls_per_day", "hour_of_week", "ward_weight", "complaint_mix", "on_scene_mean_s", "on_scene_sd_s"}
    told |= {"turnout_median_s", "turnout_sd_log"}
    before, after = (msgspec.structs.asdict(one) for one in (pack.demand, mine))
    assert {name for name in before if before[name] != after[name]} == told


def test_another_demand_is_another_city(pack: CityPack) -> None:
    hashes = {pack.city_hash, with_fit(pack, fitted()).city_hash, with_fit(pack, fitted(turnout_s=61.0)).city_hash}
    assert len(hashes) == 3


def test_complaints_of_another_city_leave_the_mix_as_it_is(pack: CityPack) -> None:
    assert with_fit(pack, fitted(complaint="nyc-5")).demand.complaint_mix == pack.demand.complaint_mix


def test_a_log_without_wards_keeps_the_pack_s_and_one_of_other_wards_is_refused(pack: CityPack) -> None:
    assert with_fit(pack, fitted(ward=None)).demand.ward_weight == pack.demand.ward_weight
    with pytest.raises(LogError, match="none of the 1 wards of made.csv is the pack's"):
        with_fit(pack, fitted(ward="10475"))


def test_a_log_without_emergencies_is_refused(pack: CityPack) -> None:
    with pytest.raises(LogError, match="holds no emergency"):
        with_fit(pack, replace(fitted(), kind_share={"home": 1.0}))


def test_a_fit_is_read_as_it_was_written(tmp_path: Path) -> None:
    path, fit = tmp_path / "demand.json", fitted()
    path.write_text(json.dumps(asdict(fit)), encoding="utf-8")
    assert read_fit(path) == fit


@pytest.mark.parametrize(("text", "fact"), [("{}", "is no fitted demand"), ("x", "is no fitted demand")])
def test_a_file_that_is_no_fit_is_refused(tmp_path: Path, text: str, fact: str) -> None:
    path = tmp_path / "demand.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LogError, match=fact):
        read_fit(path)
    with pytest.raises(LogError, match="cannot be read"):
        read_fit(tmp_path / "none.json")
