"""How far a long run is, in a word now and then."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from simulator.day import Day
from simulator.units import DAY_S

EVERY_S = 15.0
"""Between two words, by the clock on the wall (guess)."""


@contextmanager
def telling_how_far(day: Day, until_s: float, say: Callable[[str], None], every_s: float = EVERY_S) -> Iterator[None]:
    """Says how many days are simulated while the day is run in this block. Only looks on: the run is the same."""
    done = threading.Event()

    def tell() -> None:
        while not done.wait(every_s):
            say(f"simulated {min(day.agenda.now_s, until_s) / DAY_S:.0f} of {until_s / DAY_S:.0f} days")

    looks_on = threading.Thread(target=tell, daemon=True)
    looks_on.start()
    try:
        yield
    finally:
        done.set()
        looks_on.join()
