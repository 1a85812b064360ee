"""
Where a phone says it is, from the messages that phones and networks send during an emergency call. Pure.

Read: the AML text message of ETSI TS 103 625 (`A"ML=1;lt=…;lg=…;rd=…`), the beta form that some Androids send
(`A"ML=2;lo=…`), and the HTTPS form of Android's Emergency Location Service. Every field may be missing or absurd: what
is usable is kept, the rest is told as a doubt, and nothing is refused. Identifiers of the device and its owner (IMSI,
IMEI, model) are not read at all: nobody here needs them. AML carries a circle; a network that knows an ellipse sends it
with the form, under the names of 3GPP TS 29.572: `semiMajor`, `semiMinor` (metres), `orientationMajor` (degrees).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import msgspec

from dispatch.domain.phone import PhoneFix
from dispatch.domain.words import PhoneFixMethod, PhoneFixSource
from dispatch.intake.decide import distance_m

OLDEST = timedelta(hours=24)
NEWEST = timedelta(minutes=5)
"""A fix is taken within these of its coming, or its time is not believed (guess)."""
LARGEST_RADIUS_M = 100_000.0
CITY = (106.7, 10.78)
FAR_M = 200_000.0
"""Farther from the city's middle than this is doubted, and kept: no call is refused for its place (guess)."""

_METHODS: dict[str, PhoneFixMethod] = {"g": "gnss", "w": "wifi", "c": "cell", "f": "fused"}
_METHODS |= {"gps": "gnss", "gnss": "gnss", "wifi": "wifi", "cell": "cell", "fused": "fused"}
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_HEADER = re.compile(r"""A(?:"|\\"|&quot;|'')ML\s*=\s*""", re.IGNORECASE)
_FLOOR = re.compile(r"[A-Za-z0-9.+-]{1,8}")
_SENDERS = ("number", "from", "sender", "msisdn", "device_number")
_TEXTS = ("message", "text", "sms", "body", "content")


class Located(msgspec.Struct, frozen=True):
    """Whose phone and where, either None when the message does not say; `doubts` are codes of what is wrong with it."""

    number: str | None
    fix: PhoneFix | None
    doubts: tuple[str, ...] = ()


def read_message(fields: Mapping[str, str], received_at: datetime) -> Located:
    """
    A message as a gateway hands it in: a text message with its sender, or the fields of the HTTPS form.

    A sender without digits hides its number, and is nobody: two of them must not be taken for one.
    """
    plain = {str(key).strip().lower(): str(value).strip() for key, value in fields.items()}
    number = next((plain[key][:40] for key in _SENDERS if re.search(r"[0-9]{3}", plain.get(key, ""))), None)
    text = next((plain[key] for key in _TEXTS if plain.get(key)), None)
    told = read_sms(text, received_at) if text is not None else read_form(plain, received_at)
    doubts = told.doubts if number else (*told.doubts, "no_number")
    return Located(number, told.fix, doubts)


def read_sms(text: str, received_at: datetime) -> Located:
    """An AML text message; what stands before its header is left out."""
    header = _HEADER.search(text)
    reader = _Reader([] if header else ["no_header"])
    parts = (f"ml={text[header.end() :]}" if header else text).split(";")
    fields: dict[str, str] = {}
    for key, _, value in (part.partition("=") for part in parts):
        fields.setdefault(key.strip().lower(), value.strip())
    if "lo" in fields:
        return _read_beta(reader, fields, received_at)
    confidence = reader.number(fields, "lc", "confidence", 0.0, 100.0)
    return reader.located(
        source="aml_sms",
        lat=reader.number(fields, "lt", "latitude", -90.0, 90.0),
        lon=reader.number(fields, "lg", "longitude", -180.0, 180.0),
        radius_m=reader.number(fields, "rd", "radius", 0.0, LARGEST_RADIUS_M),
        confidence=None if confidence is None else confidence / 100,
        method=fields.get("pm", ""),
        fixed_at=reader.time(_stamp(fields.get("top")), received_at),
        received_at=received_at,
        network=_network(fields.get("mcc"), fields.get("mnc")),
    )


def read_form(fields: Mapping[str, str], received_at: datetime) -> Located:
    """The HTTPS form: times in milliseconds since 1970, the confidence a share from 0 to 1."""
    reader = _Reader([])
    confidence = reader.number(fields, "location_confidence", "confidence", 0.0, 100.0)
    if confidence is not None and confidence > 1:
        confidence /= 100
    floor = fields.get("location_floor", "")
    major_m, minor_m, bearing_deg = _read_ellipse(reader, fields)
    return reader.located(
        source="aml_https",
        lat=reader.number(fields, "location_latitude", "latitude", -90.0, 90.0),
        lon=reader.number(fields, "location_longitude", "longitude", -180.0, 180.0),
        radius_m=major_m or reader.number(fields, "location_accuracy", "radius", 0.0, LARGEST_RADIUS_M),
        minor_m=minor_m,
        bearing_deg=bearing_deg,
        confidence=confidence,
        method=fields.get("location_source", ""),
        fixed_at=reader.time(_epoch(fields.get("location_time"), 1000), received_at),
        received_at=received_at,
        altitude_m=reader.optional(fields, "location_altitude", "altitude", -500.0, 9_000.0),
        floor=floor if _FLOOR.fullmatch(floor) else None,
        network=_network(fields.get("cell_network_mcc"), fields.get("cell_network_mnc")),
    )


