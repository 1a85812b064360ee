"""
OSM extract (pbf, or XML as Overpass and OSMnx write it) → `Roads`.

pyosmium reads the file in one pass; roads are picked by tag in C++, so that a city takes about a second.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import osmium

from routing.errors import ExtractError, NoRoadsError
from routing.roads import Roads, TurnRestriction
from routing.tags import WayTags, read_node, read_way
from routing.turn_restrictions import RELATION_KEYS, place_restrictions, read_restriction

Progress = Callable[[str, float], None]


def read_roads(extract: Path) -> Roads:
    """
    The roads of an extract.

    Ways cut off at the extract's edge keep the part whose nodes are there. A pbf cut off exactly between two of its
    blocks cannot be told from a whole one; `city fetch` guards against that.
    """
    collector = _Collector()
    with reading(extract):
        processor = osmium.FileProcessor(str(extract)).with_locations()
        processor.with_filter(osmium.filter.KeyFilter("highway", "barrier", "route", *RELATION_KEYS))
        for entity in processor:
            collector.take(entity)
        data_at = _header_time(extract) or collector.newest_at
    if not collector.ways:
        raise NoRoadsError(f"{extract} holds no roads (no way with a known highway=*); choose another extract")
    return collector.to_roads(data_at)


def check_extract(path: Path, name: str) -> None:
    """
    Raise `ExtractError` unless the file opens as an extract of the format that `name` ends with.

    Looks at the header only.
    """
    with reading(path), osmium.io.Reader(osmium.io.File(str(path), _format(name)), osmium.osm.NOTHING) as reader:
        reader.header()


def _format(name: str) -> str:
    return next((form for form in ("osm.pbf", "osm") if name.endswith("." + form)), "pbf")


@contextmanager
def reading(extract: Path) -> Iterator[None]:
    """Turn every way a file can disappoint into one clear error."""
    if not extract.is_file():
        raise ExtractError(f"no map extract at {extract}; give another path or fetch one with 'saigon115 city fetch'")
    if extract.stat().st_size == 0:
        raise ExtractError(f"the map extract {extract} is empty; fetch it again")
    try:
        yield
    except (RuntimeError, OSError, ValueError) as error:
        raise ExtractError(
            f"{extract} cannot be read as an OpenStreetMap extract ({error}): "
            "it is damaged, cut off, or another kind of file; fetch it again or give another path"
        ) from error


def _header_time(extract: Path) -> datetime | None:
    """The date the publisher wrote into the file's header, if any."""
    with osmium.io.Reader(str(extract), osmium.osm.NOTHING) as reader:
        text = reader.header().get("osmosis_replication_timestamp") or reader.header().get("timestamp")
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return None


