"""The sections of a scenario that change a city's days: roads, hospitals, calendar. Read by `scenario`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from dispatch.roads.flood import DEEPEST_CM

Positive = Annotated[float, Meta(gt=0.0)]
NotNegative = Annotated[float, Meta(ge=0.0)]
Share = Annotated[float, Meta(ge=0.0, le=1.0)]
Level = Annotated[int, Meta(ge=1, le=4)]
ClockTime = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Id = Annotated[str, Meta(min_length=1)]
Lon = Annotated[float, Meta(ge=106.0, le=108.0)]
Lat = Annotated[float, Meta(ge=8.0, le=12.0)]


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A section of a scenario; keys that it does not have are refused."""


class When(Part, frozen=True, kw_only=True, omit_defaults=True):
    """
    From when until when: `from` and `until` once, or `daily_from` and `daily_until` every day; absent: all the time.

    Moments without a zone are local.
    """

    from_: datetime | None = msgspec.field(default=None, name="from")
    until: datetime | None = None
    daily_from: ClockTime | None = None
    daily_until: ClockTime | None = None


class Where(When, frozen=True, kw_only=True):
    """
    Which streets, told in one way: numbers of OpenStreetMap's `ways`; a `ward` by its name or code; a `polygon` of
    points; a circle by `lon`, `lat` and `radius_m`. With `street`, only those of that name in it.
    """

    street: str | None = None
    ways: tuple[int, ...] = ()
    ward: Id | None = None
    polygon: tuple[tuple[Lon, Lat], ...] = ()
    lon: Lon | None = None
    lat: Lat | None = None
    radius_m: Annotated[float, Meta(gt=0.0, le=50_000.0)] | None = None


class Closure(Where, frozen=True, kw_only=True):
    """`[[closure]]`: nobody passes, other than on foot; with `slow_kph` not faster than this."""

    slow_kph: Annotated[float, Meta(gt=0.0, le=150.0)] | None = None


class Flood(Where, frozen=True, kw_only=True):
    """`[[flood]]`: as fast as the desk's own formula for that depth lets a car drive; 30 cm and more shut the road."""

    depth_cm: Annotated[float, Meta(gt=0.0, le=DEEPEST_CM)]


class Calendar(Part, frozen=True, kw_only=True):
    """`[calendar]`: whether lunar Tết and public holidays make their days otherwise; the factors are guesses."""

    tet: bool = False
    holidays: bool = False


class Surge(When, frozen=True, kw_only=True):
    """`[[surge]]`: so many times the usual emergencies: heat, an outbreak, a storm."""

    name: str = ""
    factor: Annotated[float, Meta(ge=0.0, le=100.0)]


class Event(When, frozen=True, kw_only=True):
    """
    `[[event]]`: a crowd at a place; `calls_per_10000_h`: emergencies an hour among 10,000 people (guess), beside the
    usual ones. `standby_units`: units that stand there from its beginning to its end, if any is free then.
    """

    name: Id
    lon: Lon
    lat: Lat
    crowd: Annotated[float, Meta(ge=0.0, le=2_000_000.0)]
    calls_per_10000_h: Annotated[float, Meta(ge=0.0, le=100.0)] = 0.5
    standby_units: Annotated[int, Meta(ge=0, le=100)] = 0


class Patience(Part, frozen=True, kw_only=True):
    """
    `[patience]`: calls of these levels are given up when nobody has been sent within a drawn time from the answer, of
    this mean (guess): the patient goes by other means.
    """

    mean_s: Positive
    levels: tuple[Level, ...] = (2, 3, 4)


class Breakdowns(Part, frozen=True, kw_only=True):
    """`[breakdowns]`: how often a unit breaks down, in 1,000 hours, and how long it is away (both guesses)."""

    per_1000_h: Positive = 1.0
    repair_mean_s: Positive = 14_400.0


class Diversion(When, frozen=True, kw_only=True):
    """
    `[[diversion]]`: a hospital asks not to receive these `kinds` (capabilities of the pack, such as `stroke`), or
    nobody at all. `days`: of every month, as a duty list has them.
    """

    hospital: Id
    kinds: tuple[Id, ...] = ()
    days: tuple[Annotated[int, Meta(ge=1, le=31)], ...] = ()


class Jam(Where, frozen=True, kw_only=True):
    """`[[traffic]]`: ordinary traffic drives at this share of its usual speed; without a place, everywhere."""

    speed_share: Annotated[float, Meta(ge=0.02, le=2.0)]
