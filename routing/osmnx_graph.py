"""
A planner's own OSMnx graph → `Roads`, instead of an extract.

Simplified or not, from Overpass, from a file or made by hand. What OSMnx does not carry is not said: turn restrictions
always, and the tags that decide who may drive where unless `osmnx.settings.useful_tags_way` asked for them (`service`,
`motorcycle`, `motor_vehicle`, `oneway:motorcycle` …).
"""

import math
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import networkx as nx
import numpy as np

from routing.errors import ExtractError, NoRoadsError
from routing.osm import assemble_roads
from routing.roads import CLASS_INDEX, Roads, no_restrictions
from routing.tag_values import parse_lanes, parse_maxspeed, parse_width
from routing.tags import WayTags, read_node, read_way

SUFFIX: Final = ".graphml"
_Point = tuple[float, float]
# Of several ways merged into one edge, the one that says the most of some tags counts; of the rest, the first.
_STRICTEST: Final = {"no": 3, "private": 2, "destination": 1}
_ACCESS_KEYS: Final = ("access", "vehicle", "motor_vehicle", "motorcar", "motorcycle")


def read_osmnx(path: Path) -> Roads:
    """The roads of a graph saved by `osmnx.save_graphml`; raises `ExtractError` when it is none."""
    import osmnx  # half a second and 100 MB, needed only here

    if not path.is_file():
        raise ExtractError(f"no street graph at {path}; give another path, or save one with osmnx.save_graphml")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # deprecations, for OSMnx to heed
            graph = osmnx.load_graphml(path)
    except (OSError, ValueError, KeyError, TypeError, SyntaxError, nx.NetworkXError) as error:
        raise ExtractError(
            f"{path} cannot be read as a street graph of OSMnx ({error}): "
            "it is damaged, cut off, or another kind of file; save it again with osmnx.save_graphml"
        ) from error
    try:
        return roads_from_osmnx(graph)
    except ExtractError as error:
        raise type(error)(f"{path}: {error}") from error


def roads_from_osmnx(graph: Any) -> Roads:
    """
    The roads of an OSMnx graph: each street between two of its nodes is a way.

    A street with an edge there and one back is driven both ways, one with a single edge along that edge only. Raises
    `ExtractError` when the graph is undirected, projected, without coordinates, or made with `all_oneway`, and
    `NoRoadsError` when nothing in it is a road. The map's date is not known.
    """
    _check(graph)
    number = _number_nodes(graph)
    places = [(float(data["x"]), float(data["y"])) for _, data in graph.nodes(data=True)]
    ways: list[tuple[int, WayTags]] = []
    lines: list[list[int]] = []
    for index, street in enumerate(_streets(graph)):
        tags = read_way(_tags(street.data, street.oneway))
        if tags is None:
            continue
        inner = street.line[1:-1]
        bends = range(len(places), len(places) + len(inner))
        places += inner
        ways.append((_way_id(street.data, index), tags))
        lines.append([number[street.tail], *bends, number[street.head]])
    if not ways:
        raise NoRoadsError("the graph holds no roads (no edge with a known highway=*); choose another graph")
    said = [read_node(_strings(data)) for _, data in graph.nodes(data=True)]
    ids = _node_ids(graph, len(places))
    place = np.array(places, dtype=np.float64)

    def marked(field: str) -> set[int]:
        return {int(ids[index]) for index, tags in enumerate(said) if getattr(tags, field)}

    return assemble_roads(
        node_id=ids,
        lon=np.ascontiguousarray(place[:, 0]),
        lat=np.ascontiguousarray(place[:, 1]),
        signals=marked("signal"),
        blocked=marked("blocks_cars"),
        blocked_motorbikes=marked("blocks_motorbikes"),
        gated=marked("gated"),
        ways=ways,
        way_lengths=[len(line) for line in lines],
        way_node=np.array([node for line in lines for node in line], dtype=np.int32),
        restrictions=no_restrictions(),
        data_at=None,
    )


@dataclass(frozen=True)
class _Street:
    """One edge, or two that are each other's way back; the line runs from tail to head in lon, lat."""

    tail: Any
    head: Any
    line: list[_Point]
    data: Mapping[str, Any]
    oneway: bool


