"""How many calls a scenario will draw: told before anything is drawn."""

from __future__ import annotations

from dispatch.city_pack import CityPack
from simulator.errors import ScenarioError
from simulator.fitted import with_fit
from simulator.kept_logs import demand_file
from simulator.scenario import Scenario

DAY_S = 86_400.0
MEMORY_HOLDS = 20_000_000
"""Calls of one run that a machine of some 16 GB can keep in full (guess): 270 years of the city."""


def check_holds(scenario: Scenario, pack: CityPack | None, where: str) -> None:
    """Raises ScenarioError for a run that no memory would hold: a slip of the pen in a duration or a rate."""
    if scenario.city is not None and scenario.city.calls:
        return
    calls = calls_per_day(scenario, pack, where) * scenario.scenario.duration_s / DAY_S
    if calls > MEMORY_HOLDS:
        fact = f"about {calls:,.0f} calls are more than the {MEMORY_HOLDS:,} that one run can keep"
        raise ScenarioError(where, fact, "make duration_s shorter, or the demand smaller")


def calls_per_day(scenario: Scenario, pack: CityPack | None, where: str) -> float:
    """Calls of a day on average, all work that occupies units and the highest surge included; of a log's calls none."""
    city, work = scenario.city, scenario.work
    if city is None or pack is None:
        return 24 * sum(zone.rate_per_h for zone in scenario.zone)
    if city.demand:
        pack, work = with_fit(pack, work, demand_file(city.demand, where))
    emergencies = city.emergencies_per_day
    if emergencies is None:
        emergencies = pack.demand.calls_per_day * pack.demand.share_emergency
    emergencies *= max([1.0, *(one.factor for one in scenario.surge)])
    emergencies += sum(24 * one.crowd / 10_000 * one.calls_per_10000_h + one.standby_units for one in scenario.event)
    other = work.interfacility_per_day + work.home_per_day + work.standby_per_day + work.station_direct_per_day
    return (emergencies + other) * city.scale
