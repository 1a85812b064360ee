"""Phones' messages: what is usable is kept, the rest is doubted, and nothing raises."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.domain.phone import PhoneFix
from dispatch.intake.aml import Located, read_message, read_sms

NOW = datetime(2026, 11, 29, 8, 0, 30, tzinfo=UTC)
SMS = (
    'A"ML=1;lt=+10.77257;lg=+106.69802;rd=25;top=20261129080003;lc=90;pm=W;si=452040000000000;'
    "ei=123456789012345;mcc=452;mnc=4;ml=128"
)
FIX = PhoneFix(
    lon=106.69802,
    lat=10.77257,
    source="aml_sms",
    method="wifi",
    fixed_at=datetime(2026, 11, 29, 8, 0, 3, tzinfo=UTC),
    radius_m=25.0,
    confidence=0.9,
    network="452-04",
)
FORM = {
    "v": "1",
    "device_number": "+84903115115",
    "location_latitude": "10.77257",
    "location_longitude": "106.69802",
    "location_time": "1795939203000",
    "location_accuracy": "8.5",
    "location_confidence": "0.6827",
    "location_source": "GPS",
    "location_altitude": "21.5",
    "location_floor": "3A",
    "cell_network_mcc": "452",
    "cell_network_mnc": "01",
    "device_imei": "355458061005220",
}


def changed(old: str, new: str) -> Located:
    assert old in SMS
    return read_sms(SMS.replace(old, new), NOW)


def test_a_whole_message_is_read_whole_without_whose_device_it_is() -> None:
    assert read_message({"number": "0903 115 115", "message": SMS}, NOW) == Located("0903 115 115", FIX)
    assert "123456789012345" not in str(read_sms(SMS, NOW))


def test_the_https_form_is_read_whole() -> None:
    located = read_message(FORM, NOW)
    assert located == Located(
        "+84903115115",
        PhoneFix(
            lon=106.69802,
            lat=10.77257,
            source="aml_https",
            method="gnss",
            fixed_at=datetime(2026, 11, 29, 8, 0, 3, tzinfo=UTC),
            radius_m=8.5,
            confidence=0.6827,
            altitude_m=21.5,
            floor="3A",
            network="452-01",
        ),
    )


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ({"semiMajor": "120", "semiMinor": "40", "orientationMajor": "75"}, (120.0, 40.0, 75.0, ())),
        ({"semiMajor": "120", "semiMinor": "400", "orientationMajor": "75"}, (120.0, None, None, ("bad_ellipse",))),
        ({"semiMajor": "120"}, (120.0, None, None, ("bad_ellipse",))),
    ],
)
def test_an_ellipse_is_kept_whole_or_as_the_circle_that_holds_it(
    told: dict[str, str], wanted: tuple[object, ...]
) -> None:
    fix = read_message(FORM | told, NOW).fix
    assert fix is not None
    assert (fix.radius_m, fix.minor_m, fix.bearing_deg, fix.doubts) == wanted


def test_the_beta_form_is_read() -> None:
    text = 'A"ML=2;en=115;et=1795939200;lo=10.77257,106.69802,20.1;lt=3;lc=68;ls=F;ei=355458061005220'
    fix = read_sms(text, NOW).fix
    assert fix is not None
    assert (fix.lat, fix.lon, fix.radius_m, fix.method) == (10.77257, 106.69802, 20.1, "fused")
    assert fix.fixed_at == datetime(2026, 11, 29, 8, 0, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("old", "new", "doubts", "fields"),
    [
        ("rd=25", "rd=N", ("bad_radius",), {"radius_m": None}),
        (";rd=25", "", ("no_radius",), {"radius_m": None}),
        ("rd=25", "rd=-5", ("bad_radius",), {"radius_m": None}),
        ("rd=25", "rd=9999999", ("bad_radius",), {"radius_m": None}),
        ("lc=90", "lc=190", ("bad_confidence",), {"confidence": None}),
        ("lc=90", "lc=0", (), {"confidence": None}),
        ("top=20261129080003", "top=20261329080003", ("no_time",), {"fixed_at": NOW}),
        ("top=20261129080003", "top=20130717141935", ("bad_time",), {"fixed_at": NOW}),
        ("top=20261129080003", "top=20991231235959", ("bad_time",), {"fixed_at": NOW}),
        ("pm=W", "pm=X", (), {"method": "unknown"}),
        ("mcc=452", "mcc=vn", (), {"network": None}),
        ('A"ML=1;', "", ("no_header",), {}),
        ('A"ML=1', "Kính gửi 115. A&quot;ML=1", (), {}),
        ("lt=+10.77257", "lt= 10.77257 ", (), {}),
        ("lt=+10.77257", "lt=+54.76397", ("far_away",), {"lat": 54.76397}),
    ],
)
def test_what_is_missing_or_absurd_is_doubted_and_the_rest_kept(
    old: str, new: str, doubts: tuple[str, ...], fields: dict[str, Any]
) -> None:
    fix = changed(old, new).fix
    assert fix is not None
    wanted = {**{name: getattr(FIX, name) for name in FIX.__struct_fields__}, **fields, "doubts": doubts}
    assert fix == PhoneFix(**wanted)


@pytest.mark.parametrize(
    ("old", "new", "doubt"),
    [
        ("lt=+10.77257", "lt=+100.77257", "bad_latitude"),
        ("lt=+10.77257", "lt=nan", "bad_latitude"),
        ("lt=+10.77257", "lt=1e1", "bad_latitude"),
        ("lg=+106.69802", "lg=", "no_longitude"),
        ("lt=+10.77257;lg=+106.69802;rd=25", "lt=+00.00000;lg=+000.00000;rd=N", "no_position"),
    ],
)
def test_without_a_place_there_is_no_fix(old: str, new: str, doubt: str) -> None:
    located = changed(old, new)
    assert located.fix is None
    assert doubt in located.doubts


@pytest.mark.parametrize("sender", [{}, {"number": ""}, {"number": "anonymous"}, {"from": "+"}])
def test_a_message_of_a_sender_that_is_missing_or_hidden_is_nobodys(sender: dict[str, str]) -> None:
    assert read_message({"message": SMS, **sender}, NOW) == Located(None, FIX, ("no_number",))


@given(st.text(max_size=300))
def test_no_text_raises(text: str) -> None:
    assert isinstance(read_sms(text, NOW), Located)


@given(st.dictionaries(st.sampled_from([*FORM, "message", "number", "from"]), st.text(max_size=30)))
def test_no_form_raises(fields: dict[str, str]) -> None:
    located = read_message(fields, NOW)
    assert located.fix is None or located.fix.fixed_at <= NOW + timedelta(minutes=5)
