"""Names of newer files are added where the extract lacks them; damaged files are passed by."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np

from dispatch.geocoding.newer import Newer, add_newer, find_places
from dispatch.geocoding.osm_names import NamedRoad, Names

KNOWN = NamedRoad("Lê Lợi", (), (1, 2), np.array([106.70, 106.71]), np.array([10.77, 10.77]))
HOSPITAL = {"name": "Bệnh viện Mới", "c": [10.8, 106.7], "kind": "Bệnh viện"}


def edges(*named: tuple[str, list[list[float]]]) -> bytes:
    features = [
        {"properties": {"way_id": 7, "name": [name, "QL.1"]}, "geometry": {"coordinates": line}} for name, line in named
    ]
    return gzip.compress(json.dumps({"features": features}).encode())


def test_a_street_that_is_there_stays_and_a_new_one_comes(tmp_path: Path) -> None:
    path = tmp_path / "arterials-2025-12-01.geojson.gz"
    again, fresh = [[106.702, 10.7701], [106.704, 10.7701]], [[106.75, 10.8], [106.76, 10.8]]
    path.write_bytes(edges(("Đường Lê Lợi", again), ("Đường Mới", fresh), ("Đường Lê Lợi", fresh)))
    names = add_newer(Names(roads=[KNOWN]), Newer(roads=(path,)), lambda _: None)
    assert [(road.name, road.other_names) for road in names.roads] == [
        ("Lê Lợi", ()), ("Đường Mới", ("QL.1",)), ("Đường Lê Lợi", ("QL.1",)),
    ]  # fmt: skip


def test_streets_of_overpass_keep_their_nodes_and_old_names(tmp_path: Path) -> None:
    path = tmp_path / "centre-roads-2026-03.overpass.json.gz"
    nodes = [{"id": 2, "lon": 106.71, "lat": 10.77}, {"id": 9, "lon": 106.72, "lat": 10.78}]
    way = {"id": 5, "nodes": [2, 9], "tags": {"highway": "residential", "name": "Đường Mới", "old_name": "Đường Cũ"}}
    path.write_bytes(gzip.compress(json.dumps({"nodes": nodes, "ways": [way]}).encode()))
    added = add_newer(Names(roads=[KNOWN]), Newer(roads=(path,)), lambda _: None).roads[1]
    assert (added.name, added.other_names, added.nodes) == ("Đường Mới", ("Đường Cũ",), (2, 9))


def test_hospitals_and_places_are_read_with_their_kind_and_extent(tmp_path: Path) -> None:
    (tmp_path / "hospitals-2026-07-31.json").write_text(json.dumps({"items": [HOSPITAL]}), encoding="utf-8")
    folder = tmp_path / "places-2026-07-31"
    folder.mkdir()
    park = {"name": "KCN Mới", "c": [10.8, 106.6], "kind": "Khu công nghiệp"}
    park["poly"] = [[10.8, 106.6], [10.81, 106.6], [10.81, 106.61]]
    (folder / "industrial.json").write_text(json.dumps({"items": [park]}), encoding="utf-8")
    (folder / "stations.json").write_text(json.dumps({"stations": [{"name": "Ba Son", "c": [10.78, 106.7]}]}), "utf-8")
    places = add_newer(Names(), Newer(places=find_places(tmp_path)), lambda _: None).places
    assert [(one.name, one.category, round(one.radius_m, -1)) for one in places] == [
        ("Bệnh viện Mới", "hospital", 0), ("KCN Mới", "industrial", 780), ("Ga Ba Son", "station", 0),
    ]  # fmt: skip


def test_a_damaged_file_is_passed_by_and_said_so(tmp_path: Path) -> None:
    said: list[str] = []
    for name, content in (("a.json", b"{"), ("b.json.gz", b"no gzip"), ("c.json", b'{"items": [{"name": "Cho A"}]}')):
        (tmp_path / name).write_bytes(content)
    paths = tuple(sorted(tmp_path.iterdir()))
    assert add_newer(Names(), Newer(places=paths), said.append) == Names()
    assert len(said) == 3


def test_no_lists_are_found_in_no_folder(tmp_path: Path) -> None:
    assert find_places(tmp_path, tmp_path / "absent") == ()
