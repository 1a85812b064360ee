"""Which of the moves that were decided are shown."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from dispatch.assignment.coverage import Coverage
from dispatch.desk import Desk
from dispatch.move_up.advisor import MoveUpAdvisor
from dispatch.positions.store import PositionStore
from tests.factories import LAT, LON, FakeTravel, make_state, make_station, make_unit

COVERAGE = Coverage(
    zones=np.array([(LON, LAT, 1.0), (LON + 0.05, LAT, 3.0)]),
    time_from_station=np.array([[0.0, 2000.0], [2000.0, 0.0]]),
    station_ids=("S1", "S2"),
)
NOBODY = cast(PositionStore, SimpleNamespace(latest={}))


class Roads(FakeTravel):
    """Something happens to a unit while the way is looked for."""

    def __init__(self) -> None:
        super().__init__()
        self.happens: list[Any] = []

    def times(
        self, origins: NDArray[np.float64], destinations: NDArray[np.float64], profile: str
    ) -> NDArray[np.float64]:
        for listener, unit_id in self.happens:
            listener([SimpleNamespace(data=SimpleNamespace(unit_id=unit_id))])
        return super().times(origins, destinations, profile)


async def test_a_unit_to_which_something_happened_meanwhile_is_not_asked_to_move() -> None:
    units = [make_unit("U1"), make_unit("U2")]
    state = make_state(stations=[make_station(), make_station("S2", lon=LON + 0.05)], units=units)
    listeners: list[Any] = []
    desk = cast(Desk, SimpleNamespace(state=state, on_events=listeners.append))
    roads = Roads()
    advisor = MoveUpAdvisor(desk, NOBODY, roads, COVERAGE, lambda moves: None)
    assert [(move.unit_id, move.to_id) for move in await advisor.refresh()] == [("U1", "S2")]
    roads.happens = [(listeners[0], "U1")]
    assert await advisor.refresh() == []
