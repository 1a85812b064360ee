"""What the assignment weighs, in seconds. Every number here is a medical director's to change."""

from __future__ import annotations

import msgspec

from dispatch.domain.words import Level, UnitKind, UnitStatus


class AssignmentSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Each default with its unit and its source; "guess" where it is ours."""

    turnout_s: dict[UnitStatus, float] = msgspec.field(
        default_factory=lambda: {"available": 60.0, "dispatched": 60.0, "returning": 0.0, "moving_up": 0.0}
    )
    """Seconds from acceptance to rolling: 60 at a post, also for one that has not rolled yet (guess); none on the
    road."""

    offer_answer_s: float = 10.0
    """Seconds until a station that may refuse answers, before it has answered often enough to know (guess); one that
    may not refuse accepts at once."""

    retry_s: float = 60.0
    """Seconds that a refusal costs until the next station is asked (guess). A station that accepts with chance p costs
    (1 - p) / p of it: as if every next station were like it."""

    target_s: dict[Level, float] = msgspec.field(default_factory=lambda: {1: 900.0, 2: 900.0, 3: 1800.0, 4: 3600.0})
    """Seconds from answer to arrival: 15 min is the city's plan; yellow and green are guesses."""

    late_weight: float = 2.0
    """What a second beyond the target adds to the second itself (guess). Red: always zero."""

    further_slot_s: float = 600.0
    """An incident's second unit stands back by this many seconds behind other incidents' first, its third
    by twice as many, however long it has waited (guess). Counts only when there are too few units."""

    first_tier_levels: tuple[Level, ...] = (1,)
    """Levels for which a unit that cannot cover the need goes ahead of the one that can (guess)."""

    first_tier_gain_s: float = 120.0
    """It goes ahead only if it arrives sooner by this many seconds (guess)."""

    switch_cost_s: float = 180.0
    """Seconds that a unit under way must save to be worth diverting: its old call is left, its crew turns round
    (guess). For every level."""

    left_call_s: float = 540.0
    """Seconds that the call loses which such a unit leaves; they count as late ones. 9 min: simulated heavy weeks
    (2026-11-29, docs/worth.md). Red: always zero."""

    soon_s: float = 600.0
    """A busy unit counts from so many seconds before it is expected to be free until so many after (guess)."""

    soon_margin_s: float = 60.0
    """Seconds added to a unit that is not free yet, for nobody knows when it will be (guess)."""

    soon_floor_s: float = 60.0
    """A busy unit is never expected to be free sooner than in so many seconds (guess)."""

    await_at_most_s: dict[Level, float] = msgspec.field(default_factory=lambda: {2: 300.0, 3: 900.0, 4: 1800.0})
    """Once a call has waited so many seconds, it waits for a busy unit only if no free one is left for it: half its
    target, a third for orange (guess). Red: always zero."""

    usual_s: dict[UnitStatus, float] = msgspec.field(
        default_factory=lambda: {
            "offered": 60.0,
            "dispatched": 90.0,
            "en_route": 600.0,
            "on_scene": 1790.0,
            "transporting": 900.0,
            "at_hospital": 1830.0,
        }
    )
    """Seconds that a unit usually spends so. On scene 29.8 min, at hospital 30.5 min: Utrecht as published with ELASPY
    (stand-in); the others are guesses."""

    usual_spread: dict[UnitStatus, float] = msgspec.field(
        default_factory=lambda: {
            "offered": 0.6,
            "dispatched": 0.4,
            "en_route": 0.5,
            "on_scene": 0.53,
            "transporting": 0.5,
            "at_hospital": 0.51,
        }
    )
    """Standard deviation of `usual_s` as a share of it: 15.7 min for the two of Utrecht, the others are guesses. So a
    unit at hospital that has not handed over is never soon free: on average it stays another 14 minutes or more."""

    after_handover_s: float = 300.0
    """Seconds from handover until a unit is free: cleaning, papers (guess)."""

    after_relay_s: float = 300.0
    """Seconds that a unit ahead of the one that conveys stays at the scene once that one is there (guess)."""

    after_handover_spread: float = 0.4
    """Standard deviation of `after_handover_s` and `after_relay_s` as a share of them (guess)."""

    coverage_weight_s: dict[Level, float] = msgspec.field(default_factory=lambda: {2: 3000.0, 3: 9000.0, 4: 18000.0})
    """Seconds that losing all coverage would weigh; so 1 % of demand is 30, 90, 180 s: three times the first guess,
    chosen and confirmed on different simulated weeks (docs/worth.md). Red: always zero."""

    coverage_target_s: float = 900.0
    """Demand counts as covered within this travel time: 15 min, the city's plan."""

    busy_fraction: float = 0.3
    """Chance that a unit is busy when called, before anything is seen of the load (guess)."""

    busy_prior_weight: float = 20.0
    """`busy_fraction` counts as much as so many units seen, of which that share is busy (guess)."""

    fairness_weight_s: float = 15.0
    """Seconds for each run that a station has had today for each of its staffed units, above the city's mean (guess).
    Red: always zero."""

    fairness_most_s: float = 120.0
    """Fairness never costs a call more seconds than this (guess)."""

    break_turnout_s: float = 120.0
    """Seconds from acceptance to rolling of a crew on its break, which is asked for red only (guess)."""

    overtime_s: float = 600.0
    """Seconds that a run weighs which would end after the crew's shift (guess). Red: always zero."""

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
