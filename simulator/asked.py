"""
What a planner asks for → a job and its scenarios as TOML, checked before anything starts.

Over HTTP only installed policies may be named and no file of this machine be read: a class by `file.py:Class`, a matrix
or a fitted demand by path are for the command line.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec
import tomlkit
from pydantic import BaseModel, ConfigDict, Field

from dispatch.city_pack import CityPack
from dispatch.domain.clock import LOCAL
from dispatch.errors import Malformed
from simulator import textbook
from simulator.city import CityWorld
from simulator.city_table import without_roads
from simulator.errors import ScenarioError
from simulator.expected import DAY_S, calls_per_day
from simulator.jobs import Job, new_id
from simulator.kept_logs import calls_between
from simulator.policies.find import find_policy
from simulator.scenario import Scenario, read_scenario

SCENARIOS_MOST, REPLICATIONS_MOST = 8, 200
CALLS_MOST, CALLS_IN_ALL_MOST = 1_000_000, 20_000_000
"""Calls of one run and of a whole comparison: about ten years of 115, and an afternoon on two cores (guesses)."""
REPLICATIONS = 20
Told = dict[str, Any] | str


class AskedFor(BaseModel):
    """
    One `scenario`, or several in `scenarios`, the baseline first: as JSON of a scenario's form, or as TOML text.

    With `kind` "ahead": the hours from now on, under `alternatives` (docs/planner.md).
    """

    model_config = ConfigDict(extra="forbid")
    kind: Literal["ahead"] | None = None
    name: str = Field(default="", max_length=120)
    scenario: Told | None = None
    scenarios: list[Told] | None = Field(default=None, min_length=1, max_length=SCENARIOS_MOST)
    replications: int | None = Field(default=None, ge=2, le=REPLICATIONS_MOST)
    half_width: float | None = Field(default=None, gt=0.0, lt=1.0)
    hours: float | None = None
    seed: int | None = None
    calls_per_hour: float | None = None
    forecast: str | None = None
    alternatives: list[dict[str, Any]] | None = None

    def ahead(self) -> dict[str, Any]:
        """What a look ahead is asked; raises Malformed for keys of the others."""
        told = self.model_dump(exclude={"kind", "name"}, exclude_none=True)
        if strays := sorted(told.keys() & {"scenario", "scenarios", "half_width"}):
            raise Malformed(f"{strays[0]} is no key of a look ahead, which starts from now; leave it out")
        return told


def read_asked(asked: AskedFor, pack: CityPack, by: str, now: datetime) -> tuple[Job, dict[str, str]]:
    """The job, and its scenarios by file name. Raises Malformed with the key, the fact and the way out."""
    told = _told(asked)
    is_run = len(told) == 1
    if is_run and (asked.replications or asked.half_width):
        raise Malformed(
            "replications and half_width compare scenarios, and there is one; send two or more in `scenarios`"
        )
    replications = None if is_run else asked.replications or REPLICATIONS
    try:
        scenarios = [
            _read(one, pack, "scenario" if is_run else f"scenario {at}", replications or 1, len(told))
            for at, one in enumerate(told, 1)
        ]
    except ScenarioError as error:
        raise Malformed(str(error)) from None
    files = _file_names([one.scenario.name for one, _ in scenarios])
    job = Job(
        id=new_id(now),
        name=asked.name.strip() or " · ".join(one.scenario.name or "?" for one, _ in scenarios)[:120],
        kind="run" if is_run else "comparison",
        by=by,
        scenarios=tuple(files),
        replications=replications,
        half_width=asked.half_width,
        created_at=now,
    )
    return job, {file: text for file, (_, text) in zip(files, scenarios, strict=True)}


def _told(asked: AskedFor) -> Sequence[Told]:
    for key in ("hours", "seed", "calls_per_hour", "forecast", "alternatives"):
        if getattr(asked, key) is not None:
            raise Malformed(f'{key} belongs to a look ahead; send "kind": "ahead" with it, or leave it out')
    if (asked.scenario is None) == (asked.scenarios is None):
        raise Malformed("the body has neither or both of `scenario` and `scenarios`; send one of them")
    return asked.scenarios or [asked.scenario or {}]


def _read(told: Told, pack: CityPack, where: str, replications: int, beside: int) -> tuple[Scenario, str]:
    """The scenario, checked, and its TOML: the planner's own text where there is one."""
    content = _parse(told, where) if isinstance(told, str) else _without_none(told)
    scenario = read_scenario(content, where)
    _check_names(scenario, where)
    _check_size(scenario, pack, where, replications * beside)
    if scenario.city is not None:
        _check_city(scenario, pack, where)
    else:
        _check_textbook(scenario, where)
    return scenario, told if isinstance(told, str) else tomlkit.dumps(content)


