"""What is built with the city beside its roads: the gazetteer and the map, each in a folder of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dispatch.basemap import build_basemap
from dispatch.city.build import checksum_of
from dispatch.city.source import CitySource
from dispatch.geocoding.gazetteer import build_gazetteer
from dispatch.geocoding.learned import learned_numbers
from dispatch.geocoding.newer import Newer, find_numbers, find_places
from dispatch.paths import data_dir, repo_root


def gazetteer(source: CitySource, city_dir: Path) -> Mapping[str, Any]:
    """Streets, places and wards to search, in `gazetteer/`."""
    return build_gazetteer(_extract(source), city_dir / "gazetteer", _quiet, newer=_newer(source))


def basemap(source: CitySource, city_dir: Path) -> Mapping[str, Any]:
    """Vector tiles of the city, in `basemap/`."""
    return build_basemap(_extract(source), city_dir / "basemap", _quiet)


_ROOM, _PACK = repo_root() / "dispatch", data_dir()
BUILDERS = (gazetteer, basemap)
gazetteer.version = checksum_of(_ROOM / "geocoding", _PACK / "gazetteer")  # type: ignore[attr-defined]  # read by dispatch.city.build
basemap.version = checksum_of(_ROOM / "basemap", _PACK / "basemap")  # type: ignore[attr-defined]  # read by dispatch.city.build


def _extract(source: CitySource) -> Path | None:
    """The extract's file; None when the city stands on what the repository carries."""
    return source.path if source.kind == "extract" else None


def _newer(source: CitySource) -> Newer:
    """Road files laid over the extract, lists of places and tables of numbers beside it or beside them."""
    roads = source.overlay.files
    folders = dict.fromkeys((source.path.parent, *(file.parent for file in roads)))
    numbers = (*find_numbers(*folders), *learned_numbers())
    return Newer(tuple(roads), find_places(*folders), numbers) if roads else Newer(numbers=numbers)


def _quiet(*_: object) -> None:
    return None
