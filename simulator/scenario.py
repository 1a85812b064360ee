"""
A day described in TOML: read strictly, so that a slip of the pen says which key and what was probably meant.

Two kinds in one form. With `[city]`, the city pack's own demand, stations and hospitals on its roads; without it, the
queues of textbooks: zones with rates, units at posts, a travel matrix or none.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from dispatch.domain.clock import LOCAL
from dispatch.domain.words import Skill, UnitKind
from simulator.errors import ScenarioError
from simulator.rules import Queue
from simulator.scenario_parts import (
    Breakdowns,
    Calendar,
    ClockTime,
    Closure,
    Diversion,
    Event,
    Flood,
    Id,
    Jam,
    Level,
    NotNegative,
    Part,
    Patience,
    Positive,
    Share,
    Surge,
)
from simulator.strictly import read_strictly

Distribution = Literal["exponential", "lognormal", "deterministic", "gamma", "weibull", "uniform"]


class Head(Part, frozen=True, kw_only=True):
    """
    `[scenario]`. Times in seconds; `start` without a zone is local. Calls before `warm_up_s` are in no figure.

    `policy`, `move_up`, `hospital`: names of installed policies, or `file.py:Class`. `target_s`: what counts as within
    target (15 min is the city's plan).
    """

    name: str = ""
    seed: Annotated[int, Meta(ge=0)] = 1
    start: datetime = datetime(2026, 3, 2, tzinfo=LOCAL)
    duration_s: Positive
    warm_up_s: NotNegative = 0.0
    queue: Queue | None = None
    policy: str = "closest_idle"
    move_up: str = "static"
    hospital: str = "nearest"
    target_s: Positive = 900.0


class Travel(Part, frozen=True, kw_only=True):
    """`[travel]` of a textbook: a CSV file with the columns from, to, seconds beside the scenario, or "zero"."""

    matrix: str = "zero"
    zero: bool = False


class Zone(Part, frozen=True, kw_only=True):
    """`[[zone]]`: calls come from it as a Poisson process."""

    id: Id
    rate_per_h: NotNegative
    priority: Level = 1


class UnitPart(Part, frozen=True, kw_only=True):
    """`[[unit]]`. `prefer`: the zones that come to it first, unless `[preference]` says otherwise for them."""

    id: Id
    post: Id = "post"
    prefer: tuple[str, ...] = ()
    kind: UnitKind = "van"
    skills: tuple[Skill, ...] | None = None


class Service(Part, frozen=True, kw_only=True):
    """`[service]`: how long a call occupies its unit. `includes_travel`: the way to it is part of that."""

    distribution: Distribution = "exponential"
    mean_s: Positive
    sd_s: NotNegative | None = None
    includes_travel: bool = True


class City(Part, frozen=True, kw_only=True):
    """
    `[city]`: the pack's demand and places. `demand`: a demand.json of `saigon115 demand fit` beside the scenario
    instead; `scale` multiplies all calls; `emergencies_per_day` replaces what either says.

    `units`: the pack's staffed ones, all its vehicles as if each had a crew, or none of them. `share_two_units`: of the
    complaints that the desk sends several units to none are drawn; this share of traffic crashes takes two (guess).

    `calls`: a recorded log's calls of these hours as they were, nothing drawn; `demand` and `calls` are a file beside
    the scenario, or `log:ID` of one that the desk keeps. `closed`: stations that are not there, nor their units;
    `without`: units of the pack that are not on duty.
    """

    demand: str | None = None
    calls: str | None = None
    closed: tuple[Id, ...] = ()
    without: tuple[Id, ...] = ()
    emergencies_per_day: NotNegative | None = None
    scale: NotNegative = 1.0
    units: Literal["staffed", "all", "none"] = "staffed"
    refusals: bool = True
    share_two_units: Share = 0.05
    traffic: bool = True


class Work(Part, frozen=True, kw_only=True):
    """
    `[work]`: what else occupies the same units, a day. All guesses, chosen so that with the pack's emergencies a year
    has about 75,000 runs; nothing is published. Means in seconds, at the place until the unit leaves it.
    """

    interfacility_per_day: NotNegative = 40.0
    interfacility_mean_s: Positive = 1800.0
    home_per_day: NotNegative = 10.0
    home_mean_s: Positive = 1200.0
    standby_per_day: NotNegative = 3.0
    standby_mean_s: Positive = 14_400.0
    station_direct_per_day: NotNegative = 25.0
    station_direct_mean_s: Positive = 1800.0


class NewStation(Part, frozen=True, kw_only=True):
    """`[[station]]`: one that the pack does not have."""

    id: Id
    lon: Annotated[float, Meta(ge=106.0, le=108.0)]
    lat: Annotated[float, Meta(ge=8.0, le=12.0)]
    can_refuse: bool = False


class MovedStation(Part, frozen=True, kw_only=True):
    """`[[moved_station]]`: one of the pack that stands elsewhere, with its units."""

    id: Id
    lon: Annotated[float, Meta(ge=106.0, le=108.0)]
    lat: Annotated[float, Meta(ge=8.0, le=12.0)]


class ShiftPart(Part, frozen=True, kw_only=True):
    """
    `[[shift]]`: when these units are on duty, local time, every day; over midnight when it ends earlier than it starts,
    round the clock when both are the same. Units without a shift always are on duty. Of two shifts the last holds.
    """

    units: tuple[str, ...] = ()
    stations: tuple[str, ...] = ()
    starts: ClockTime
    ends: ClockTime
    rest_starts: ClockTime | None = None
    rest_min: NotNegative = 0.0


NEED_A_CITY = (
    "station", "moved_station", "shift", "closure", "flood", "traffic", "diversion", "surge", "event", "patience",
    "breakdowns", "settings",
)  # fmt: skip


class Scenario(Part, frozen=True, kw_only=True):
    """The whole file."""

    scenario: Head
    travel: Travel = Travel()
    zone: tuple[Zone, ...] = ()
    unit: tuple[UnitPart, ...] = ()
    preference: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    service: Service | None = None
    city: City | None = None
    work: Work = Work()
    station: tuple[NewStation, ...] = ()
    moved_station: tuple[MovedStation, ...] = ()
    shift: tuple[ShiftPart, ...] = ()
    closure: tuple[Closure, ...] = ()
    flood: tuple[Flood, ...] = ()
    traffic: tuple[Jam, ...] = ()
    diversion: tuple[Diversion, ...] = ()
    calendar: Calendar = Calendar()
    surge: tuple[Surge, ...] = ()
    event: tuple[Event, ...] = ()
    patience: Patience | None = None
    breakdowns: Breakdowns | None = None
    settings: dict[str, dict[str, Any]] = msgspec.field(default_factory=dict)


def load_scenario(path: Path) -> Scenario:
    """Read and check a file. Raises ScenarioError with the key, the fact and the way out."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ScenarioError(path, f"cannot be read ({error.strerror})", "name a TOML file") from None
    except UnicodeDecodeError:
        raise ScenarioError(path, "is no text in UTF-8", "save it as UTF-8") from None
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(path, f"is no TOML ({error})", "correct that line") from None
    return read_scenario(told, str(path))


def read_scenario(told: Mapping[str, Any], where: str) -> Scenario:
    """A scenario from what a TOML file says."""
    scenario = read_strictly(told, Scenario, where)
    _check(scenario, where)
    return scenario


def json_schema() -> dict[str, Any]:
    """The JSON schema of a scenario, for editors."""
    return msgspec.json.schema(Scenario)


def _check(scenario: Scenario, where: str) -> None:
    """What no single key can tell."""
    head = scenario.scenario
    if head.warm_up_s >= head.duration_s:
        raise ScenarioError(where, f"warm_up_s {head.warm_up_s:g} is not before the end", "make duration_s longer")
    ids = [unit.id for unit in scenario.unit]
    if twice := sorted({one for one in ids if ids.count(one) > 1}):
        raise ScenarioError(where, f"two units are called {twice[0]!r}", "give each its own id")
    if scenario.city is None:
        for key in NEED_A_CITY:
            if getattr(scenario, key):
                raise ScenarioError(where, f"[{key}] needs the city", "add [city], or take it out")
        if scenario.calendar != Calendar():
            raise ScenarioError(where, "[calendar] needs the city", "add [city], or take it out")
    elif scenario.zone or scenario.service or scenario.preference:
        raise ScenarioError(where, "[city] and [[zone]], [service] or [preference] do not go together", "choose one")
    elif scenario.city.calls and (scenario.city.demand or scenario.city.emergencies_per_day is not None):
        raise ScenarioError(where, "[city] calls are a log's as they were", "leave out demand and emergencies_per_day")
    elif scenario.city.calls and (scenario.surge or scenario.calendar != Calendar()):
        raise ScenarioError(where, "[city] calls are a log's as they were", "leave out [[surge]] and [calendar]")
    elif scenario.city.calls and scenario.city.scale != 1.0:
        raise ScenarioError(where, "[city] calls are a log's as they were", "for more or fewer, name it as demand")
