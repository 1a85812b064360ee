"""What the choice of a hospital keeps of the advice that it follows or not. Pure."""

from __future__ import annotations

from dispatch.assignment.saw import Basis

MOST_KEPT = 6
"""Hospitals kept with their scores: as many as anybody looks at (guess)."""


class DestinationSaw(Basis, frozen=True, kw_only=True, omit_defaults=True):
    """
    `advised`: hospitals with their scores in seconds, the best first. `wish`: the one that the patient asked for.

    A set destination is always decided on at that moment; so its evidence stands in the event itself.
    """

    advised: tuple[tuple[str, float], ...]
    wish: str | None = None
