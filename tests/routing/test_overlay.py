"""Laying newer maps over an older one: what is replaced, what stays, and what is joined to what."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from routing.graph import distance_m
from routing.overlay.connection import find_connected
from routing.overlay.lay import lay_over
from routing.overlay.report import LayerReport, SkippedLayer
from routing.roads import Roads, TurnRestriction
from tests.routing.layers import CLOSED, OPEN, lines, meet, write_arterials, write_centre
from tests.routing.worlds import at, make_roads

MAIN = {"highway": "primary", "name": "Lê Lợi"}
STREET = {"highway": "residential"}
ONE_WAY = {"fwd_access": OPEN, "rev_access": CLOSED}


def only(report: object) -> LayerReport:
    (layer,) = report.layers  # type: ignore[attr-defined]
    assert isinstance(layer, LayerReport)
    return layer


def test_a_new_bridge_joins_the_old_roads_at_its_ends_and_nothing_below(tmp_path: Path) -> None:
    base = make_roads(([(0, 0), (2, 0)], MAIN), ([(0, 2), (2, 2)], STREET), ([(0, 5), (2, 5)], MAIN))
    bridge = write_arterials(tmp_path, (900, [(1.2, 0.02), (1.2, 1), (1.2, 4.95)], {"name": ["Cầu mới"]}))
    roads, report = lay_over(base, bridge, None)
    assert [meet(roads, 900, way) for way in (0, 1, 2)] == [True, False, True]
    assert find_connected(roads).sum() == len(roads.node_id) - 2  # all but the street below
    layer = only(report)
    assert (layer.added.edges, layer.replaced.edges, layer.joints) == (
        1,
        0,
        {"nodes shared by both maps": 0, "ends led into an older street": 2},
    )
    assert layer.largest_snap_m == pytest.approx(5.5, abs=0.1)


def test_a_road_that_the_older_map_shows_is_left_out(tmp_path: Path) -> None:
    base = make_roads(([(0, 0), (2, 0), (4, 0)], MAIN), ([(2, 0), (2, 3)], STREET))
    same = write_arterials(tmp_path, (900, [(0, 0.05), (4, 0.05)], {"name": ["Đường Lê Lợi"], "class": "trunk"}))
    roads, report = lay_over(base, same, None)
    assert lines(roads) == lines(base)
    assert only(report).left_out["already on the older map, with the same directions"].edges == 1


def test_a_street_that_became_two_carriageways_gives_its_side_streets_to_both(tmp_path: Path) -> None:
    base = make_roads(
        ([(0, 0), (2, 0), (4, 0)], MAIN),
        *(([(x, y), (x, 0)], STREET) for x in (0, 2, 4) for y in (-3, 3)),
        signals=((2, 0),),
    )
    named = {**ONE_WAY, "name": ["Lê Lợi"]}
    both = write_arterials(tmp_path, (900, [(-0.2, -0.1), (4.2, -0.1)], named), (901, [(4.2, 0.1), (-0.2, 0.1)], named))
    roads, report = lay_over(base, both, None)
    assert 0 not in roads.way_id
    assert all(meet(roads, way, 900) or meet(roads, way, 901) for way in range(1, 7))
    assert meet(roads, 1, 900)
    assert meet(roads, 2, 901)
    tips = np.isin(roads.node_id, roads.node_id[find_connected(roads)])
    assert int((~tips).sum()) == 4  # the ends of the carriageways, where the file ends
    assert only(report).joints["streets led over two carriageways"] == 3
    assert int(roads.node_signal.sum()) == 1


def test_a_carriageway_of_the_other_direction_replaces_nothing(tmp_path: Path) -> None:
    base = make_roads(([(0, 0), (4, 0)], {**MAIN, "oneway": "yes"}))
    other = write_arterials(tmp_path, (900, [(4, 0.08), (0, 0.08)], {**ONE_WAY, "name": ["Lê Lợi"]}))
    roads, report = lay_over(base, other, None)
    assert sorted(set(roads.way_id.tolist())) == [0, 900]
    assert only(report).replaced.edges == 0


def test_an_edge_beside_a_known_one_goes_on_in_the_older_map(tmp_path: Path) -> None:
    base = make_roads(([(0, 0), (2, 0)], MAIN))
    edges = write_arterials(
        tmp_path, (900, [(0, 0.1), (2.1, 0.1)], {"name": ["Lê Lợi"]}), (901, [(2.1, 0.1), (6, 3)], {"name": ["Lê Lợi"]})
    )
    roads, report = lay_over(base, edges, None)
    assert meet(roads, 0, 901)
    assert only(report).joints["roads going on in the older map"] == 1


def test_the_newer_version_of_a_way_replaces_the_older_one(tmp_path: Path) -> None:
    base = make_roads(([(0, 0), (2, 0), (4, 0)], MAIN), ([(2, 0), (2, 3)], {"highway": "service", "service": "alley"}))
    centre = write_centre(
        tmp_path,
        {0: (0, 0), 1: (2, 0.05), 2: (4, 0)},
        (0, [0, 1, 2], {"highway": "secondary", "name": "Phố mới", "oneway": "yes", "maxspeed": "40"}),
    )
    roads, report = lay_over(base, None, centre)
    assert lines(roads) == [(1, [1, 3]), (0, [0, 1, 2])]
    assert (roads.oneway.tolist(), roads.maxspeed_kph.tolist()) == ([0, 1], [0, 40])
    assert [roads.names[name] for name in roads.way_name] == ["", "Phố mới"]
    assert (roads.lon[1], roads.lat[1]) == pytest.approx(at(2, 0.05))
    assert only(report).joints == {"nodes shared by both maps": 3}


def test_what_the_newer_map_does_not_show_stays_and_is_joined(tmp_path: Path) -> None:
    base = make_roads(([(0, 0), (2, 0), (4, 0)], MAIN), ([(1, 3), (2, 0)], STREET))
    centre = write_centre(tmp_path, {70: (0, 0.04), 71: (2.02, 0.04)}, (800, [70, 71], MAIN))
    roads, report = lay_over(base, None, centre)
    assert [way for way, _ in lines(roads)] == [0, 1, 800]
    assert meet(roads, 0, 800)
    assert meet(roads, 1, 800)
    assert only(report).joints["streets moved to the road that replaced theirs"] == 1


def test_a_side_street_is_put_into_the_new_line_where_it_meets_it(tmp_path: Path) -> None:
    base = make_roads(([(0, 0), (2, 0), (4, 0)], MAIN), ([(2, 0), (2, 3)], STREET))
    centre = write_centre(tmp_path, {70: (0, 0.04), 71: (4, 0.04)}, (800, [70, 71], MAIN))
    roads, report = lay_over(base, None, centre)
    assert lines(roads) == [(1, [1, 3]), (800, [70, 1, 71])]
    assert roads.lat[roads.node_id == 1] == pytest.approx([at(2, 0.04)[1]])
    assert only(report).largest_snap_m == pytest.approx(4.4, abs=0.1)


def test_a_flyover_does_not_take_the_street_below_it(tmp_path: Path) -> None:
    base = make_roads(([(0, 0), (2, 0), (4, 0)], MAIN), ([(2, 0), (2, 3)], STREET))
    centre = write_centre(tmp_path, {70: (0.5, 0), 71: (3.5, 0)}, (800, [70, 71], {**MAIN, "bridge": "yes"}))
    roads, _ = lay_over(base, None, centre)
    assert (0, [0, 1, 2]) in [(way, [node for node in nodes if node < 70]) for way, nodes in lines(roads)]
    assert not meet(roads, 1, 800)


def test_a_gap_in_the_newer_map_is_filled_by_the_older_one(tmp_path: Path) -> None:
    base = make_roads(([(0, 0), (1, 0), (1.8, 0), (2.1, 0), (3, 0), (4, 0)], MAIN))
    centre = write_centre(
        tmp_path,
        {0: (0, 0), 1: (1, 0), 72: (1.9, 0), 73: (2.02, 0), 4: (3, 0), 5: (4, 0)},
        (800, [0, 1, 72], MAIN),
        (801, [73, 4, 5], MAIN),
    )
    roads, _ = lay_over(base, None, centre)
    whole = find_connected(roads)
    ends = np.isin(roads.node_id, [0, 5])
    assert whole[ends].all()


def test_a_signal_moves_with_its_road_unless_the_newer_map_has_one(tmp_path: Path) -> None:
    base = make_roads(([(0, 0), (2, 0), (4, 0)], MAIN), signals=((2, 0),))
    nodes = {70: (0, 0.04), 71: (2.1, 0.04), 72: (4, 0.04)}
    way = (800, [70, 71, 72], MAIN)
    moved, _ = lay_over(base, None, write_centre(tmp_path, nodes, way))
    assert moved.node_id[moved.node_signal].tolist() == [71]
    own = write_centre(tmp_path, nodes | {73: (2.3, 0.04)}, (800, [70, 71, 73, 72], MAIN),
                       tagged={73: {"highway": "traffic_signals"}})  # fmt: skip
    kept, _ = lay_over(base, None, own)
    assert kept.node_id[kept.node_signal].tolist() == [73]


def test_a_turn_restriction_follows_its_way_to_the_new_id(tmp_path: Path) -> None:
    rule = TurnRestriction(0, 1, (), 1, False, "no_left_turn", True, True, True)
    base = make_roads(([(0, 0), (2, 0), (4, 0)], MAIN), ([(2, 0), (2, 3)], STREET))
    base = replace(base, restrictions=(rule,))
    centre = write_centre(tmp_path, {0: (0, 0), 1: (2, 0.02), 2: (4, 0)}, (800, [0, 1, 2], MAIN))
    roads, _ = lay_over(base, None, centre)
    assert roads.restrictions == (replace(rule, from_way=800),)


def test_the_newest_map_wins_where_both_know_a_road(tmp_path: Path) -> None:
    base = make_roads(([(0, 9), (4, 9)], STREET), ([(0, 0), (0, 9)], STREET))
    arterials = write_arterials(tmp_path, (900, [(0, 0), (2, 0), (4, 0)], {"name": ["Phố mới"]}))
    nodes = {70: (0, 0), 71: (2, 0.01), 72: (4, 0)}
    centre = write_centre(tmp_path, nodes, (900, [70, 71, 72], {**MAIN, "maxspeed": "50"}))
    roads, report = lay_over(base, arterials, centre)
    assert [int(limit) for limit in roads.maxspeed_kph[roads.way_id == 900]] == [50]
    assert meet(roads, 900, 1)
    assert [type(layer) for layer in report.layers] == [LayerReport, LayerReport]


@pytest.mark.parametrize(
    ("base", "reason"),
    [
        (replace(make_roads(([(0, 0), (4, 0)], MAIN)), data_at=datetime(2031, 1, 1, tzinfo=UTC)), "older than the map"),
        (make_roads(([(500, 0), (504, 0)], MAIN)), "another place"),
    ],
)
def test_a_layer_that_does_not_fit_the_map_is_left_out_with_the_reason(
    base: Roads, reason: str, tmp_path: Path
) -> None:
    roads, report = lay_over(base, write_arterials(tmp_path, (900, [(0, 0), (0, 4)], {})), None)
    assert roads is base
    (layer,) = report.layers
    assert isinstance(layer, SkippedLayer)
    assert reason in layer.reason


def test_without_files_nothing_changes() -> None:
    base = make_roads(([(0, 0), (4, 0)], MAIN))
    roads, report = lay_over(base, None, None)
    assert roads is base
    assert report.to_json() == "none"


def test_no_length_is_lost_by_a_layer_of_the_same_roads(tmp_path: Path) -> None:
    base = make_roads(([(0, 0), (2, 0), (4, 0)], MAIN), ([(2, 0), (2, 3)], STREET))
    centre = write_centre(tmp_path, {0: (0, 0), 1: (2, 0), 2: (4, 0)}, (0, [0, 1, 2], MAIN))
    roads, _ = lay_over(base, None, centre)
    assert _length_m(roads) == pytest.approx(_length_m(base))


def _length_m(roads: Roads) -> float:
    lon, lat = roads.lon[roads.way_node], roads.lat[roads.way_node]
    steps = distance_m(lon[:-1], lat[:-1], lon[1:], lat[1:])
    inside = np.ones(len(steps), dtype=np.bool_)
    inside[roads.way_start[1:-1] - 1] = False
    return float(steps[inside].sum())


@pytest.mark.parametrize(("second_way", "joined"), [(900, True), (901, False)])
def test_an_edge_that_ends_amid_its_way_tells_of_a_junction(second_way: int, joined: bool, tmp_path: Path) -> None:
    """Where the way changes as well, it may be a bridge that begins above the old street."""
    base = make_roads(([(2, -2), (2, 2)], STREET))
    road = write_arterials(
        tmp_path, (900, [(0, 0), (2.01, 0)], {"rev_access": 0}), (second_way, [(2.01, 0), (4, 0)], {"rev_access": 0})
    )
    roads, _ = lay_over(base, road, None)
    assert meet(roads, 0, 900) is joined


def test_a_motorway_does_not_end_in_a_lane(tmp_path: Path) -> None:
    base = make_roads(([(4, -2), (4, 2)], STREET), ([(0, -2), (0, 2)], MAIN))
    road = write_arterials(tmp_path, (900, [(0.05, 0), (3.95, 0)], {"class": "motorway"}))
    roads, _ = lay_over(base, road, None)
    assert (meet(roads, 0, 900), meet(roads, 1, 900)) == (False, True)
