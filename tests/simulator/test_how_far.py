from __future__ import annotations

from simulator.how_far import telling_how_far
from tests.simulator.days import make_world


def test_a_long_run_says_how_far_it_is() -> None:
    day = make_world().make_day(1)
    said: list[str] = []
    day.agenda.now_s = 3 * 86_400.0
    with telling_how_far(day, 8 * 86_400.0, said.append, every_s=0.001):
        while not said:
            pass
    assert set(said) == {"simulated 3 of 8 days"}
