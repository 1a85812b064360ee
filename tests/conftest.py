"""What tests of several parts share: the city built from the skeleton that the repository carries."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from dispatch.city.build import build_city
from dispatch.city.source import CitySource
from dispatch.city_builders import BUILDERS
from dispatch.paths import data_dir
from routing.travel_times import TravelTimes

# The same examples on every machine, however slow; `pytest --hypothesis-profile hunt` looks for new ones.
settings.register_profile("same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("hunt", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=1_000)
settings.load_profile("same")


@pytest.fixture(scope="session")
def skeleton_city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built city of main roads, without gazetteer and base map. Read only."""
    source = CitySource("skeleton", data_dir() / "roads")
    return build_city(source, tmp_path_factory.mktemp("skeleton") / "city").directory


@pytest.fixture(scope="session")
def skeleton_times(skeleton_city: Path) -> TravelTimes:
    """Travel times over the skeleton city."""
    return TravelTimes.load(skeleton_city)


@pytest.fixture(scope="session")
def built_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder with the whole skeleton city in it, gazetteer and map included: what `up` finds at once."""
    state = tmp_path_factory.mktemp("state")
    source = CitySource("skeleton", data_dir() / "roads")
    build_city(source, state / "city" / source.key, builders=BUILDERS)
    return state


@pytest.fixture(scope="session")
def whole_city(built_state: Path) -> Path:
    """The skeleton city with gazetteer and map. Read only."""
    return next(path.parent for path in (built_state / "city").glob("*/manifest.json"))
