"""How far the clocks of crews' devices are trusted."""

from __future__ import annotations

from datetime import timedelta

CLOCK_TOLERANCE = timedelta(minutes=2)
"""A device's clock may be ahead of ours by this much (guess)."""
