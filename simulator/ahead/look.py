"""
The hours from now on, many times, under each alternative; all meet the same calls (common random numbers).

Calls are drawn for half an hour longer than is looked at, so that the last ones that count do not meet a city without
demand. Nothing here reads a clock: the same start, seed and request give the same result.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from dispatch.assignment.eligible import skill_bits
from dispatch.city.build import open_city
from dispatch.city_builders import BUILDERS
from dispatch.city_pack import load_city_pack
from dispatch.domain.clock import LOCAL
from dispatch.policy.model import not_in_use, overlay
from simulator.ahead.asked import AS_NOW, AheadAsked, Alternative, as_now, check_alternatives, completed
from simulator.ahead.begin import Beginning, Ends, make_units, more_calls, open_calls
from simulator.ahead.figures import Watch, figures_of, moments, summarise
from simulator.ahead.forecast import Forecast, forecast_of
from simulator.ahead.now import about_now
from simulator.ahead.roads import AboutRoads, RoadsAhead
from simulator.ahead.start import Start
from simulator.ahead.under_way import ways_of, with_longer_ways
from simulator.begun import Begun
from simulator.calls import Calls
from simulator.city import SKILLS, CityWorld, TableOf
from simulator.city_calls import joined
from simulator.day import Day
from simulator.drawn_calls import draw_calls
from simulator.errors import ScenarioError
from simulator.run import open_roads
from simulator.scenario import Scenario, read_scenario
from simulator.streams import stream
from simulator.sweep import begin_work
from simulator.units import KIND_NAMES, OFF, Unit

SAME_WORDS = ("diversion", "closure", "flood", "traffic")
"""Sections that an alternative has as a scenario has them."""
RUNS_ON_S = 1800.0
"""So much longer calls come in than are counted (guess)."""
BLOCK = 5
"""Replications of all alternatives between two words about how far it is."""
Say = Callable[[str], None]
Row = dict[str, Any]
Job = tuple[int, int]
"""Which alternative, and the seed."""


class Look:
    """One alternative, ready for any seed; tables of travel times are shared by all that have the same roads."""

    def __init__(
        self, start: Start, asked: AheadAsked, told: Alternative, forecast: Forecast, table_of: TableOf
    ) -> None:
        self.asked, self.told, self.forecast = asked, told, forecast
        self.world = CityWorld(scenario_of(start, asked, told), f"alternative {told.name!r}", table_of)
        changed, ways = self.world.changed, ways_of(start, self.world.pack)
        longer_s = table_of.longer_s(ways, changed) if changed and isinstance(table_of, RoadsAhead) else {}
        self.start = with_longer_ways(start, longer_s)
        self.pack = forecast.put_into(self.world.pack)
        self.ends = Ends.of(self.world)
        self.can_refuse = {spot.id: spot.can_refuse for spot in self.world.stations}

    def replicate(self, seed: int) -> Row:
        """One course of the hours ahead."""
        day, watch = self.day(seed)
        day.run()
        targets_s = {int(level): target_s for level, target_s in self.world.policy.assignment.target_s.items()}
        return figures_of(day, watch, self.asked.hours, targets_s)

    def day(self, seed: int) -> tuple[Day, Watch]:
        """The day of a seed, not run yet."""
        world = self.world
        units = make_units(self.start, self.ends, self.can_refuse)
        beginning = Beginning(self.start, world, units)
        first = open_calls(self.start, world, self.ends, seed)
        begun = beginning.begun(first, seed)
        calls = joined(first, *self._coming(seed))
        self._change_units(units, begun)
        day = world.make_day(seed, calls, units, begun)
        coverage_s = world.policy.assignment.coverage_target_s
        return day, Watch(day, world.where_calls.zone_weight, coverage_s, moments(self.asked.hours))

    def _coming(self, seed: int) -> list[Calls]:
        """The forecast's calls, thinned or with others beside them by `scale`, and those that are asked for."""
        world, told = self.world, self.told
        until_s = self.asked.hours * 3600.0 + RUNS_ON_S
        assert world.scenario.city is not None
        per_day = self.forecast.usual_per_day * self.forecast.draw(seed)
        city = msgspec.structs.replace(world.scenario.city, emergencies_per_day=per_day)
        calls = draw_calls(self.pack, city, world.work, world.where_calls, seed, world.first_hour_s, until_s)
        if told.scale < 1.0:
            calls = calls.only((calls.kind != 0) | (stream(seed, "fewer").random(len(calls)) < told.scale))
        found = [calls]
        if told.scale > 1.0:
            rng, mean = stream(seed, "scale"), (told.scale - 1.0) * int((calls.kind == 0).sum())
            found.append(more_calls(world, (seed, 2), np.sort(rng.random(rng.poisson(mean)) * until_s)))
        if told.more_calls:
            within_s = min(told.more_calls_within_min * 60.0, self.asked.hours * 3600.0)
            at_s = np.sort(stream(seed, "more").random(told.more_calls) * within_s)
            found.append(more_calls(world, (seed, 3), at_s))
        return found

    def _change_units(self, units: list[Unit], begun: Begun) -> None:
        """Units that go off duty, and units more; those come after all others, so that no index moves."""
        for unit in units:
            if unit.id not in self.told.off_duty:
                continue
            if unit.index in begun.units:
                begun.units[unit.index].status = OFF
            else:
                unit.ends_duty = True
        rows = list(self.can_refuse)
        for more in self.told.units:
            for _ in range(more.count):
                row = rows.index(more.station)
                skills = skill_bits(SKILLS[more.kind]) & (3 if more.kind == "motorbike" else 7)
                units.append(
                    Unit(
                        index=len(units),
                        id=f"{more.station}+{len(units)}",
                        home=self.world.first_station + row,
                        station=row,
                        kind=KIND_NAMES.index(more.kind),
                        skills=skills,
                        can_refuse=self.can_refuse[more.station],
                    )
                )


