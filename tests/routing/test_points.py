"""What is said of points that lie nowhere, off the roads, on streets that lead nowhere, or on islands."""

import math

import numpy as np
import pytest

from routing.graph import distance_m
from routing.off_road import DETOUR, LEG_KPH
from routing.points import PointKind, PointNote
from routing.travel_times import TravelTimes
from tests.routing.worlds import at, make_times

STREET = {"highway": "residential"}
MAIN = ([(0, 0), (5, 0), (10, 0)], STREET)
# 56 m north of the main street and joined to nothing.
ALONE = ([(4, 0.5), (6, 0.5)], STREET)
PATH = ([(5, 0), (5, 3)], {"highway": "path"})


@pytest.fixture(scope="module")
def village() -> TravelTimes:
    return make_times(MAIN, ALONE, PATH)


def _kinds(times: TravelTimes, *points: tuple[float, float], profile: str = "car") -> list[PointKind]:
    return [note.kind for note in times.explain_points(np.array(points), profile)]


def test_every_point_is_told_what_was_made_of_it(village: TravelTimes) -> None:
    points = {
        at(2, 0.1): PointKind.ON_ROAD,
        at(2, -3): PointKind.OFF_ROAD,
        at(5, 0.5): PointKind.ISOLATED_STREET,
        at(5, 2): PointKind.OFF_ROAD,
        at(5, 0.85): PointKind.ISOLATED_STREET,
        at(45, 45): PointKind.FAR,
        (105.8, 21.0): PointKind.OUTSIDE,
        (10.77, 106.7): PointKind.SWAPPED,
        (200.0, 10.0): PointKind.OFF_GLOBE,
        (math.nan, 10.0): PointKind.NOT_NUMBERS,
        (math.inf, 10.0): PointKind.NOT_NUMBERS,
    }
    assert dict(zip(points, _kinds(village, *points), strict=True)) == points


def test_a_street_closed_to_the_vehicle_is_told_of(village: TravelTimes) -> None:
    spot = at(4.6, 0.25), at(5, 0.3)
    assert _kinds(village, *spot, profile="motorbike")[1] == PointKind.ON_ROAD
    times = make_times(MAIN, PATH)
    assert _kinds(times, at(5, 0.6)) == [PointKind.NOT_FOR_PROFILE]
    assert _kinds(times, at(5, 0.6), profile="motorbike") == [PointKind.ON_ROAD]


def test_notes_speak_two_languages_and_name_the_metres(village: TravelTimes) -> None:
    (note,) = village.explain_points([at(2, -3)], "car")
    metres = f"{float(distance_m(*at(2, 0), *at(2, -3))):.0f}"
    assert metres in note.text("vi")
    assert metres in note.text("en")
    assert note.text("vi") != note.text("en")


@pytest.mark.parametrize("kind", list(PointKind))
def test_every_kind_has_its_words(kind: PointKind) -> None:
    for note in (PointNote(kind, 12.0), PointNote(kind, np.inf)):
        assert "{" not in note.text("vi") + note.text("en")


def test_a_street_that_leads_nowhere_is_left_by_a_marked_straight_line(village: TravelTimes) -> None:
    """Within the hundred metres that front yards have for nothing, and yet not for nothing."""
    gap_m = float(distance_m(*at(5, 0.5), *at(5, 0)))
    assert gap_m < 100
    matrix = village.matrix([at(1, 0)], [at(5, 0), at(5, 0.5)], "car")
    assert matrix.estimated.tolist() == [[False, True]]
    assert matrix.time_s[0, 1] - matrix.time_s[0, 0] == pytest.approx(gap_m * DETOUR * 3.6 / LEG_KPH, rel=0.01)
    assert matrix.distance_m[0, 1] - matrix.distance_m[0, 0] == pytest.approx(gap_m * DETOUR, rel=0.01)
    route = village.route(at(1, 0), at(5, 0.5), "car")
    assert route is not None
    assert route.estimated
    assert route.geometry[-1] == at(5, 0.5)
    assert route.time_s == pytest.approx(matrix.time_s[0, 1])


def test_a_point_as_near_to_a_street_that_leads_on_is_not_stranded(village: TravelTimes) -> None:
    assert _kinds(village, at(4.5, 0.3)) == [PointKind.ON_ROAD]
    assert not village.matrix([at(1, 0)], [at(4.5, 0.3)], "car").estimated.any()


def test_islands_are_named_and_out_of_reach() -> None:
    mainland = [([(i, 0), (i + 1, 0)], STREET) for i in range(1200)]
    island = [([(i, 90), (i + 1, 90)], STREET) for i in range(1100)]
    times = make_times(*mainland, *island)
    assert _kinds(times, at(5, 0), at(5, 90)) == [PointKind.ON_ROAD, PointKind.ISLAND]
    assert np.isinf(times.times_to([at(5, 90)], at(5, 0), "car")).all()


def test_rows_that_are_no_place_are_named(village: TravelTimes) -> None:
    points = [at(1, 0), (10.77, 106.7), (math.nan, 10.0), at(2, 0)]
    with pytest.raises(ValueError, match=r"row 1 \(10.77, 106.7\) looks like lat, lon.*row 2 .*no pair of numbers"):
        village.times_to(points, at(0, 0), "car")


def test_of_many_bad_rows_some_are_named_and_the_rest_counted(village: TravelTimes) -> None:
    with pytest.raises(ValueError, match="and 95 more rows"):
        village.times_to([(math.nan, 0.0)] * 100, at(0, 0), "car")


def test_the_rest_is_answered_on_request(village: TravelTimes) -> None:
    good, bad = [at(1, 0), at(2, 0)], [(10.77, 106.7), (math.nan, 10.0)]
    points = [good[0], *bad, good[1]]
    matrix = village.matrix(points, points, "car", on_bad="nan")
    alone = village.matrix(good, good, "car")
    assert np.isnan(matrix.time_s).sum() == np.isnan(matrix.distance_m).sum() == 12
    assert matrix.time_s[np.ix_([0, 3], [0, 3])].tolist() == alone.time_s.tolist()
    assert matrix.distance_m[np.ix_([0, 3], [0, 3])].tolist() == alone.distance_m.tolist()
    assert np.isnan(village.times_to(points, at(0, 0), "car", on_bad="nan")).tolist() == [False, True, True, False]
    assert np.isnan(village.times(bad, good, "car", on_bad="nan")).all()


def test_nothing_asked_is_nothing_answered(village: TravelTimes) -> None:
    assert village.explain_points([], "car") == []
    assert village.times([], [], "car").shape == (0, 0)
    assert len(village.snap([], "car", headings_deg=[], speeds_kph=[])) == 0


@pytest.mark.parametrize("headings", [[1.0, 2.0], [[1.0]]])
def test_headings_come_one_a_point(village: TravelTimes, headings: list[float]) -> None:
    with pytest.raises(ValueError, match="headings_deg must be one number for each of 1 points"):
        village.snap([at(0, 0)], "car", headings_deg=headings)