def _read_ellipse(reader: _Reader, fields: Mapping[str, str]) -> tuple[float | None, float | None, float | None]:
    """Half the longer and the shorter axis, and where the longer one points; all of it or none."""
    major_m = reader.optional(fields, "semimajor", "semi_major", 0.0, LARGEST_RADIUS_M)
    minor_m = reader.optional(fields, "semiminor", "semi_minor", 0.0, LARGEST_RADIUS_M)
    bearing_deg = reader.optional(fields, "orientationmajor", "orientation", 0.0, 180.0)
    if major_m and minor_m and bearing_deg is not None and minor_m <= major_m:
        return major_m, minor_m, bearing_deg
    if major_m or minor_m:
        reader.doubt("bad_ellipse")
    return major_m, None, None


def _read_beta(reader: _Reader, fields: Mapping[str, str], received_at: datetime) -> Located:
    """The beta form: `lo=latitude,longitude,metres`, `lt` seconds after the call's time `et`."""
    place = dict(zip(("lat", "lon", "rd"), fields["lo"].split(","), strict=False))
    started, after = _epoch(fields.get("et"), 1), reader.optional(fields, "lt", "time", -86_400.0, 86_400.0)
    confidence = reader.number(fields, "lc", "confidence", 0.0, 100.0)
    radius_m = reader.number(place, "rd", "radius", 0.0, LARGEST_RADIUS_M)
    return reader.located(
        source="aml_sms",
        lat=reader.number(place, "lat", "latitude", -90.0, 90.0),
        lon=reader.number(place, "lon", "longitude", -180.0, 180.0),
        radius_m=radius_m,
        confidence=None if confidence is None else confidence / 100,
        method=fields.get("ls", ""),
        fixed_at=reader.time(started + timedelta(seconds=after) if started and after else started, received_at),
        received_at=received_at,
        network=_network(fields.get("mcc"), fields.get("mnc")),
    )


class _Reader:
    """Reads numbers and keeps what is wrong with them."""

    def __init__(self, doubts: list[str]) -> None:
        self._doubts = doubts

    def number(self, fields: Mapping[str, str], key: str, name: str, least: float, most: float) -> float | None:
        text = fields.get(key, "").strip()
        if not text:
            self._doubts.append(f"no_{name}")
            return None
        return self._within(text, name, least, most)

    def optional(self, fields: Mapping[str, str], key: str, name: str, least: float, most: float) -> float | None:
        text = fields.get(key, "").strip()
        return self._within(text, name, least, most) if text else None

    def doubt(self, code: str) -> None:
        self._doubts.append(code)

    def time(self, told: datetime | None, received_at: datetime) -> datetime:
        """The fix's own time when it can be true, else the time at which it came."""
        if told is None:
            self._doubts.append("no_time")
        elif not received_at - OLDEST <= told <= received_at + NEWEST:
            self._doubts.append("bad_time")
        else:
            return told
        return received_at

    def located(
        self,
        *,
        source: PhoneFixSource,
        lat: float | None,
        lon: float | None,
        radius_m: float | None,
        confidence: float | None,
        method: str,
        fixed_at: datetime,
        received_at: datetime,
        altitude_m: float | None = None,
        floor: str | None = None,
        network: str | None = None,
        minor_m: float | None = None,
        bearing_deg: float | None = None,
    ) -> Located:
        """The fix; None without a latitude and a longitude, or where the phone itself says that it has none."""
        if lat is None or lon is None or (abs(lat) < 1e-6 and abs(lon) < 1e-6):
            return Located(None, None, (*self._doubts, "no_position"))
        if distance_m((lon, lat), CITY) > FAR_M:
            self._doubts.append("far_away")
        fix = PhoneFix(
            lon=lon,
            lat=lat,
            source=source,
            method=_METHODS.get(method.strip().lower(), "unknown"),
            fixed_at=fixed_at,
            radius_m=radius_m or None,
            confidence=confidence or None,
            minor_m=minor_m,
            bearing_deg=bearing_deg,
            altitude_m=altitude_m,
            floor=floor,
            network=network,
            doubts=tuple(self._doubts),
        )
        return Located(None, fix, fix.doubts)

    def _within(self, text: str, name: str, least: float, most: float) -> float | None:
        value = float(text) if _NUMBER.fullmatch(text) else None
        if value is None or not least <= value <= most:
            self._doubts.append(f"bad_{name}")
            return None
        return value


def _stamp(text: str | None) -> datetime | None:
    """A time written as 20261129093000, in UTC."""
    if text is None or not re.fullmatch(r"[0-9]{14}", text):
        return None
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _epoch(text: str | None, per_second: int) -> datetime | None:
    if text is None or not re.fullmatch(r"[0-9]{9,14}", text):
        return None
    try:
        return datetime.fromtimestamp(int(text) / per_second, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _network(mcc: str | None, mnc: str | None) -> str | None:
    """Country and network such as 452-04."""
    if mcc and mnc and re.fullmatch(r"[0-9]{3}", mcc) and re.fullmatch(r"[0-9]{1,3}", mnc):
        return f"{mcc}-{mnc.zfill(2)}"
    return None
