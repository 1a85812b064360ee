"""What tests of several parts share: the city built from the skeleton that the repository carries."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dispatch.city.build import build_city
from dispatch.city.source import CitySource
from dispatch.paths import data_dir
from routing.travel_times import TravelTimes


@pytest.fixture(scope="session")
def skeleton_city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built city of main roads, without gazetteer and base map. Read only."""
    source = CitySource("skeleton", data_dir() / "roads")
    return build_city(source, tmp_path_factory.mktemp("skeleton") / "city").directory


@pytest.fixture(scope="session")
def skeleton_times(skeleton_city: Path) -> Iterator[TravelTimes]:
    """Travel times over the skeleton city."""
    yield TravelTimes.load(skeleton_city)
