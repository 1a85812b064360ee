"""What the hours ahead are expected to bring: from the desk's own log, from a kept one, from the pack."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dispatch.city_pack import load_city_pack
from dispatch.domain.clock import LOCAL
from dispatch.errors import Unavailable
from simulator.ahead.forecast import forecast_of
from simulator.ahead.logged import hours_of_log, logged_hours
from simulator.ahead.start import LoggedHours, Start
from simulator.drawn_calls import draw_calls
from simulator.errors import ScenarioError
from simulator.logs.forecast import learn_all
from tests.simulator.days import make_world
from tests.simulator.test_uploads import HEAD, line

NOW = datetime(2026, 11, 30, 3, 20, tzinfo=UTC)
"""Monday, twenty past ten."""
DEMAND = load_city_pack().demand
WEEK = 10.0 + 4.0 * np.sin(np.arange(168) * 2 * np.pi / 24)


def logged(weeks: float = 6, *, ends: datetime = NOW, factor: float = 1.0) -> LoggedHours:
    """The week again and again to the last whole hour; its last day with so many times the calls."""
    until = ends.replace(minute=0)
    since = until - timedelta(weeks=weeks)
    first = since.astimezone(LOCAL).weekday() * 24 + since.astimezone(LOCAL).hour
    counts = np.array([WEEK[(first + at) % 168] for at in range(int(weeks * 168))])
    counts[-24:] *= factor
    return LoggedHours(source="desk", since=since, counts=tuple(counts.tolist()))


def start(known: LoggedHours | None, recent: int = 0) -> Start:
    return Start(at=NOW, seq=1, units=(), calls=(), recent=recent, logged=known)


class Log:
    """A desk's log that began some hours ago, with so many emergencies in each; `down`: pauses, in hours before now."""

    def __init__(
        self, hours: int, an_hour: int = 2, error: Exception | None = None, down: tuple[tuple[float, float], ...] = ()
    ) -> None:
        self._hours, self._an_hour, self._error = hours, an_hour, error
        self._down = [(NOW - timedelta(hours=first), NOW - timedelta(hours=last)) for first, last in down]

    async def began_at(self) -> datetime | None:
        if self._error:
            raise self._error
        return NOW - timedelta(hours=self._hours)

    async def count_emergencies(self, since: datetime, until: datetime) -> dict[datetime, int]:
        return {
            since + timedelta(hours=at): self._an_hour for at in range(0, int((until - since) / timedelta(hours=1)))
        }

    async def count_calls(self, since: datetime, until: datetime) -> int:
        return self._an_hour * self._hours * 3

    async def list_pauses(
        self, since: datetime, until: datetime, longer_than: timedelta
    ) -> list[tuple[datetime, datetime]]:
        return [one for one in self._down if one[1] - one[0] > longer_than]

    def read_all(self) -> AsyncIterator[list[Any]]:
        raise AssertionError("nobody folds a log for a forecast")


def ask(source: str, log: Log) -> LoggedHours | None:
    return asyncio.run(logged_hours(source, log, NOW, load_city_pack()))


def test_the_packs_forecast_follows_the_last_hour_half_way() -> None:
    quiet, busy = forecast_of(start(None, 5), DEMAND), forecast_of(start(None, 30), DEMAND)
    assert (quiet.source, quiet.logged_hours, quiet.seen) == ("pack", 0, 5)
    assert busy.factor == pytest.approx((30 + 10) / (busy.usual_per_hour + 10))
    drawn = [busy.draw(seed) for seed in range(500)]
    assert np.mean(drawn) == pytest.approx(busy.factor, rel=0.05)
    told = forecast_of(start(logged(), 30), DEMAND, told_per_hour=10.0)
    assert told.source == "told"
    assert told.usual_per_hour * told.draw(1) == pytest.approx(10.0)


def test_the_desks_own_log_is_forecast_as_the_model_of_hours_does() -> None:
    known = logged(factor=1.5)
    found = forecast_of(start(known, 99), DEMAND)
    since = known.since.astimezone(LOCAL)
    model = learn_all(np.array(known.counts, dtype=np.float64), since.weekday() * 24 + since.hour)
    assert (found.source, found.logged_hours) == ("desk", 6 * 168)
    assert found.usual_per_hour * found.factor == pytest.approx(float(model.ahead(10, 1).expected[0]))
    assert np.std([found.draw(seed) for seed in range(4000)]) / found.factor == pytest.approx(
        np.sqrt(model.dispersion), rel=0.05
    )


