"""What stands at the moment that a look ahead starts from, in a few numbers."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.ahead.start import Start

if TYPE_CHECKING:
    from simulator.city import CityWorld

FREE = frozenset({"available", "returning", "moving_up"})


def about_now(start: Start, world: CityWorld) -> dict[str, Any]:
    """Units, incidents by level, hospitals; coverage is a series' first value, told with each alternative."""
    free = sum(unit.status in FREE for unit in start.units)
    resting = sum(unit.status == "on_break" for unit in start.units)
    runs = [(call, run) for call in start.calls for run in call.runs]
    going = {id(call) for call, run in runs if not run.is_offer}
    at_hospital = Counter(
        run.hospital_id for _, run in runs if run.at_hospital_s is not None and run.hospital_id is not None
    )
    return {
        "units": {"free": free, "busy": len(start.units) - free - resting, "resting": resting},
        "waiting": _by_level(call.priority for call in start.calls if id(call) not in going and not call.done),
        "under_way": _by_level(call.priority for call in start.calls if id(call) in going),
        "open_offers": sum(run.is_offer for _, run in runs),
        "at_hospital": dict(sorted(at_hospital.items())),
        "diverting": sorted(one.id for one in start.hospitals if one.diversion or one.status == "full"),
        "posts_without_unit": _empty_posts(start, world),
    }


def _by_level(levels: Any) -> dict[str, int]:
    counted = Counter(levels)
    return {str(level): counted.get(level, 0) for level in (1, 2, 3, 4)}


def _empty_posts(start: Start, world: CityWorld) -> int:
    """Stations that no free unit stands at or goes to."""
    posts = {unit.post_id for unit in start.units if unit.status in FREE}
    return int(np.sum([spot.id not in posts for spot in world.stations]))
