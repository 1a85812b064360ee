"""What the choice of a hospital weighs, in seconds on the road. Every number here is a medical director's to change."""

from __future__ import annotations

import msgspec


class DestinationSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Each default with its unit and its source; "guess" where it is ours."""

    missing_s: float = 900.0
    """A capability that the patient needs is worth so many seconds more on the road (guess)."""

    diversion_s: float = 900.0
    """Asking not to receive such patients weighs as much as so many seconds on the road (guess)."""

    busy_s: float = 300.0
    """The same for an emergency department that says it is busy (guess)."""

    full_s: float = 900.0
    """The same for one that says it is full (guess)."""

    quota_s: float = 1800.0
    """The same for one that has had what it takes of a major incident, as long as that goes on (guess)."""

    none_free_s: float = 600.0
    """The same where no place of the resource that is wanted is free; nothing where it told no number (guess)."""

    handover_s: float = 1830.0
    """Seconds that a handover takes while nobody else is there: 30.5 min, Utrecht as published with ELASPY
    (stand-in)."""

    handover_per_unit_s: float = 300.0
    """Seconds more for each unit that is there already (guess)."""

    coming_share: float = 0.5
    """A unit on its way there counts as this part of one that is there: it may be later than ours (guess)."""

    handover_most_s: float = 7200.0
    """No handover is expected to take longer than so many seconds (guess)."""

    handover_weight: float = 0.5
    """A second of handover weighs so many seconds on the road: the crew treats, and the hospital is near (guess)."""

    straight_kph: float = 20.0
    """Speed for straight-line estimates where no road of ours leads (guess)."""

    detour: float = 1.3
    """How much longer the true way is than the straight line (guess)."""

    hold_min: float = 45.0
    """Minutes that a place is kept when nobody says how long (guess)."""