def scenario_of(start: Start, asked: AheadAsked, told: Alternative) -> Scenario:
    """The alternative as a scenario that begins now; settings that this version does not know are left out."""
    strays = set(not_in_use(start.sections))
    in_force = {
        name: {key: value for key, value in section.items() if f"{name}.{key}" not in strays}
        for name, section in start.sections.items()
    }
    head = {
        "name": told.name,
        "start": start.at.astimezone(LOCAL),
        "duration_s": asked.hours * 3600.0 + RUNS_ON_S,
        "policy": told.policy,
        "move_up": told.move_up,
        "hospital": told.hospital,
    }
    settings = {name: section for name, section in overlay(in_force, told.settings).items() if section}
    whole = {"scenario": head, "city": {}, "settings": settings}
    whole |= {name: msgspec.to_builtins(getattr(told, name)) for name in SAME_WORDS}
    return read_scenario(whole, f"alternative {told.name!r}")


def look_ahead(
    start: Start, asked: AheadAsked, city: Path | None, say: Say, workers: int | None = None
) -> tuple[dict[str, Any], AboutRoads]:
    """The result as docs/planner.md describes it, and how the roads were asked. Raises ScenarioError."""
    say("loading the city")
    base = as_now(start)
    told = [base, *(completed(one, base) for one in asked.alternatives)]
    pack = load_city_pack()
    check_alternatives(asked, start, pack, "ahead")
    roads = _roads(start, asked, city, say)
    forecast = forecast_of(start, pack.demand, asked.calls_per_hour)
    if forecast.unknown_hours:
        say(f"the forecast leaves out {forecast.unknown_hours} hours of its log: they lie in gaps")
    looks = [Look(start, asked, one, forecast, roads) for one in told]
    rows = _replicate(looks, asked, workers or os.cpu_count() or 1, say)
    return _result(start, asked, looks, rows, roads.about), roads.about


def default_city() -> Path:
    """The city in use."""
    return open_city(builders=BUILDERS)


def _roads(start: Start, asked: AheadAsked, city: Path | None, say: Say) -> RoadsAhead:
    kinds = {unit.kind for unit in start.units} | {more.kind for one in asked.alternatives for more in one.units}
    return RoadsAhead(
        open_roads(city, say),
        lambda: city or default_city(),
        start.roads,
        start.at,
        asked.hours * 3600.0 + RUNS_ON_S,
        bikes="motorbike" in kinds,
        say=say,
    )


def _replicate(looks: Sequence[Look], asked: AheadAsked, workers: int, say: Say) -> list[list[Row]]:
    """By alternative, by replication; the same however many workers there are."""
    rows: list[list[Row]] = [[] for _ in looks]
    jobs = [(at, asked.seed + number) for number in range(asked.replications) for at in range(len(looks))]
    with _mapper(looks, min(workers, len(jobs))) as run:
        for done, ((at, _), row) in enumerate(zip(jobs, run(jobs), strict=True), 1):
            rows[at].append(row)
            if done % (BLOCK * len(looks)) == 0 or done == len(jobs):
                say(f"{done // len(looks)} of {asked.replications} replications")
    return rows


_LOOKS: list[Look] = []
"""What the workers, which are forks of this process, find in their memory: nothing is copied to them."""


@contextmanager
def _mapper(looks: Sequence[Look], workers: int) -> Iterator[Callable[[list[Job]], Iterator[Row]]]:
    if workers == 1:
        yield lambda jobs: (looks[at].replicate(seed) for at, seed in jobs)
        return
    _LOOKS[:] = looks
    try:
        with ProcessPoolExecutor(workers, mp_context=get_context("fork"), initializer=begin_work) as pool:
            yield lambda jobs: pool.map(_one, jobs)
    except BrokenProcessPool:
        raise ScenarioError("a worker", "was ended from outside", "perhaps memory is short: try --workers 1") from None
    finally:
        _LOOKS.clear()


def _one(job: Job) -> Row:
    at, seed = job
    return _LOOKS[at].replicate(seed)


def _result(
    start: Start, asked: AheadAsked, looks: Sequence[Look], rows: list[list[Row]], roads: AboutRoads
) -> dict[str, Any]:
    base = looks[0]
    settings = base.world.policy.assignment
    shown = [
        {
            "name": one.told.name,
            "policy": one.told.policy,
            "move_up": one.told.move_up,
            "hospital": one.told.hospital,
            "changes": {} if at == 0 else msgspec.to_builtins(asked.alternatives[at - 1]),
            **summarise(rows[at], rows[0] if at else None),
        }
        for at, one in enumerate(looks)
    ]
    about = msgspec.to_builtins(roads)
    about.pop("build_s")  # another time every time: it stands in run.json
    return {
        "at": start.at.isoformat(),
        "seq": start.seq,
        "hours": asked.hours,
        "seed": asked.seed,
        "replications": asked.replications,
        "baseline": AS_NOW,
        "now": about_now(start, base.world),
        "forecast": base.forecast.as_told(),
        "travel": about,
        "left_out": [msgspec.to_builtins(one) for one in start.left_out],
        "minutes": [at_s / 60.0 for at_s in moments(asked.hours)],
        "targets_s": {str(level): target_s for level, target_s in settings.target_s.items()},
        "coverage_target_s": settings.coverage_target_s,
        "alternatives": shown,
    }