def _parse(text: str, where: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(where, f"is no TOML ({error})", "correct that line") from None


def _without_none(value: Any) -> Any:
    """TOML has no null: what is null is left out."""
    if isinstance(value, dict):
        return {key: _without_none(one) for key, one in value.items() if one is not None}
    return [_without_none(one) for one in value] if isinstance(value, list) else value


def _check_names(scenario: Scenario, where: str) -> None:
    for key in ("policy", "move_up", "hospital"):
        name = getattr(scenario.scenario, key)
        if ":" in name:
            raise ScenarioError(
                where,
                f"{key} {name!r} is code of one's own",
                "run it by `saigon115 simulate run`, or name an installed",
            )
        find_policy(key, name, where)
    if scenario.travel.matrix != "zero":
        raise ScenarioError(
            where, "[travel] matrix names a file", 'run it by `saigon115 simulate run`, or say matrix = "zero"'
        )
    for key in ("demand", "calls"):
        named = getattr(scenario.city, key, None)
        if named and not named.startswith("log:"):
            raise ScenarioError(
                where,
                f"[city] {key} names a file",
                "run it by `saigon115 simulate run`, or name a log kept here: log:ID",
            )


def _check_size(scenario: Scenario, pack: CityPack, where: str, runs: int) -> None:
    """Nobody draws a billion calls by a slip of the pen."""
    calls = _calls(scenario, pack, where)
    if calls > CALLS_MOST:
        raise ScenarioError(
            where, f"about {calls:,.0f} calls are more than the {CALLS_MOST:,} of one run", "make duration_s shorter"
        )
    if calls * runs > CALLS_IN_ALL_MOST:
        raise ScenarioError(
            where,
            f"about {calls:,.0f} calls, {runs} times, are more than {CALLS_IN_ALL_MOST:,}",
            "ask for fewer replications, or make duration_s shorter",
        )


def _calls(scenario: Scenario, pack: CityPack, where: str) -> float:
    """Of one run: of a log as many as it has in these hours."""
    if scenario.city is None or scenario.city.calls is None:
        return calls_per_day(scenario, pack, where) * scenario.scenario.duration_s / DAY_S
    start, duration_s = scenario.scenario.start, scenario.scenario.duration_s
    start = start if start.tzinfo else start.replace(tzinfo=LOCAL)
    return float(len(calls_between(scenario.city.calls, where, pack, start, duration_s, scenario.scenario.seed)))


def _check_city(scenario: Scenario, pack: CityPack, where: str) -> None:
    """Its city is made without roads: what is wrong with stations, units, shifts and settings shows."""
    CityWorld(scenario, where, without_roads).make_units()
    assert scenario.city is not None
    if scenario.city.calls is None and not calls_per_day(scenario, pack, where):
        raise ScenarioError(where, "nobody calls", "raise emergencies_per_day or scale")


def _check_textbook(scenario: Scenario, where: str) -> None:
    """Its first second is made as it would be run: whatever is wrong with it shows."""
    head = msgspec.structs.replace(scenario.scenario, duration_s=1.0, warm_up_s=0.0)
    textbook.make_day(msgspec.structs.replace(scenario, scenario=head), where, head.seed)


def _file_names(names: Sequence[str]) -> list[str]:
    """`scenario.toml` for one; several are called by their names, each once."""
    if len(names) == 1:
        return ["scenario.toml"]
    found: list[str] = []
    for at, name in enumerate(names, 1):
        plain = re.sub(r"[^\w+.%-]+", "-", name).strip("-.")[:60] or f"scenario-{at}"
        taken = {one.lower() for one in found}
        found.append(f"{plain}.toml" if f"{plain}.toml".lower() not in taken else f"{plain}-{at}.toml")
    return found
