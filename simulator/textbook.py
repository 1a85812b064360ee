"""A scenario without a city → a day: zones with Poisson calls, units at posts, a matrix of seconds or none at all."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from dispatch.assignment.eligible import skill_bits
from simulator.calls import Calls, plain_calls
from simulator.day import Day
from simulator.distributions import draw
from simulator.errors import ScenarioError
from simulator.places import Places, no_travel
from simulator.policies.base import Setup
from simulator.policies.find import make_policies
from simulator.rules import Rules
from simulator.scenario import Scenario, Zone
from simulator.streams import stream
from simulator.units import KIND_NAMES, Unit


def make_day(scenario: Scenario, where: str, seed: int) -> Day:
    """The day of a textbook scenario. Raises ScenarioError."""
    if not scenario.unit:
        raise ScenarioError(where, "there is no unit", "add a [[unit]] with id and post")
    if not any(zone.rate_per_h > 0 for zone in scenario.zone):
        raise ScenarioError(where, "nobody calls: no [[zone]] has a rate_per_h above 0", "add one")
    if scenario.service is None:
        raise ScenarioError(where, "there is no [service]", "add it with distribution and mean_s")
    head = scenario.scenario
    place_of = _places_of(scenario, where)
    units = [
        Unit(
            index=index,
            id=part.id,
            home=place_of[part.post],
            station=place_of[part.post],
            kind=KIND_NAMES.index(part.kind),
            skills=7 if part.skills is None else skill_bits(part.skills),
        )
        for index, part in enumerate(scenario.unit)
    ]
    preference = _preferences(scenario, place_of, where)
    setup = Setup(units, place_ids=list(place_of), preference=preference)
    rules = Rules(
        until_s=head.duration_s,
        queue=head.queue or "fifo",
        offers=False,
        returns=False,
        service_includes_travel=scenario.service.includes_travel,
        expected_turnout_s=0.0,
    )
    chosen = "preference" if preference else head.policy
    named = {"policy": chosen, "move_up": head.move_up, "hospital": head.hospital}
    policies = make_policies(named, where, setup)
    return Day(draw_calls(scenario, place_of, seed), units, _travel(scenario, place_of, where), rules, policies, seed)


def draw_calls(scenario: Scenario, place_of: dict[str, int], seed: int) -> Calls:
    """Poisson calls of each zone, and how long each takes, from one stream an attribute."""
    head, service = scenario.scenario, scenario.service
    assert service is not None
    times = [_arrivals(zone, seed, head.duration_s) for zone in scenario.zone]
    at_s = np.concatenate(times)
    row = np.repeat(np.arange(len(times)), [len(one) for one in times])
    order = np.argsort(at_s, kind="stable")
    at_s, row = at_s[order], row[order]
    places = np.array([place_of[zone.id] for zone in scenario.zone], dtype=np.int64)
    priority = np.array([zone.priority for zone in scenario.zone], dtype=np.int64)
    scene_s = draw(stream(seed, "service"), service.distribution, len(at_s), service.mean_s, service.sd_s)
    calls = plain_calls(at_s, places[row], scene_s, priority[row])
    calls.zone, calls.zones = row, tuple(zone.id for zone in scenario.zone)
    return calls


def _arrivals(zone: Zone, seed: int, duration_s: float) -> np.ndarray:
    rng = stream(seed, "arrival", zone.id)
    count = rng.poisson(zone.rate_per_h / 3600 * duration_s)
    return np.sort(rng.random(count)) * duration_s


def _places_of(scenario: Scenario, where: str) -> dict[str, int]:
    ids = [zone.id for zone in scenario.zone]
    if twice := sorted({one for one in ids if ids.count(one) > 1}):
        raise ScenarioError(where, f"two zones are called {twice[0]!r}", "give each its own id")
    names = dict.fromkeys([*ids, *(unit.post for unit in scenario.unit)])
    return {name: place for place, name in enumerate(names)}


def _preferences(scenario: Scenario, place_of: dict[str, int], where: str) -> dict[int, list[int]]:
    """By the zone's place, the units in the order in which they are asked."""
    index = {unit.id: at for at, unit in enumerate(scenario.unit)}
    zones = {zone.id for zone in scenario.zone}
    found: dict[int, list[int]] = {}
    for zone in scenario.zone:
        eager = sorted(
            (unit.prefer.index(zone.id), at) for at, unit in enumerate(scenario.unit) if zone.id in unit.prefer
        )
        if eager:
            found[place_of[zone.id]] = [at for _, at in eager]
    for zone_id, listed in scenario.preference.items():
        if zone_id not in zones:
            raise ScenarioError(where, f"[preference] names zone {zone_id!r}", f"zones are: {', '.join(sorted(zones))}")
        if stray := [one for one in listed if one not in index]:
            raise ScenarioError(
                where, f"[preference] {zone_id} names unit {stray[0]!r}", f"units are: {', '.join(index)}"
            )
        found[place_of[zone_id]] = [index[one] for one in listed]
    if stray_zones := sorted({zone for unit in scenario.unit for zone in unit.prefer} - zones):
        raise ScenarioError(where, f"a unit prefers zone {stray_zones[0]!r}", f"zones are: {', '.join(sorted(zones))}")
    return found


def _travel(scenario: Scenario, place_of: dict[str, int], where: str) -> Places:
    matrix = scenario.travel.matrix
    if matrix == "zero" or scenario.travel.zero:
        return no_travel(len(place_of))
    path = Path(where).parent / matrix
    table = np.full((len(place_of), len(place_of)), np.nan, dtype=np.float32)
    np.fill_diagonal(table, 0.0)
    for line, row in _rows(path):
        for column in ("from", "to"):
            if row[column] not in place_of:
                raise ScenarioError(
                    f"{path} line {line}",
                    f"{column} {row[column]!r} is no zone and no post",
                    f"places are: {', '.join(place_of)}",
                )
        table[place_of[row["to"]], place_of[row["from"]]] = _seconds(row["seconds"], f"{path} line {line}")
    for unit in scenario.unit:
        for zone in scenario.zone:
            if np.isnan(table[place_of[zone.id], place_of[unit.post]]):
                raise ScenarioError(path, f"no way from {unit.post!r} to {zone.id!r}", "add the row from,to,seconds")
    return Places([[np.where(np.isnan(table), np.inf, table).astype(np.float32)]])


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            if missing := {"from", "to", "seconds"} - set(reader.fieldnames or ()):
                raise ScenarioError(path, f"no column {sorted(missing)[0]!r}", "columns are: from, to, seconds")
            return list(enumerate(reader, 2))
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(path, f"cannot be read ({error})", "put the matrix beside the scenario") from None


def _seconds(text: str, where: str) -> float:
    try:
        value = float(text)
    except (TypeError, ValueError):
        value = float("nan")
    if not 0 <= value < float("inf"):
        raise ScenarioError(where, f"seconds is {text!r}", "give a number from 0 on")
    return value