def test_a_log_that_ended_before_today_gives_the_week_and_the_last_hour_tells_how_busy_it_is() -> None:
    found = forecast_of(start(logged(ends=NOW - timedelta(days=3)), 20), DEMAND)
    assert found.usual_per_hour == pytest.approx(WEEK[10])
    assert found.factor == pytest.approx(30 / (WEEK[10] + 10))


def test_a_log_of_less_than_two_weeks_leaves_the_forecast_to_the_pack_and_says_how_long_it_is() -> None:
    found = forecast_of(start(logged(1.9), 5), DEMAND)
    assert replace(found, logged_hours=0) == forecast_of(start(None, 5), DEMAND)
    assert (found.source, found.as_told()["logged_hours"]) == ("pack", 319)


def test_calls_are_drawn_at_the_rates_of_the_forecast() -> None:
    found, world = forecast_of(start(logged()), DEMAND), make_world()
    assert world.scenario.city is not None
    city, where = world.scenario.city, world.where_calls
    pack = found.put_into(world.pack)
    drawn = [draw_calls(pack, city, world.work, where, seed, 10 * 3600.0, 3 * 3600.0) for seed in range(100)]
    counts = np.array([np.histogram(one.at_s[one.kind == 0], [0, 3600, 7200, 10_800])[0] for one in drawn])
    assert counts.mean(axis=0) == pytest.approx(WEEK[10:13], rel=0.1)


def test_what_the_forecast_learns_from_can_be_chosen_and_what_it_cannot_is_said() -> None:
    long, short = Log(24 * 30), Log(24)
    assert ask("pack", long) is None
    found = ask("auto", long)
    assert found is not None
    assert (found.since, len(found.counts), set(found.counts)) == (datetime(2026, 10, 31, 4, tzinfo=UTC), 719, {2.0})
    assert ask("auto", Log(1, error=Unavailable("no database"))) is None
    for source, log, said in (
        ("desk", short, "the desk's own log tells of 23 whole hours, and a forecast needs 336, two weeks"),
        ("log:20200101-000000-000000000", long, "no log 'log:20200101-000000-000000000' is kept here"),
        ("yesterday", long, "forecast 'yesterday' names nothing"),
    ):
        with pytest.raises(ScenarioError, match=said):
            ask(source, log)


class Silent(Log):
    """Nobody entered the calls of its outages afterwards."""

    async def count_emergencies(self, since: datetime, until: datetime) -> dict[datetime, int]:
        found = await super().count_emergencies(since, until)
        hour = timedelta(hours=1)
        return {at: n for at, n in found.items() if not any(a < at + hour and at < b for a, b in self._down)}


def test_hours_in_which_the_desk_was_down_are_unknown_and_not_quiet_unless_entered_from_paper() -> None:
    down = ((100.0, 80.5), (40.2, 40.0))  # the first for a night, the second so short that chance may do it
    found = ask("desk", Silent(24 * 30, down=down))
    assert found is not None
    assert [at for at, count in enumerate(found.counts) if count is None] == list(range(619, 639))
    told = forecast_of(start(found), DEMAND)
    assert (told.source, told.logged_hours, told.as_told()["unknown_hours"]) == ("desk", 699, 20)
    assert told.usual_per_hour == pytest.approx(2.0)
    entered = ask("desk", Log(24 * 30, down=down))
    assert entered is not None
    assert None not in entered.counts
    with pytest.raises(ScenarioError, match=r"tells of 331 whole hours \(20 lie in gaps\)"):
        ask("desk", Silent(352, down=down))


def test_a_logs_file_is_counted_by_the_hour(tmp_path: Path) -> None:
    (tmp_path / "short.csv").write_text(HEAD + "".join(line(i, i) for i in range(30)), encoding="utf-8")
    with pytest.raises(ScenarioError, match="tells of 28 whole hours"):
        hours_of_log(str(tmp_path / "short.csv"), load_city_pack())
    (tmp_path / "long.csv").write_text(HEAD + "".join(line(i, i) for i in range(400)), encoding="utf-8")
    found = hours_of_log(str(tmp_path / "long.csv"), load_city_pack())
    assert (found.source, found.counts[:3], len(found.counts)) == ("long.csv", (1.0, 1.0, 1.0), 398)
    assert found.since.astimezone(LOCAL).hour == 1
