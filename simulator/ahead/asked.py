"""
What is asked of a look ahead: for how long, how often, and what else might be done than now; read strictly.

The first alternative is always "as now": the desk's own decisions under the policy in force.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from dispatch.city_pack import CityPack
from simulator.ahead.start import Start
from simulator.errors import ScenarioError
from simulator.policies.find import find_policy
from simulator.scenario_parts import Closure, Diversion, Flood, Jam
from simulator.strictly import read_strictly

AS_NOW = "as now"
ALTERNATIVES_MOST, REPLICATIONS, REPLICATIONS_MOST = 7, 30, 200
HOURS_LEAST, HOURS_MOST = 0.25, 12.0
MOST_UNITS, MOST_CALLS, MOST_ROADS = 50, 500, 20
AUTO, DESK, PACK = "auto", "desk", "pack"
"""What a forecast learns from; beside these, a log."""
POLICY, HOSPITAL = "desk", "load_aware"
MOVE_UP_OF = {"off": "static", "dmexclp": "dmexclp", "compliance": "desk_move_up"}
"""The simulator's policy for what the desk's move-up is set to."""


class Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Keys that it does not have are refused."""


class MoreUnits(Strict, frozen=True, kw_only=True):
    """`[[alternative.units]]`: so many units more at a station, on duty from now on."""

    station: Annotated[str, Meta(min_length=1)]
    kind: str = "van"
    count: Annotated[int, Meta(ge=1, le=MOST_UNITS)] = 1


class Alternative(Strict, frozen=True, kw_only=True):
    """
    What is otherwise than now. `settings`: sections of the desk's policy. `off_duty`: units that go off duty as soon as
    they are free. `more_calls`: so many emergencies beside the forecast's, within the first `more_calls_within_min`
    minutes. `scale`: so many times the forecast's emergencies. `diversion`: hospitals that ask to be spared as well.
    `closure`, `flood`, `traffic`: streets that are otherwise as well, as a scenario has them.
    """

    name: Annotated[str, Meta(min_length=1, max_length=80)]
    policy: str | None = None
    move_up: str | None = None
    hospital: str | None = None
    settings: dict[str, dict[str, Any]] = {}
    units: tuple[MoreUnits, ...] = ()
    off_duty: tuple[str, ...] = ()
    more_calls: Annotated[int, Meta(ge=0, le=MOST_CALLS)] = 0
    more_calls_within_min: Annotated[float, Meta(gt=0.0, le=HOURS_MOST * 60)] = 60.0
    scale: Annotated[float, Meta(ge=0.0, le=20.0)] = 1.0
    diversion: tuple[Diversion, ...] = ()
    closure: Annotated[tuple[Closure, ...], Meta(max_length=MOST_ROADS)] = ()
    flood: Annotated[tuple[Flood, ...], Meta(max_length=MOST_ROADS)] = ()
    traffic: Annotated[tuple[Jam, ...], Meta(max_length=MOST_ROADS)] = ()


class AheadAsked(Strict, frozen=True, kw_only=True):
    """
    `calls_per_hour`: emergencies, in place of the forecast. `forecast`: what that learns from: the `desk`'s own log, a
    kept one (`log:ID`), or the city `pack` alone; `auto` is the desk's log once that is long enough, else the pack.
    """

    hours: Annotated[float, Meta(ge=HOURS_LEAST, le=HOURS_MOST)] = 2.0
    replications: Annotated[int, Meta(ge=2, le=REPLICATIONS_MOST)] = REPLICATIONS
    seed: Annotated[int, Meta(ge=0)] = 1
    calls_per_hour: Annotated[float, Meta(ge=0.0, le=2000.0)] | None = None
    forecast: Annotated[str, Meta(min_length=1, max_length=200)] = AUTO
    alternatives: Annotated[tuple[Alternative, ...], Meta(max_length=ALTERNATIVES_MOST)] = ()


class _File(Strict, frozen=True, kw_only=True):
    """The TOML file of the command line."""

    alternative: tuple[Alternative, ...] = ()


def read_asked(told: Mapping[str, Any], where: str) -> AheadAsked:
    """Raises ScenarioError with the key, the fact and the way out."""
    return read_strictly(told, AheadAsked, where)


def ahead_schema() -> dict[str, Any]:
    """The JSON schema of what is asked."""
    return msgspec.json.schema(AheadAsked)


def load_alternatives(path: Path) -> tuple[Alternative, ...]:
    """`[[alternative]]` of a TOML file. Raises ScenarioError."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(path, f"cannot be read ({error})", "name a TOML file") from None
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(path, f"is no TOML ({error})", "correct that line") from None
    return read_strictly(told, _File, str(path)).alternative


def check_alternatives(asked: AheadAsked, start: Start, pack: CityPack, where: str) -> None:
    """What the desk's own units and stations must know. Raises ScenarioError."""
    names = [AS_NOW, *(one.name for one in asked.alternatives)]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ScenarioError(where, f"two alternatives are called {twice[0]!r}", "give each its own name")
    stations, units = {row.id for row in pack.stations}, {unit.id for unit in start.units}
    for one in asked.alternatives:
        at = f"{where}: alternative {one.name!r}"
        for key in ("policy", "move_up", "hospital"):
            if name := getattr(one, key):
                if ":" in name:
                    raise ScenarioError(at, f"{key} {name!r} is code of one's own", "name an installed policy")
                find_policy(key, name, at)
        for more in one.units:
            _known(at, "station", more.station, stations, "name one of the pack's stations")
            _known(at, "kind", more.kind, {"van", "motorbike"}, "choose van or motorbike")
        for unit in one.off_duty:
            _known(at, "unit on duty", unit, units, "GET /api/v1/units lists them")


def as_now(start: Start) -> Alternative:
    """The baseline, with the policies that the desk goes by."""
    set_to = start.sections.get("move_up", {}).get("policy", "dmexclp")
    return Alternative(name=AS_NOW, policy=POLICY, move_up=MOVE_UP_OF.get(set_to, "dmexclp"), hospital=HOSPITAL)


def completed(one: Alternative, base: Alternative) -> Alternative:
    """With the baseline's policies where it names none."""
    return msgspec.structs.replace(
        one,
        policy=one.policy or base.policy,
        move_up=one.move_up or base.move_up,
        hospital=one.hospital or base.hospital,
    )


def _known(where: str, what: str, name: str, known: set[str], way_out: str) -> None:
    if name not in known:
        near = get_close_matches(name, sorted(known), 1)
        raise ScenarioError(where, f"no {what} {name!r}", f"did you mean {near[0]!r}?" if near else way_out)