def _check(graph: Any) -> None:
    if not (isinstance(graph, nx.Graph) and graph.is_directed()):
        raise ExtractError("the graph is not directed: one-ways would be lost; give the MultiDiGraph that OSMnx makes")
    crs = graph.graph.get("crs")
    if crs is not None and _is_projected(crs):
        raise ExtractError(
            f"the graph is projected ({crs}); give it in degrees: osmnx.project_graph(graph, to_latlong=True)"
        )
    for node, data in graph.nodes(data=True):
        if not _is_lon_lat(data.get("x"), data.get("y")):
            raise ExtractError(
                f"node {node} of the graph has no lon, lat in degrees as its x and y ({data.get('x')}, "
                f"{data.get('y')}); if the graph is projected: osmnx.project_graph(graph, to_latlong=True)"
            )
    spelt = [data["oneway"] for _, _, data in graph.edges(data=True) if "oneway" in data]
    if any(isinstance(value, str) for value in spelt):
        raise ExtractError("the graph was made with osmnx.settings.all_oneway: its two-way streets lack their way back")


def _is_projected(crs: Any) -> bool:
    import osmnx

    return bool(osmnx.projection.is_projected(crs))


def _is_lon_lat(x: Any, y: Any) -> bool:
    try:
        return abs(float(x)) <= 180 and abs(float(y)) <= 90
    except (TypeError, ValueError):
        return False


def _number_nodes(graph: Any) -> dict[Any, int]:
    return {node: index for index, node in enumerate(graph.nodes)}


def _node_ids(graph: Any, size: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """OSM's ids where the graph's nodes have such, else their order; bends that are no nodes get negative ones."""
    named = all(isinstance(node, int) and not isinstance(node, bool) and node >= 0 for node in graph.nodes)
    ids = list(graph.nodes) if named else list(range(len(graph.nodes)))
    return np.array([*ids, *range(-1, len(ids) - size - 1, -1)], dtype=np.int64)


def _streets(graph: Any) -> Iterator[_Street]:
    """Edges, each joined with its way back where there is one."""
    waiting: dict[tuple[Any, ...], list[_Street]] = {}
    for tail, head, data in graph.edges(data=True):
        line = _line(graph, tail, head, data)
        ids = frozenset(_listed(data.get("osmid")))
        rounded = tuple((round(lon, 7), round(lat, 7)) for lon, lat in line)
        back = waiting.get((head, tail, ids, rounded[::-1]))
        if back:
            there = back.pop()
            yield _Street(there.tail, there.head, there.line, there.data, oneway=False)
        else:
            waiting.setdefault((tail, head, ids, rounded), []).append(_Street(tail, head, line, data, oneway=True))
    for alone in waiting.values():
        yield from alone


def _line(graph: Any, tail: Any, head: Any, data: Mapping[str, Any]) -> list[_Point]:
    ends = [(float(graph.nodes[node]["x"]), float(graph.nodes[node]["y"])) for node in (tail, head)]
    shape = data.get("geometry")
    inner = [(float(point[0]), float(point[1])) for point in shape.coords][1:-1] if shape is not None else []
    return [ends[0], *inner, ends[1]]


def _way_id(data: Mapping[str, Any], otherwise: int) -> int:
    """OSM's id of the way, of the first of several; edges made by hand may have none."""
    found = _listed(data.get("osmid"))
    return found[0] if found and isinstance(found[0], int) else otherwise


def _tags(data: Mapping[str, Any], oneway: bool) -> dict[str, str]:
    """
    The edge's attributes as one way's tags.

    Where ways were merged, the greatest class and the tightest limits; one merged with steps is no road.
    """
    tags = {key: str(values[0]) for key in data if key != "geometry" and (values := _said(data[key]))}
    classes = [str(value) for value in _said(data.get("highway"))]
    passable = all(read_way({"highway": value}) is not None for value in classes)
    tags["highway"] = ";".join(sorted(classes, key=_rank)) if passable else ""
    for key, parse in (("maxspeed", parse_maxspeed), ("lanes", parse_lanes), ("width", parse_width)):
        if key in data:
            tags[key] = str(min((v for v in map(str, _said(data[key])) if parse(v)), key=parse, default=""))
    for key in _ACCESS_KEYS:
        if key in tags:
            tags[key] = max(map(str, _said(data[key])), key=lambda value: _STRICTEST.get(value, 0))
    return tags | {"oneway": "yes" if oneway else "no"}


def _rank(highway: str) -> int:
    return CLASS_INDEX.get(highway, len(CLASS_INDEX))


def _strings(data: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in data.items() if isinstance(value, str)}


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, Iterable) and not isinstance(value, str) else [value] * (value is not None)


def _said(value: Any) -> list[Any]:
    return [item for item in _listed(value) if not (isinstance(item, float) and math.isnan(item))]
