"""The city's own question, on the city of main roads that the repository carries."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from dispatch.city_pack import CityPack, load_city_pack
from routing.travel_times import TravelTimes
from simulator.siting.ask import ask
from simulator.siting.city import CityQuestion, city_problem, road_times
from simulator.siting.objectives import Objective
from simulator.siting.problem import Points, SitingError

RUSH = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
"""17:00 in the city, a Monday."""


@pytest.fixture(scope="module")
def pack() -> CityPack:
    return load_city_pack()


def test_existing_stations_are_kept_with_their_staffed_units(pack: CityPack, skeleton_times: TravelTimes) -> None:
    world = city_problem(pack, skeleton_times, CityQuestion())
    stations = {row.id for row in pack.stations if row.kind != "waterway"}
    kept = {world.candidates.ids[row] for row in np.flatnonzero(world.kept)}
    assert kept == stations
    staffed = [row for row in pack.units if row.staffed and row.station_id in stations and row.kind != "boat"]
    assert world.units.sum() == len(staffed)
    assert not (world.open_ & world.kept).any()
    assert world.weight.sum() == pytest.approx(1.0)
    assert len(world.demand) == 322


def test_new_ones_may_stand_in_hospitals_that_host_none(pack: CityPack, skeleton_times: TravelTimes) -> None:
    world = city_problem(pack, skeleton_times, CityQuestion(zones="wards"))
    open_ = {world.candidates.ids[row] for row in np.flatnonzero(world.open_)}
    hosts = {row.host_hospital_id for row in pack.stations}
    assert open_ <= {row.id for row in pack.hospitals if row.emergency} - hosts
    assert len(open_) > 20
    assert len(world.demand) == len(pack.demand.ward_weight)


def test_hospitals_off_the_roads_are_left_out_and_named(pack: CityPack, skeleton_times: TravelTimes) -> None:
    world = city_problem(pack, skeleton_times, CityQuestion(hosts="all"))
    assert "con-dao" not in world.candidates.ids
    assert "con-dao" in next(note for note in world.notes if "left out" in note)
    assert any("stations off our roads, kept" in note for note in world.notes)


def test_wards_may_be_candidates_too(pack: CityPack, skeleton_times: TravelTimes) -> None:
    some, many = (city_problem(pack, skeleton_times, CityQuestion(hosts=hosts)) for hosts in ("emergency", "wards"))
    more = set(many.candidates.ids) - set(some.candidates.ids)
    assert more
    assert all(one.startswith("ward-") for one in more)


def test_rush_hour_takes_longer(pack: CityPack, skeleton_times: TravelTimes) -> None:
    empty, rush = (city_problem(pack, skeleton_times, CityQuestion(), at=at) for at in (None, RUSH))
    finite = np.isfinite(empty.time_s)
    assert rush.time_s[finite].sum() > 1.02 * empty.time_s[finite].sum()


def test_ten_new_stations_are_proven_and_shorten_the_way(pack: CityPack, skeleton_times: TravelTimes) -> None:
    report = ask(city_problem(pack, skeleton_times, CityQuestion()), Objective("p-median"), 10, 60, check=False)
    assert report.answer.proven
    assert len(set(report.answer.chosen)) == 10
    assert report.after.mean_s is not None
    assert report.before.mean_s is not None
    assert report.after.mean_s < report.before.mean_s
    assert report.after.mean_s == pytest.approx(report.answer.value)
    assert sum(one.gain or 0 for one in report.worth) == pytest.approx(report.before.mean_s - report.after.mean_s)


def test_from_scratch_nothing_is_kept(pack: CityPack, skeleton_times: TravelTimes) -> None:
    world = city_problem(pack, skeleton_times, CityQuestion(from_scratch=True))
    assert not world.kept.any()
    assert world.units.sum() == 0
    assert world.open_.all()


def test_an_excluded_hospital_gets_nothing_and_an_unknown_one_is_named(
    pack: CityPack, skeleton_times: TravelTimes
) -> None:
    world = city_problem(pack, skeleton_times, CityQuestion())
    one = world.candidates.ids[int(np.flatnonzero(world.open_)[0])]
    without = city_problem(pack, skeleton_times, CityQuestion(excluded=(one,)))
    assert without.open_.sum() == world.open_.sum() - 1
    with pytest.raises(SitingError, match="no candidate 'cho-rayy'"):
        city_problem(pack, skeleton_times, CityQuestion(excluded=("cho-rayy",)))


def test_a_question_with_a_slip_is_refused() -> None:
    with pytest.raises(SitingError, match="no zones 'streets'; choose one of old-wards, wards"):
        CityQuestion(zones="streets")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("lonlat", "fact"),
    [((np.nan, np.nan), "demand point far: no lat and lon"), ((106.70, 9.0), "demand point far: more than 1000 m")],
)
def test_a_planner_s_point_off_the_network_is_named(
    skeleton_times: TravelTimes, lonlat: tuple[float, float], fact: str
) -> None:
    here = Points(("x",), np.array([(106.6981, 10.7725)]), ("x",))
    with pytest.raises(SitingError, match=fact):
        road_times(here, Points(("far",), np.array([lonlat]), ("far",)), skeleton_times)
