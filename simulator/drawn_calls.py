"""
The calls that a city's own demand draws, part after part, so that a long run holds some thousand of them at a time.

However they are cut, the same calls come: each kind's times and attributes are read on from the same streams.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dispatch.city_pack import CityPack
from simulator.busy_days import BusyDays
from simulator.calls import Calls
from simulator.city_calls import HOURS, KINDS, Draws, Where, in_order, joined, make_calls
from simulator.scenario import City, Work
from simulator.streams import Seed, stream

Floats = NDArray[np.float64]
HOUR_S = 3600.0
AT_ONCE = 8192
"""So many calls are drawn at a time, more or less: parts are cut on the hour."""


class Arrivals:
    """When calls of one kind come: a Poisson process whose rate changes by the hour, evenly within each."""

    def __init__(self, seed: Seed, kind: str, mean: Floats, starts_s: Floats, duration_s: float) -> None:
        self._starts_s, self._duration_s = starts_s, duration_s
        self._rng = stream(seed, "arrival", kind)
        self.counts = self._rng.poisson(mean).astype(np.int32)

    def parts(self, cuts: Sequence[int]) -> Iterator[Floats]:
        """The times between these hours, in order; from the beginning whenever asked."""
        rng = deepcopy(self._rng)
        for low, high in pairwise(cuts):
            counts = self.counts[low:high]
            at_s = np.repeat(self._starts_s[low:high], counts) + rng.random(int(counts.sum())) * HOUR_S
            yield np.sort(at_s[(at_s >= 0) & (at_s < self._duration_s)])


class DrawnCalls:
    """
    `calls.Coming` of `duration_s` seconds. `busy`: factors on the usual rates, hour by hour; `beside`: calls that come
    too, in order of time.
    """

    def __init__(
        self,
        pack: CityPack,
        city: City,
        work: Work,
        where: Where,
        seed: Seed,
        first_hour_s: float,
        duration_s: float,
        busy: BusyDays | None = None,
        beside: Sequence[Calls] = (),
    ) -> None:
        self._pack, self._city, self._work, self._where, self._seed = pack, city, work, where, seed
        self._beside = beside
        self.kinds, self.complaints, self.zones = KINDS, tuple(pack.demand.complaint_mix), where.zone_names
        self._starts_s = np.arange(-(first_hour_s % HOUR_S), duration_s, HOUR_S)
        hours = ((first_hour_s + self._starts_s) // HOUR_S).astype(np.int64) % HOURS
        shape = np.asarray(pack.demand.hour_of_week)[hours]
        self._arrivals = [
            Arrivals(seed, kind, _hourly(kind, per_day * city.scale, shape, busy), self._starts_s, duration_s)
            for kind, per_day in zip(KINDS, _per_day(pack, city, work), strict=True)
        ]
        self._cuts = _cuts(np.sum([one.counts for one in self._arrivals], axis=0))
        self._counts = [[len(at_s) for at_s in one.parts(self._cuts)] for one in self._arrivals]

    def __len__(self) -> int:
        return sum(map(sum, self._counts)) + sum(map(len, self._beside))

    def parts(self) -> Iterator[Calls]:
        """In order of time; of two calls at the same instant the kind named first."""
        draws = self._of_kinds()
        for number, times in enumerate(zip(*(one.parts(self._cuts) for one in self._arrivals), strict=True)):
            rows = [draw.rows(len(at_s)) for draw, at_s in zip(draws, times, strict=True)]
            drawn = {name: np.concatenate([one[name] for one in rows]) for name in rows[0]}
            kind = np.repeat(np.arange(len(KINDS)), [len(at_s) for at_s in times])
            at_s = np.concatenate(times)
            calls = in_order(make_calls(self._pack, self._city, self._work, self._where, at_s, kind, drawn))
            yield joined(calls, *self._beside_of(number)) if self._beside else calls

    def whole(self) -> Calls:
        """All of them."""
        return joined(*self.parts())

    def _of_kinds(self) -> list[Draws]:
        """The streams as each kind finds them: its calls' come after those of all calls of the kinds before it."""
        draws, found = Draws(self._seed), []
        if len(self._cuts) == 2:  # the only part reads on from kind to kind by itself
            return [draws] * len(KINDS)
        for counts in self._counts:
            found.append(deepcopy(draws))
            for count in counts:
                draws.rows(count)
        return found

    def _beside_of(self, part: int) -> Iterator[Calls]:
        edges_s = [-np.inf, *self._starts_s[self._cuts[1:-1]].tolist(), np.inf]
        for calls in self._beside:
            first, last = np.searchsorted(calls.at_s, edges_s[part : part + 2])
            yield calls.only(slice(first, last))


def draw_calls(
    pack: CityPack, city: City, work: Work, where: Where, seed: Seed, first_hour_s: float, duration_s: float
) -> Calls:
    """All calls of these hours at once."""
    return DrawnCalls(pack, city, work, where, seed, first_hour_s, duration_s).whole()


def _per_day(pack: CityPack, city: City, work: Work) -> tuple[float, ...]:
    emergencies = city.emergencies_per_day
    if emergencies is None:
        emergencies = pack.demand.calls_per_day * pack.demand.share_emergency
    return (
        emergencies, work.interfacility_per_day, work.home_per_day, work.standby_per_day, work.station_direct_per_day
    )  # fmt: skip


def _hourly(kind: str, per_day: float, shape: Floats, busy: BusyDays | None) -> Floats:
    """How many calls of a kind are expected in each hour; events know no hour of the week."""
    mean = per_day / 24 * shape if kind != "standby_event" else np.full(len(shape), per_day / 24)
    if busy is not None:
        mean = mean * (busy.emergencies if kind == "emergency" else busy.planned)
    return mean


def _cuts(counts: NDArray[np.int64]) -> list[int]:
    """Hours at which a part begins, and the end: some `AT_ONCE` calls each."""
    number = counts.cumsum() // AT_ONCE
    begins = np.flatnonzero(np.diff(number)) + 1
    return [0, *begins.tolist(), len(counts)]
