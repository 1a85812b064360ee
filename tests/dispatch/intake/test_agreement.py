"""A phone's place beside a place by words: they agree, are near, or cannot be the same."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.domain.phone import PhoneFix
from dispatch.domain.place import Place
from dispatch.intake.agreement import Agreement, compare, sure_radius_m

AT = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)
METRE_N = 1 / 111_194.93


def fix(north_m: float = 0.0, **fields: Any) -> PhoneFix:
    plain = {"lon": 106.7, "lat": 10.78 + north_m * METRE_N, "source": "aml_sms", "method": "wifi", "fixed_at": AT}
    return PhoneFix(**{**plain, "radius_m": 50.0, "confidence": 0.95, **fields})


def place(radius_m: float = 100.0) -> Place:
    return Place(lon=106.7, lat=10.78, kind="address", label="12 Lê Lợi", radius_m=radius_m)


@pytest.mark.parametrize(
    ("north_m", "wanted"),
    [
        (0.0, Agreement("agrees", 0.0, 0.0, 1.0)),
        (40.0, Agreement("agrees", 40.0, 0.0, 1.0)),
        (149.0, Agreement("agrees", 149.0, 0.0, 0.001)),
        (250.0, Agreement("near", 250.0, 100.0, 0.0)),
        (3_000.0, Agreement("conflict", 3_000.0, 2_850.0, 0.0)),
    ],
)
def test_circles_that_meet_agree_and_far_ones_conflict(north_m: float, wanted: Agreement) -> None:
    assert compare(fix(north_m), place()) == wanted


@pytest.mark.parametrize(("bearing_deg", "verdict", "gap_m"), [(0.0, "agrees", 0.0), (90.0, "conflict", 840.0)])
def test_an_ellipse_reaches_farther_along_its_longer_axis(bearing_deg: float, verdict: str, gap_m: float) -> None:
    found = compare(fix(1_000.0, radius_m=900.0, minor_m=60.0, bearing_deg=bearing_deg), place())
    assert found.verdict == verdict
    assert found.gap_m == pytest.approx(gap_m, abs=1.0)


def test_half_covered_circles_of_one_size_share_what_geometry_says() -> None:
    """Two circles of radius r with middles r apart share 2π/3 − √3/2 of r², which is 0.391 of one."""
    assert compare(fix(100.0, radius_m=100.0), place(100.0)).overlap == pytest.approx(0.391, abs=0.001)


def test_a_radius_is_widened_to_the_one_that_holds_nineteen_of_twenty() -> None:
    assert sure_radius_m(fix(radius_m=100.0, confidence=0.95)) == pytest.approx(100.0)
    assert sure_radius_m(fix(radius_m=100.0, confidence=None)) == pytest.approx(162.1, abs=0.1)
    assert sure_radius_m(fix(radius_m=None)) == 1000.0
    assert sure_radius_m(fix(radius_m=2.0)) == 30.0


@given(st.floats(0, 5_000), st.floats(1, 2_000), st.floats(0, 2_000))
def test_overlap_and_gap_never_contradict_each_other(north_m: float, radius_m: float, other_m: float) -> None:
    found = compare(fix(north_m, radius_m=radius_m), place(other_m))
    assert 0.0 <= found.overlap <= 1.0
    assert found.gap_m == 0.0 or found.overlap == 0.0
    assert (found.verdict == "agrees") == (found.gap_m == 0.0)
