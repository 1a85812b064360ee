"""
The arterial skeleton as a facts table: `ways.csv.gz`, `nodes.csv.gz` and `skeleton.json` in one directory.

Nodes are numbered by their row; a way's `nodes` are runs of such numbers ("5-9 2"). What the columns leave out (access,
widths and other limits, bridges, turn restrictions) counts as not said.
"""

import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from routing.errors import ExtractError
from routing.osm import assemble_roads
from routing.roads import CLASS_INDEX, ROAD_CLASSES, Access, Roads, no_restrictions
from routing.tags import WayTags

WAYS_FILE: Final = "ways.csv.gz"
NODES_FILE: Final = "nodes.csv.gz"
FACTS_FILE: Final = "skeleton.json"
_WAY_COLUMNS: Final = (
    "way_id", "class", "name", "oneway", "roundabout", "maxspeed_kph", "lanes", "motorbikes", "nodes",
)  # fmt: skip
_NODE_COLUMNS: Final = ("lon", "lat", "signal")


def write_skeleton(roads: Roads, out_dir: Path, source: str) -> None:
    """Write the three files; the same roads give the same bytes."""
    out_dir.mkdir(parents=True, exist_ok=True)
    nodes = (
        (f"{lon:.5f}", f"{lat:.5f}", int(signal))
        for lon, lat, signal in zip(roads.lon, roads.lat, roads.node_signal, strict=True)
    )
    _write(out_dir / NODES_FILE, _NODE_COLUMNS, nodes)
    _write(out_dir / WAYS_FILE, _WAY_COLUMNS, (_way_row(roads, way) for way in range(roads.ways)))
    facts = {
        "source": source,
        "licence": "ODbL 1.0, © OpenStreetMap contributors",
        "date": roads.data_at.isoformat() if roads.data_at else None,
        "ways": roads.ways,
        "nodes": len(roads.lon),
    }
    (out_dir / FACTS_FILE).write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_skeleton(directory: Path) -> Roads:
    """The skeleton as `Roads`; raises `ExtractError` when it is absent or not of its form."""
    try:
        facts = json.loads((directory / FACTS_FILE).read_text(encoding="utf-8"))
        nodes = [(float(r["lon"]), float(r["lat"]), r["signal"] == "1") for r in _read(directory / NODES_FILE)]
        ways, node_lists = [], []
        for row in _read(directory / WAYS_FILE):
            ways.append((int(row["way_id"]), _to_tags(row)))
            node_lists.append(list(_spread(row["nodes"])))
        if [len(ways), len(nodes)] != [facts["ways"], facts["nodes"]]:
            raise ValueError("its counts differ from its facts")
        data_at = datetime.fromisoformat(facts["date"]) if facts["date"] else None
    except (OSError, EOFError, zlib.error, KeyError, TypeError, ValueError) as error:
        raise ExtractError(
            f"the road skeleton in {directory} cannot be read ({error}); restore it from the repository, "
            "or make it anew with 'python -m routing.skeleton EXTRACT DIRECTORY'"
        ) from error
    place = np.array(nodes, dtype=np.float64)
    return assemble_roads(
        node_id=np.arange(len(nodes), dtype=np.int64),
        lon=np.ascontiguousarray(place[:, 0]),
        lat=np.ascontiguousarray(place[:, 1]),
        signals=set(np.flatnonzero(place[:, 2]).tolist()),
        blocked=set(),
        ways=ways,
        way_lengths=[len(members) for members in node_lists],
        way_node=np.array([node for members in node_lists for node in members], dtype=np.int32),
        restrictions=no_restrictions(),
        data_at=data_at,
    )


def _way_row(roads: Roads, way: int) -> tuple[Any, ...]:
    members = roads.way_node[roads.way_start[way] : roads.way_start[way + 1]].tolist()
    return (
        int(roads.way_id[way]),
        ROAD_CLASSES[roads.way_class[way]],
        roads.names[roads.way_name[way]],
        int(roads.oneway[way]),
        int(roads.roundabout[way]),
        int(roads.maxspeed_kph[way]) or "",
        int(roads.lanes[way]) or "",
        int(roads.access_motorbike[way] != Access.NO),
        " ".join(_runs(members)),
    )


def _to_tags(row: dict[str, str]) -> WayTags:
    oneway = int(row["oneway"])
    return WayTags(
        road_class=CLASS_INDEX[row["class"]],
        name=row["name"],
        oneway=oneway,
        oneway_motorbike=oneway,
        roundabout=row["roundabout"] == "1",
        maxspeed_kph=int(row["maxspeed_kph"] or 0),
        lanes=int(row["lanes"] or 0),
        access_motorbike=Access.DEFAULT if row["motorbikes"] == "1" else Access.NO,
    )


def _runs(numbers: list[int]) -> Iterator[str]:
    """5 6 7 2 → "5-7" "2"."""
    start = previous = numbers[0]
    for number in [*numbers[1:], -1]:
        if number != previous + 1:
            yield str(start) if start == previous else f"{start}-{previous}"
            start = number
        previous = number


def _spread(runs: str) -> Iterator[int]:
    for run in runs.split():
        first, _, last = run.partition("-")
        yield from range(int(first), int(last or first) + 1)


def _write(path: Path, columns: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    path.write_bytes(gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0))


def _read(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
