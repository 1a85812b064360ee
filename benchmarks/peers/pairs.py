"""
Random journeys over the old city, in strata: where routers agree on long drives they may differ on short ones.

Points are uniform in a box, kept when a street for cars is within 100 m: nobody compares swims.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.graph import FloatArray, distance_m

# West, south, east, north in degrees.
Box = tuple[float, float, float, float]
# (n, 2) lon, lat → which lie at a street.
AtStreet = Callable[[FloatArray], NDArray[np.bool_]]

CENTRE: Final = (106.66, 10.755, 106.72, 10.80)  # districts 1 and 3 and around
URBAN: Final = (106.58, 10.70, 106.82, 10.89)
WHOLE: Final = (106.36, 10.38, 107.02, 11.16)  # the old city, Củ Chi to Cần Giờ
_ROUNDS: Final = 1000


@dataclass(frozen=True)
class Stratum:
    """Journeys whose two ends lie in `box`, as far apart as said (metres, straight)."""

    box: Box
    nearest_m: float = 300.0
    farthest_m: float = np.inf


STRATA: Final[Mapping[str, Stratum]] = MappingProxyType(
    {
        "centre": Stratum(CENTRE),
        "short": Stratum(URBAN, 500.0, 3_000.0),
        "city": Stratum(URBAN),
        "long": Stratum(WHOLE, 15_000.0),
    }
)


@dataclass(frozen=True)
class Pairs:
    """Journeys: origins and destinations (n, 2) lon, lat, and the stratum of each."""

    origins: FloatArray
    destinations: FloatArray
    stratum: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.origins)

    def __getitem__(self, rows: NDArray[np.int64]) -> "Pairs":
        return Pairs(self.origins[rows], self.destinations[rows], self.stratum[rows])


def draw_pairs(count: int, seed: int, strata: Mapping[str, Stratum], at_street: AtStreet) -> Pairs:
    """
    `count` pairs, the same number from every stratum (the first ones get the rest); same seed, same pairs.

    Raises `ValueError` when a stratum's box holds too few streets.
    """
    random = np.random.default_rng(seed)
    drawn = []
    for index, (name, stratum) in enumerate(strata.items()):
        share = count // len(strata) + (index < count % len(strata))
        origins, destinations = _draw(share, stratum, random, at_street, name)
        drawn.append(Pairs(origins, destinations, np.full(share, name)))
    return Pairs(
        np.concatenate([part.origins for part in drawn]),
        np.concatenate([part.destinations for part in drawn]),
        np.concatenate([part.stratum for part in drawn]),
    )


def _draw(
    count: int, stratum: Stratum, random: np.random.Generator, at_street: AtStreet, name: str
) -> tuple[FloatArray, FloatArray]:
    west, south, east, north = stratum.box
    kept: list[FloatArray] = [np.zeros((0, 4))]
    for _ in range(_ROUNDS):
        if sum(map(len, kept)) >= count:
            break
        four = random.uniform((west, south) * 2, (east, north) * 2, (max(count, 64), 4))
        apart = distance_m(*four.T)
        four = four[(apart >= stratum.nearest_m) & (apart <= stratum.farthest_m)]
        kept.append(four[at_street(four[:, :2]) & at_street(four[:, 2:])])
    else:
        raise ValueError(f"stratum {name}: its box {stratum.box} holds too few streets; give another with --box")
    rows = np.concatenate(kept)[:count]
    return rows[:, :2], rows[:, 2:]