class _Collector:
    """Gathers nodes, ways and restrictions while the file goes by: nodes come first, then ways, then relations."""

    def __init__(self) -> None:
        self.newest_at: datetime | None = None
        self.signals: set[int] = set()
        self.blocked: set[int] = set()
        self.blocked_motorbikes: set[int] = set()
        self.gated: set[int] = set()
        self.ways: list[tuple[int, WayTags]] = []
        self.refs: list[list[int]] = []
        self.locations: dict[int, tuple[float, float]] = {}
        self.restrictions: list[TurnRestriction] = []
        self.notes: Counter[str] = Counter()

    def take(self, entity: Any) -> None:
        if entity.is_node():
            self._take_node(entity)
        elif entity.is_way():
            self._take_way(entity)
        elif entity.is_relation():
            self._take_relation(entity)

    def _take_node(self, node: Any) -> None:
        tags = read_node(dict(node.tags))
        for said, ids in (
            (tags.signal, self.signals),
            (tags.blocks_cars, self.blocked),
            (tags.blocks_motorbikes, self.blocked_motorbikes),
            (tags.gated, self.gated),
        ):
            if said:
                ids.add(node.id)

    def _take_way(self, way: Any) -> None:
        tags = read_way(dict(way.tags))
        if tags is None:
            return
        at = way.timestamp
        if at.year > 1970 and (self.newest_at is None or at > self.newest_at):
            self.newest_at = at
        for piece in self._present_pieces(way):
            self.ways.append((way.id, tags))
            self.refs.append(piece)

    def _present_pieces(self, way: Any) -> Iterator[list[int]]:
        """Runs of at least two nodes that the extract holds; a node repeated at once counts once."""
        piece: list[int] = []
        for node in way.nodes:
            if node.location.valid():
                if not piece or piece[-1] != node.ref:
                    piece.append(node.ref)
                self.locations[node.ref] = (node.location.lon, node.location.lat)
            else:
                if len(piece) > 1:
                    yield piece
                piece = []
        if len(piece) > 1:
            yield piece

    def _take_relation(self, relation: Any) -> None:
        tags = dict(relation.tags)
        if tags.get("type", "").partition(":")[0] != "restriction":
            return
        found = read_restriction(tags, ((member.type, member.ref, member.role) for member in relation.members))
        if isinstance(found, str):
            self.notes[found] += 1
        else:
            self.restrictions += found

    def to_roads(self, data_at: datetime | None) -> Roads:
        node_id = np.array(sorted({ref for piece in self.refs for ref in piece}), dtype=np.int64)
        flat = np.array([ref for piece in self.refs for ref in piece], dtype=np.int64)
        place = np.array([self.locations[ref] for ref in node_id.tolist()], dtype=np.float64)
        lines: dict[int, list[list[int]]] = {}
        for (way_id, _), piece in zip(self.ways, self.refs, strict=True):
            lines.setdefault(way_id, []).append(piece)
        return assemble_roads(
            node_id=node_id,
            lon=np.ascontiguousarray(place[:, 0]),
            lat=np.ascontiguousarray(place[:, 1]),
            signals=self.signals,
            blocked=self.blocked,
            blocked_motorbikes=self.blocked_motorbikes,
            gated=self.gated,
            ways=self.ways,
            way_lengths=[len(piece) for piece in self.refs],
            way_node=np.searchsorted(node_id, flat).astype(np.int32),
            restrictions=place_restrictions(self.restrictions, lines, self.notes),
            restriction_notes=self.notes,
            data_at=data_at,
        )


def assemble_roads(
    *,
    node_id: Any,
    lon: Any,
    lat: Any,
    signals: Set[int],
    blocked: Set[int],
    ways: list[tuple[int, WayTags]],
    way_lengths: list[int],
    way_node: Any,
    restrictions: tuple[TurnRestriction, ...],
    data_at: datetime | None,
    blocked_motorbikes: Set[int] = frozenset(),
    gated: Set[int] = frozenset(),
    restriction_notes: Mapping[str, int] = MappingProxyType({}),
) -> Roads:
    """Columns out of rows: the one place where `Roads` is put together. The sets hold ids of `node_id`."""
    name_index = {"": 0}
    for _, tags in ways:
        name_index.setdefault(tags.name, len(name_index))

    def column(field: str, dtype: Any) -> Any:
        return np.array([getattr(tags, field) for _, tags in ways], dtype=dtype)

    def marked(ids: Set[int]) -> Any:
        return np.isin(node_id, np.array(sorted(ids), dtype=np.int64))

    return Roads(
        node_id=node_id,
        lon=lon,
        lat=lat,
        node_signal=marked(signals),
        node_blocks_cars=marked(blocked),
        node_blocks_motorbikes=marked(blocked_motorbikes),
        node_gated=marked(gated),
        way_id=np.array([way_id for way_id, _ in ways], dtype=np.int64),
        way_class=column("road_class", np.uint8),
        way_name=np.array([name_index[tags.name] for _, tags in ways], dtype=np.int32),
        oneway=column("oneway", np.int8),
        oneway_motorbike=column("oneway_motorbike", np.int8),
        roundabout=column("roundabout", np.bool_),
        maxspeed_kph=column("maxspeed_kph", np.uint8),
        lanes=column("lanes", np.uint8),
        width_m=column("width_m", np.float32),
        maxheight_m=column("maxheight_m", np.float32),
        maxweight_t=column("maxweight_t", np.float32),
        bridge=column("bridge", np.bool_),
        tunnel=column("tunnel", np.bool_),
        access_car=column("access_car", np.uint8),
        access_motorbike=column("access_motorbike", np.uint8),
        access_emergency=column("access_emergency", np.uint8),
        way_start=np.concatenate([[0], np.cumsum(way_lengths)]).astype(np.int64),
        way_node=way_node,
        names=tuple(name_index),
        restrictions=restrictions,
        restriction_notes=MappingProxyType(dict(restriction_notes)),
        data_at=data_at,
    )
