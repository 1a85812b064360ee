"""
How fast a flooded road is: the highest speed at which a vehicle keeps control in standing water.

M. Pregnolato, A. Ford, S. Wilkinson, R. Dawson, "The impact of flooding on road transport: a depth-disruption
function", Transportation Research Part D 55 (2017), doi:10.1016/j.trd.2017.06.020: v = 0.0009 w² − 0.5529 w + 86.9448,
v in km/h and w in mm, fitted to video and to other studies (R² 0.95); at 300 mm a car can go no farther.

Assumes still water and an ordinary car, for every profile. Weakness: a van with a high floor gets through deeper water,
and a motorbike stalls in shallower; we have no source for either, and send neither where a car drowns.
"""

from __future__ import annotations

from routing.conditions import ON_FOOT_KPH

IMPASSABLE_CM = 30.0
DEEPEST_CM = 1_000.0
"""What is said to be deeper than this is a slip (guess)."""


def passable_kph(depth_cm: float) -> float | None:
    """The speed that water of this depth allows; None where no car passes, or none faster than a person walks."""
    if depth_cm >= IMPASSABLE_CM:
        return None
    depth_mm = depth_cm * 10.0
    kph = 0.0009 * depth_mm**2 - 0.5529 * depth_mm + 86.9448
    return kph if kph > ON_FOOT_KPH else None
