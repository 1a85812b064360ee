"""What the assignment weighs, in seconds. Every number here is a medical director's to change."""

from __future__ import annotations

import msgspec

from dispatch.domain.words import Level, UnitKind, UnitStatus


class AssignmentSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Each default with its unit and its source; "guess" where it is ours."""

    turnout_s: dict[UnitStatus, float] = msgspec.field(
        default_factory=lambda: {"available": 60.0, "returning": 0.0, "moving_up": 0.0}
    )
    """Seconds from acceptance to rolling: 60 at a post (guess), none on the road."""

    offer_answer_s: float = 10.0
    """Seconds until a station that may refuse answers (guess); one that may not accepts at once."""

    target_s: dict[Level, float] = msgspec.field(default_factory=lambda: {1: 900.0, 2: 900.0, 3: 1800.0, 4: 3600.0})
    """Seconds from answer to arrival: 15 min is the city's plan; yellow and green are guesses."""

    late_weight: float = 2.0
    """What a second beyond the target adds to the second itself (guess). Red: always zero."""

    further_slot_s: float = 600.0
    """An incident's second unit stands back by this many seconds behind other incidents' first, its third
    by twice as many (guess). Counts only when there are too few units."""

    coverage_weight_s: dict[Level, float] = msgspec.field(default_factory=lambda: {2: 1000.0, 3: 3000.0, 4: 6000.0})
    """Seconds that losing all coverage would weigh; so 1 % of demand is 10, 30, 60 s (guess). Red: always
    zero."""

    coverage_target_s: float = 900.0
    """Demand counts as covered within this travel time: 15 min, the city's plan."""

    busy_fraction: float = 0.3
    """Chance that a unit is busy when called (guess; to be estimated from the load)."""

    candidates: int = 20
    """Units considered for each slot, cheapest first; never fewer than there are slots, so that none loses."""

    stale_after_s: float = 60.0
    """A fix older than this is mentioned (guess); it never removes a unit."""

    profiles: dict[UnitKind, str] = msgspec.field(
        default_factory=lambda: {"van": "ambulance", "motorbike": "motorbike"}
    )
    """Which roads a kind of unit takes; a kind not named here has none."""

    straight_kph: dict[UnitKind, float] = msgspec.field(
        default_factory=lambda: {"van": 20.0, "motorbike": 20.0, "boat": 30.0}
    )
    """Speed for straight-line estimates where no road of ours leads (guess)."""

    detour: float = 1.3
    """How much longer the true way is than the straight line (guess)."""
