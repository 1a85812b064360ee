"""The overlay on the city's own files, where this machine has them: what was built since 2018 can be driven."""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from dispatch.city.overlays import find_overlay
from dispatch.paths import repo_root
from routing.osm import read_roads
from routing.overlay.connection import find_connected
from routing.overlay.report import LayerReport, OverlayReport
from routing.overlay.strokes import strokes_of
from routing.roads import CLASS_INDEX, Roads

FOLDER = Path(os.environ.get("SAIGON115_DATA") or repo_root().parent / "shared" / "data") / "osm"
EXTRACT = FOLDER / "hcmc-2018-01-01.osm.pbf"
pytestmark = pytest.mark.skipif(
    not (EXTRACT.is_file() and len(find_overlay(FOLDER).files) == 2),
    reason="needs the extract of 2018 and both overlays",
)


@dataclass(frozen=True)
class Laid:
    """The map of 2018, the newer one, which of its nodes hang together, and what was done."""

    before: Roads
    after: Roads
    connected: NDArray[np.bool_]
    report: OverlayReport


@pytest.fixture(scope="module")
def laid() -> Laid:
    before = read_roads(EXTRACT)
    after, report = find_overlay(FOLDER).lay_over(before)
    return Laid(before, after, find_connected(after), report)


@pytest.mark.parametrize(
    ("name", "least_km"),
    [
        ("Cầu Ba Son", 1.5),  # over the river from Tôn Đức Thắng to Thủ Thiêm, April 2022
        ("Cầu Nhơn Trạch", 4.0),  # Ring Road 3 over the Đồng Nai, both carriageways, August 2025
        ("Tố Hữu", 1.5),  # in Thủ Thiêm
        ("Nguyễn Thiện Thành", 2.0),  # along the river in Thủ Thiêm
    ],
)
def test_a_road_built_since_can_be_driven(laid: Laid, name: str, least_km: float) -> None:
    strokes = strokes_of(laid.after)
    wanted = laid.after.way_name[strokes.way] == laid.after.names.index(name)
    drivable = wanted & laid.connected[strokes.tail] & laid.connected[strokes.head]
    assert name not in laid.before.names
    assert strokes.length_m[drivable].sum() / 1000 > least_km


def test_no_old_street_loses_its_connection(laid: Laid) -> None:
    was = laid.before.node_id[find_connected(laid.before)]
    still = np.isin(laid.after.node_id, was)
    assert len(was) > 100_000
    assert int((still & ~laid.connected).sum()) < 20  # stubs of newer one-way roads where the newer map ends


def test_motorways_meet_no_small_street(laid: Laid) -> None:
    strokes = strokes_of(laid.after)
    road_class = laid.after.way_class[strokes.way]
    motorway = road_class == CLASS_INDEX["motorway"]
    small = (road_class >= CLASS_INDEX["unclassified"]) & (road_class <= CLASS_INDEX["alley"])
    nodes = [np.union1d(strokes.tail[chosen], strokes.head[chosen]) for chosen in (motorway, small)]
    assert len(nodes[0]) > 300
    assert len(np.intersect1d(nodes[0], nodes[1])) == 0


def test_the_report_tells_where_every_edge_went(laid: Laid) -> None:
    arterials, centre = laid.report.layers
    assert isinstance(arterials, LayerReport)
    assert isinstance(centre, LayerReport)
    assert centre.added.edges + centre.redrawn.edges == 7127
    left_out = sum(tally.edges for tally in arterials.left_out.values())
    assert arterials.added.edges + arterials.redrawn.edges + left_out == 28438
    assert max(arterials.largest_snap_m, centre.largest_snap_m) <= 45.0
