"""
Which map to build the city from: the best extract that this machine has, else the skeleton in the city pack.
"""

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from dispatch.city.overlays import CityOverlay, find_overlay
from dispatch.paths import data_dir, default_state_dir, repo_root
from routing.errors import ExtractError
from routing.osm import read_roads
from routing.osmnx_graph import SUFFIX as GRAPH_SUFFIX
from routing.osmnx_graph import read_osmnx
from routing.overlay.report import OverlayReport
from routing.roads import Roads
from routing.skeleton_table import FACTS_FILE, NODES_FILE, WAYS_FILE, read_skeleton
from routing.storage import file_sha256

_PATTERNS: Final = ("*.osm.pbf", "*.osm")


@dataclass(frozen=True)
class CitySource:
    """
    A map to build from: one extract file (or a street graph of OSMnx), or the directory of the skeleton.

    `overlay` holds newer maps to lay over it. The skeleton gets none: it has main roads only, thinned to what the
    arterials need, so there are no side streets that newer roads could be joined to.
    """

    kind: Literal["extract", "skeleton"]
    path: Path
    overlay: CityOverlay = field(default_factory=CityOverlay)

    @property
    def name(self) -> str:
        """The extract's file name, or "skeleton"."""
        return self.path.name if self.kind == "extract" else "skeleton"

    @property
    def key(self) -> str:
        """Names the source in folder names; another size, time of change or overlay gives another key."""
        stamps = [
            f"{file.name} {file.stat().st_size} {file.stat().st_mtime_ns}"
            for file in [*self.files, *self.overlay.files]
        ]
        digest = hashlib.sha256("\n".join(stamps).encode()).hexdigest()
        return f"{self.name.split('.')[0]}-{digest[:12]}"

    @property
    def sha256(self) -> str:
        """Checksum of the file, or of the skeleton's files together."""
        if self.kind == "extract":
            return file_sha256(self.path)
        return hashlib.sha256(" ".join(map(file_sha256, self.files)).encode()).hexdigest()

    @property
    def files(self) -> list[Path]:
        """What it consists of; raises `ExtractError` when a file is not there."""
        names = (WAYS_FILE, NODES_FILE, FACTS_FILE)
        files = [self.path] if self.kind == "extract" else [self.path / name for name in names]
        for file in files:
            if not file.is_file():
                raise ExtractError(
                    f"no map at {file}; give another with --osm, or fetch one with 'saigon115 city fetch'"
                )
        return files

    def read(self) -> Roads:
        """The roads in it, without what is laid over them."""
        if self.path.suffix == GRAPH_SUFFIX:
            return read_osmnx(self.path)
        return read_roads(self.path) if self.kind == "extract" else read_skeleton(self.path)

    def read_all(self) -> tuple[Roads, OverlayReport]:
        """The roads in it with the newer maps over them, and what became of these."""
        return self.overlay.lay_over(self.read())


def find_source(osm: Path | None = None, with_overlay: bool = True) -> CitySource:
    """
    The map in use, best first: the one asked for, an extract in `$SAIGON115_DATA/osm` or `../shared/data/osm`, one that
    was fetched, the skeleton. Of several extracts in a folder the last by name (names carry dates).

    Newer maps to lay over an extract are looked for beside it, then in the data folder. A planner's own street graph
    is left as it is.
    """
    if osm is not None:
        return _with_overlay(osm.expanduser().resolve(), with_overlay)
    for folder in _extract_folders():
        found = sorted(path for pattern in _PATTERNS for path in folder.glob(pattern) if path.is_file())
        if found:
            return _with_overlay(found[-1].resolve(), with_overlay)
    return CitySource("skeleton", data_dir() / "roads")


def _with_overlay(extract: Path, wanted: bool) -> CitySource:
    if not wanted or extract.suffix == GRAPH_SUFFIX:
        return CitySource("extract", extract)
    return CitySource("extract", extract, find_overlay(extract.parent, _extract_folders()[0]))


def extracts_dir() -> Path:
    """Where fetched extracts go."""
    return default_state_dir() / "city" / "extracts"


def _extract_folders() -> list[Path]:
    """`SAIGON115_DATA` takes the place of `../shared/data`."""
    given = os.environ.get("SAIGON115_DATA")
    data = Path(given).expanduser() if given else repo_root().parent / "shared" / "data"
    return [data / "osm", extracts_dir()]
