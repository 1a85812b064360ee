"""
A phone's own place beside the place understood from the caller's words. Pure.

They are compared, never merged: a caller may stand far from the patient, a phone may lie, words may be misheard. Both
are taken as circles; a phone's ellipse counts as the circle of its reach towards the place. A phone's is widened to the
radius that holds it 19 times out of 20, as if its error spread evenly round (Rayleigh): buildings make that optimistic.
"""

from __future__ import annotations

from math import acos, atan2, cos, hypot, log, pi, radians, sin, sqrt
from typing import Literal

import msgspec

from dispatch.domain.phone import PhoneFix
from dispatch.domain.place import Place
from dispatch.intake.decide import distance_m

Verdict = Literal["agrees", "near", "conflict"]

HOLDS = 0.95
USUAL_CONFIDENCE = 0.68
"""What Android's radius means by its own description; taken where a phone does not say."""
UNKNOWN_RADIUS_M = 1_000.0
"""A phone that tells no radius: about a cell of the network in the city (guess)."""
LEAST_RADIUS_M = 30.0
"""No place is surer than this: a gate, an alley's mouth (guess)."""
NEAR_M = 200.0
"""Circles this far apart may still be the same event: next door, across the road (guess)."""


class Agreement(msgspec.Struct, frozen=True):
    """
    `distance_m` between the middles, `gap_m` between the circles (0 when they meet), `overlap` the share of the smaller
    circle that lies in the other.
    """

    verdict: Verdict
    distance_m: float
    gap_m: float
    overlap: float


def sure_radius_m(fix: PhoneFix) -> float:
    """The radius in metres that holds the phone with 95 %; half the longer axis of an ellipse."""
    return UNKNOWN_RADIUS_M if fix.radius_m is None else max(fix.radius_m * _widening(fix), LEAST_RADIUS_M)


def sure_minor_m(fix: PhoneFix) -> float | None:
    """Half the shorter axis of the ellipse that holds the phone with 95 %; None for a circle."""
    return None if fix.minor_m is None else max(fix.minor_m * _widening(fix), LEAST_RADIUS_M)


def reach_m(fix: PhoneFix, place: Place) -> float:
    """How far the phone may be from its fix in the direction of a place, in metres, with 95 %."""
    long_m, short_m = sure_radius_m(fix), sure_minor_m(fix)
    if short_m is None:
        return long_m
    east, north = (place.lon - fix.lon) * cos(radians(fix.lat)), place.lat - fix.lat
    off = atan2(east, north) - radians(fix.bearing_deg or 0.0)
    return long_m * short_m / hypot(short_m * cos(off), long_m * sin(off))


def _widening(fix: PhoneFix) -> float:
    confidence = min(max(fix.confidence or USUAL_CONFIDENCE, 0.05), 0.999)
    return sqrt(log(1 - HOLDS) / log(1 - confidence))


def compare(fix: PhoneFix, place: Place) -> Agreement:
    """Whether a phone's place and a place by words can be the same."""
    away_m = distance_m((fix.lon, fix.lat), (place.lon, place.lat))
    one_m, other_m = reach_m(fix, place), max(place.radius_m, LEAST_RADIUS_M)
    gap_m = max(away_m - one_m - other_m, 0.0)
    verdict: Verdict = "agrees" if gap_m == 0 else "near" if gap_m <= NEAR_M else "conflict"
    return Agreement(verdict, round(away_m, 1), round(gap_m, 1), round(_overlap(away_m, one_m, other_m), 3))


def _overlap(away: float, one: float, other: float) -> float:
    """The common area of two circles, as a share of the smaller one's."""
    small, large = min(one, other), max(one, other)
    if away >= small + large:
        return 0.0
    if away <= large - small:
        return 1.0
    small_angle = acos((away**2 + small**2 - large**2) / (2 * away * small))
    large_angle = acos((away**2 + large**2 - small**2) / (2 * away * large))
    kite = 0.5 * sqrt(
        max((-away + small + large) * (away + small - large) * (away - small + large) * (away + small + large), 0.0)
    )
    return min((small**2 * small_angle + large**2 * large_angle - kite) / (pi * small**2), 1.0)
