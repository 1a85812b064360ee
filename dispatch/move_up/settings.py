"""What move-up weighs. Every number here is the medical director's or a planner's to change."""

from __future__ import annotations

from typing import Literal

import msgspec

MoveUpPolicy = Literal["off", "dmexclp", "compliance"]


class MoveUpSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Each default with its unit and its source; "guess" where it is ours."""

    policy: MoveUpPolicy = "dmexclp"
    """`off`: units stay where they are; `dmexclp`: each move by what it adds to the coverage of this moment;
    `compliance`: so many free units, these posts."""

    busy_fraction: float = 0.3
    """Chance that a unit is busy when called (guess); used as long as none is estimated from the load."""

    target_s: float = 900.0
    """Demand counts as covered within this travel time: 15 min, the city's plan."""

    moves_per_hour: int = 2
    """A crew is asked for no more moves within an hour (guess)."""

    least_gain: float = 0.005
    """Share of the city's demand that a move must newly cover; 0.005 is one call in two hundred (guess)."""

    least_gain_returning: float = 0.001
    """The same for a unit that is on its way back anyway (guess)."""

    longest_s: float = 1200.0
    """No move takes longer than this, in seconds of travel (guess)."""

    every_s: float = 60.0
    """Seconds between two looks at all free units; a unit that becomes free is looked at sooner (guess)."""

    answer_within_s: float = 180.0
    """Seconds that a crew has to answer a move it is asked for; then it is as if nobody had asked (guess)."""

    rest_s: float = 600.0
    """Seconds that a unit stays where it has moved to before it is asked to move again (guess)."""
