"""What is built with the city beside its roads: the gazetteer and the map, each in a folder of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dispatch.basemap import build_basemap
from dispatch.city.source import CitySource
from dispatch.geocoding.gazetteer import build_gazetteer
from dispatch.paths import data_dir, repo_root


def gazetteer(source: CitySource, city_dir: Path) -> Mapping[str, Any]:
    """Streets, places and wards to search, in `gazetteer/`."""
    return build_gazetteer(_extract(source), city_dir / "gazetteer", _quiet)


def basemap(source: CitySource, city_dir: Path) -> Mapping[str, Any]:
    """Vector tiles of the city, in `basemap/`."""
    return build_basemap(_extract(source), city_dir / "basemap", _quiet)


def _version(*folders: Path) -> str:
    """
    A short checksum of the code and the tables that a part is built with: when either changes, the part is stale.

    A changed comment makes it stale too; a minute of building is cheaper than a city of yesterday's shape.
    """
    files = sorted(file for folder in folders for file in folder.iterdir() if file.is_file())
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]


_ROOM, _PACK = repo_root() / "dispatch", data_dir()
BUILDERS = (gazetteer, basemap)
gazetteer.version = _version(_ROOM / "geocoding", _PACK / "gazetteer")  # type: ignore[attr-defined]  # read by dispatch.city.build
basemap.version = _version(_ROOM / "basemap", _PACK / "basemap")  # type: ignore[attr-defined]  # read by dispatch.city.build


def _extract(source: CitySource) -> Path | None:
    """The extract's file; None when the city stands on what the repository carries."""
    return source.path if source.kind == "extract" else None


def _quiet(*_: object) -> None:
    return None
