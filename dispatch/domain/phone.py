"""Where a phone says it is."""

from __future__ import annotations

from datetime import datetime

import msgspec

from dispatch.domain.words import PhoneFixMethod, PhoneFixSource

KEEP_FIXES = 20
"""Fixes kept of one call, the newest; a phone sends two or three (guess)."""


class PhoneFix(msgspec.Struct, frozen=True, kw_only=True):
    """
    One fix of a caller's phone: WGS 84 degrees, metres, when it was taken by the phone's clock.

    `radius_m` holds the phone with a probability of `confidence` (0 to 1); either is None when the phone did not say.
    With `minor_m` it is an ellipse: `radius_m` is then half its longer axis, which points to `bearing_deg` (clockwise
    from north), and `minor_m` half its shorter one.
    `network` is the mobile network's country and number. `doubts` are codes of what was missing or absurd. It is the
    phone's place: the patient may be elsewhere, and it never replaces what the caller said.
    """

    lon: float
    lat: float
    source: PhoneFixSource
    method: PhoneFixMethod
    fixed_at: datetime
    radius_m: float | None = None
    confidence: float | None = None
    minor_m: float | None = None
    bearing_deg: float | None = None
    altitude_m: float | None = None
    floor: str | None = None
    network: str | None = None
    doubts: tuple[str, ...] = ()
