"""What a decision asks of the roads; `routing` satisfies it, tests bring their own."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Travel(Protocol):
    """Seconds by road, as `routing` tells them."""

    @property
    def version(self) -> str:
        """Names the road conditions in force: another name means that times may be others."""
        ...

    def times_to(self, origins: Floats, destination: tuple[float, float], profile: str) -> Floats:
        """Seconds from each origin (rows of lon, lat) to a (lon, lat); inf where no road leads."""
        ...

    def times(self, origins: Floats, destinations: Floats, profile: str) -> Floats:
        """Seconds, origins × destinations (rows of lon, lat); inf where no road leads."""
        ...

    def is_off_road(self, points: Floats, profile: str) -> NDArray[np.bool_]:
        """Which points (rows of lon, lat) lie off the roads, so that times from or to them are estimates."""
        ...
