"""Which streets somebody means: by way, line, area, point or name; and what is said when none can be meant."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.build import build_graph
from routing.errors import UnknownRoadError
from routing.graph import RoadGraph
from routing.locate import Locator, plain_name
from routing.road_ref import MOST_POINTS, MOST_WAYS, Point, RoadRef
from routing.streets import Streets
from tests.routing.worlds import Cell, Street, at, make_roads

LE_LOI, ALLEY, SIDE = 0, 1, 2
"""Ways are numbered in the order in which they are given."""


def make_locator(*streets: Street) -> Locator:
    graph = build_graph(make_roads(*streets))
    return Locator(graph, Streets(graph))


def arcs(graph: RoadGraph, *pairs: tuple[Cell, Cell]) -> list[int]:
    """The arcs from one cell to the next, in order."""
    nodes = list(zip(graph.node_lon.tolist(), graph.node_lat.tolist(), strict=True))
    wanted = {(nodes.index(at(*here)), nodes.index(at(*there))) for here, there in pairs}
    return [arc for arc in range(graph.arcs) if (graph.arc_tail[arc], graph.arc_head[arc]) in wanted]


def along(*cells: Cell) -> list[tuple[Cell, Cell]]:
    return list(pairwise(cells))


def both_ways(*cells: Cell) -> list[tuple[Cell, Cell]]:
    return [*along(*cells), *along(*cells[::-1])]


def line(*cells: Cell) -> tuple[Point, ...]:
    return tuple(at(*cell) for cell in cells)


@pytest.fixture(scope="module")
def crossing() -> Locator:
    """Lê Lợi runs east; an alley crosses it at (1, 0), an unnamed street at (2, 0)."""
    return make_locator(
        ([(0, 0), (1, 0), (2, 0), (3, 0)], {"highway": "primary", "name": "Lê Lợi"}),
        ([(1, -1), (1, 0), (1, 1)], {"highway": "residential", "name": "Hẻm 51"}),
        ([(2, -1), (2, 0), (2, 1)], {"highway": "residential"}),
    )


@pytest.fixture(scope="module")
def divided() -> Locator:
    """Two carriageways of one street, 22 m apart, and a street of another name 22 m beside them, all east and west."""
    oneway = {"highway": "primary", "name": "Điện Biên Phủ", "oneway": "yes"}
    return make_locator(
        ([(0, 0), (1, 0), (2, 0)], oneway),
        ([(2, 0.2), (1, 0.2), (0, 0.2)], oneway),
        ([(0, -0.2), (1, -0.2), (2, -0.2)], {"highway": "residential", "name": "Trường Sa"}),
        ([(0, -1), (0, -0.2), (0, 0), (0, 0.2), (0, 1)], {"highway": "residential"}),
        ([(2, -1), (2, -0.2), (2, 0), (2, 0.2), (2, 1)], {"highway": "residential"}),
    )


EAST, WEST = [(0.0, 0.0), (2.0, 0.0)], [(2.0, 0.2), (0.0, 0.2)]


def test_a_way_is_all_of_its_pieces_as_mapped_against_or_both(crossing: Locator) -> None:
    ahead, back = along((0, 0), (1, 0), (2, 0), (3, 0)), along((3, 0), (2, 0), (1, 0), (0, 0))
    found = [crossing.arcs(RoadRef(way_ids=(LE_LOI,), direction=way)).tolist() for way in ("forward", "backward")]
    assert found == [arcs(crossing.graph, *ahead), arcs(crossing.graph, *back)]
    assert crossing.arcs(RoadRef(way_ids=(LE_LOI,))).tolist() == arcs(crossing.graph, *ahead, *back)


def test_a_road_found_says_its_ways_names_length_and_lines(crossing: Locator) -> None:
    found = crossing.locate(RoadRef(way_ids=(LE_LOI, ALLEY)))
    assert (set(found.way_ids), set(found.names), len(found.lines)) == ({LE_LOI, ALLEY}, {"Lê Lợi", "Hẻm 51"}, 4)
    assert found.length_m == pytest.approx(crossing.graph.edge_length_m[crossing.graph.edge_way < SIDE].sum(), abs=0.1)


@pytest.mark.parametrize("cells", [[(0, 0), (3, 0)], [(3, 0), (0, 0)]])
def test_a_line_of_one_direction_is_drawn_the_way_it_is_driven(crossing: Locator, cells: list[Cell]) -> None:
    found = crossing.locate(RoadRef(line=line(*cells), direction="forward"))
    assert [(drawn[0], drawn[-1]) for drawn in found.lines] == [(at(*cells[0]), at(*cells[-1]))]


def test_a_line_takes_the_streets_along_it_and_none_that_cross_it(crossing: Locator) -> None:
    careless = line((0.02, 0.1), (0.9, -0.1), (1.98, 0.05))
    assert crossing.arcs(RoadRef(line=careless)).tolist() == arcs(crossing.graph, *both_ways((0, 0), (1, 0), (2, 0)))


def test_a_line_on_part_of_a_piece_means_the_piece(crossing: Locator) -> None:
    short = RoadRef(line=line((1.4, 0), (1.6, 0)), direction="backward")
    assert crossing.arcs(short).tolist() == arcs(crossing.graph, ((2, 0), (1, 0)))


def test_a_line_turns_corners(crossing: Locator) -> None:
    bent = RoadRef(line=line((0, 0), (1, 0), (1, 1)), direction="forward")
    assert crossing.arcs(bent).tolist() == arcs(crossing.graph, *along((0, 0), (1, 0), (1, 1)))


def test_the_other_carriageway_is_meant_only_with_both_directions(divided: Locator) -> None:
    eastward = RoadRef(line=line(*EAST), direction="forward")
    assert divided.locate(eastward).way_ids == (0,)
    assert divided.locate(RoadRef(line=line(*EAST), direction="backward")).way_ids == (1,)
    assert set(divided.locate(RoadRef(line=line(*EAST))).way_ids) == {0, 1}
    assert set(divided.locate(RoadRef(line=line(*WEST))).way_ids) == {0, 1}


def test_a_line_between_a_divided_road_and_another_takes_what_may_be_driven_its_way(divided: Locator) -> None:
    near_the_westbound = line((0, 0.15), (2, 0.15))
    assert divided.locate(RoadRef(line=near_the_westbound, direction="forward")).way_ids == (0,)


def test_a_heading_tells_the_carriageway(divided: Locator) -> None:
    between = at(0.5, 0.12)
    found = [divided.locate(RoadRef(point=between, heading_deg=heading)).way_ids for heading in (80.0, 280.0)]
    assert found == [(0,), (1,)]


def test_a_point_without_heading_is_the_nearest_piece_as_far_as_the_next_junctions(crossing: Locator) -> None:
    ref = RoadRef(point=at(1.5, 0.1))
    assert crossing.arcs(ref).tolist() == arcs(crossing.graph, *both_ways((1, 0), (2, 0)))
    forward = RoadRef(point=at(1.5, 0.1), direction="forward")
    assert crossing.arcs(forward).tolist() == arcs(crossing.graph, ((1, 0), (2, 0)))


def test_an_area_holds_the_pieces_that_lie_in_it_for_half_of_their_length(crossing: Locator) -> None:
    ring = line((0.4, -0.6), (1.4, -0.6), (1.4, 0.2), (0.4, 0.2))
    wanted = [*both_ways((0, 0), (1, 0)), *both_ways((1, -1), (1, 0))]
    assert crossing.arcs(RoadRef(area=ring)).tolist() == arcs(crossing.graph, *wanted)


@pytest.mark.parametrize("name", ["Lê Lợi", "le loi", " Đường  Lê Lợi "])
def test_a_street_by_name_is_the_whole_street_however_it_is_written(crossing: Locator, name: str) -> None:
    assert crossing.locate(RoadRef(name=name, point=at(1, 1))).way_ids == (LE_LOI,)


def test_of_two_streets_of_one_name_the_nearer_is_meant() -> None:
    name = {"highway": "residential", "name": "Nguyễn Trãi"}
    link = ([(1, 0), (6, 0)], {"highway": "residential"})
    locator = make_locator(([(0, 0), (1, 0)], name), link, ([(6, 0), (7, 0)], name))
    assert [locator.locate(RoadRef(name="Nguyễn Trãi", point=at(x, 0))).way_ids for x in (2, 5)] == [(0,), (2,)]


def test_the_letter_that_only_looks_like_the_vietnamese_one_is_the_same_street() -> None:
    assert plain_name("Ðồng Khởi") == plain_name("Đồng Khởi") == "dong khoi"  # the first is Icelandic


@pytest.mark.parametrize(
    ("ref", "words"),
    [
        (RoadRef(), ["none of them"]),
        (RoadRef(way_ids=(1,), point=at(0, 0)), ["way_ids and point"]),
        (RoadRef(way_ids=(4711,)), ["no way 4711"]),
        (RoadRef(way_ids=(2**70,)), [f"no way {2**70}"]),
        (RoadRef(way_ids=tuple(range(MOST_WAYS + 1))), [f"at most {MOST_WAYS}"]),
        (RoadRef(line=line((0, 3), (3, 3))), ["up to 247 m", "30 m"]),
        (RoadRef(line=line((0.3, -0.6), (2.7, 0.6))), ["runs the way of the line"]),
        (RoadRef(line=line((0, -0.1), (0, 0.1)), direction="forward"), ["runs the way of the line"]),
        (RoadRef(line=line((0, 0))), ["at least 2"]),
        (RoadRef(line=line((0, 0), (0, 0))), ["at least 2"]),
        (RoadRef(line=line(*[(x / 1000, 0) for x in range(MOST_POINTS + 1)])), [f"at most {MOST_POINTS}"]),
        (RoadRef(area=line((0, 0), (1, 1))), ["at least 3"]),
        (RoadRef(area=line((0, 2), (1, 2), (1, 3))), ["holds no street"]),
        (RoadRef(area=line((0, 2), (1, 2), (2, 2))), ["holds no street"]),
        (RoadRef(point=at(0, 5)), ["458 m from the nearest street"]),
        (RoadRef(point=(107.9, 10.2)), ["outside the map"]),
        (RoadRef(point=(10.77, 106.70)), ["latitude first", "(106.7, 10.77)"]),
        (RoadRef(line=tuple((lat, lon) for lon, lat in line((0, 0), (1, 0)))), ["latitude first"]),
        (RoadRef(point=(math.nan, 10.77)), ["no place"]),
        (RoadRef(point=(106.7, math.inf)), ["no place"]),
        (RoadRef(point=at(0.5, 0), heading_deg=math.nan), ["heading nan"]),
        (RoadRef(point=at(0.5, 0), heading_deg=0.0), ["leads towards 0°"]),
        (RoadRef(line=line((0, 0), (1, 0)), heading_deg=0.0), ["goes with a point"]),
        (RoadRef(name="Lê Lợi"), ["near the one that is meant"]),
        (RoadRef(name="Lê Lợi", line=line((0, 0), (1, 0))), ["near the one that is meant"]),
        (RoadRef(name="Hai Bà Trưng", point=at(1, 0)), ["no street named 'Hai Bà Trưng'"]),
        (RoadRef(name="Lê Lợi", point=at(1, 9)), ["1,001 m from"]),
        (RoadRef(name="Lê Lợi", point=at(1, 0), direction="forward"), ["go both ways"]),
        (RoadRef(area=line((0, -1), (3, -1), (3, 1)), direction="backward"), ["go both ways"]),
    ],
    ids=lambda value: None if isinstance(value, RoadRef) else value[0],
)
def test_what_no_street_can_be_meant_by_is_said_with_the_way_out(
    crossing: Locator, ref: RoadRef, words: Sequence[str]
) -> None:
    with pytest.raises(UnknownRoadError) as refused:
        crossing.arcs(ref)
    assert [word for word in words if word not in str(refused.value)] == []


def test_a_line_against_a_one_way_street_is_refused_with_a_reason(divided: Locator) -> None:
    alone = make_locator(
        ([(0, 0), (1, 0)], {"highway": "primary", "oneway": "yes"}), ([(1, 0), (1, 1), (0, 0)], {"highway": "primary"})
    )
    with pytest.raises(UnknownRoadError, match="one-way against it"):
        alone.arcs(RoadRef(line=line((1, 0), (0, 0)), direction="forward"))


def test_more_than_a_hundred_kilometres_at_once_are_refused() -> None:
    locator = make_locator(([(0, 0), (1000, 0)], {"highway": "primary"}))
    with pytest.raises(UnknownRoadError, match="109 km of streets; name at most 100 km"):
        locator.arcs(RoadRef(way_ids=(0,)))


def test_another_network_has_another_key(crossing: Locator, divided: Locator) -> None:
    assert crossing.key == Locator(crossing.graph, crossing.streets).key != divided.key


@given(
    start=st.integers(0, 3),
    end=st.integers(0, 3),
    off=st.floats(-0.15, 0.15),
    bend=st.floats(-0.15, 0.15),
)
def test_a_line_drawn_back_again_is_the_way_back(
    crossing: Locator, start: int, end: int, off: float, bend: float
) -> None:
    """Whatever the hand's slip: a line one way and its reverse give each other's opposite arcs."""
    if start == end:
        return
    drawn = line((start, off), ((start + end) / 2, bend), (end, off))
    there = crossing.arcs(RoadRef(line=drawn, direction="forward"))
    back = crossing.arcs(RoadRef(line=drawn[::-1], direction="forward"))
    assert sorted((there ^ 1).tolist()) == back.tolist()
    assert sorted([*there.tolist(), *back.tolist()]) == crossing.arcs(RoadRef(line=drawn)).tolist()
    assert back.tolist() == crossing.arcs(RoadRef(line=drawn, direction="backward")).tolist()
