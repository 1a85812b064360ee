"""The geocoder on the table the repository carries, and on the full extract where this machine has it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dispatch.geocoding.gazetteer import build_gazetteer
from dispatch.geocoding.search import Geocoder
from dispatch.paths import repo_root

_GIVEN = os.environ.get("SAIGON115_DATA")
EXTRACT = (Path(_GIVEN) if _GIVEN else repo_root().parent / "shared" / "data") / "osm" / "hcmc-2018-01-01.osm.pbf"
SOURCES = ["carried", "extract"] if EXTRACT.is_file() else ["carried"]


@pytest.fixture(scope="session")
def carried(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the gazetteer of the table that the repository carries."""
    folder = tmp_path_factory.mktemp("carried")
    build_gazetteer(None, folder, lambda _: None)
    return folder


@pytest.fixture(scope="session", params=SOURCES)
def gazetteer(request: pytest.FixtureRequest, carried: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a built gazetteer."""
    if request.param == "carried":
        return carried
    folder = tmp_path_factory.mktemp("gazetteer")
    build_gazetteer(EXTRACT, folder, lambda _: None)
    return folder


@pytest.fixture(scope="session")
def geocoder(gazetteer: Path) -> Geocoder:
    """Loaded once; it keeps no state between queries."""
    return Geocoder.load(gazetteer, lambda lon, lat: "Phường Thử" if lon > 106.7 else None)
