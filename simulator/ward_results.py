"""
What a day came to ward by ward and station by station, for maps: `map.json` of a run and of a comparison.

Wards are the new ones; emergencies after the warm-up count. Late: reached after the scenario's target. A ward with few
calls says little about itself: its number of calls stands beside every share, and a comparison marks a ward only when
its difference stands after Holm's correction over all wards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from shapely import set_precision
from shapely.geometry import mapping

from dispatch.city_pack import CityPack
from simulator.results import Outcomes, spread, utilisation
from simulator.statistics import Difference, holm, paired_difference

if TYPE_CHECKING:
    from simulator.city import CityWorld

Floats = NDArray[np.float64]
OUTLINE_DEG, PRECISION_DEG = 0.0005, 0.00001
LEAST_PAIRS = 3
"""Fewer days on which a ward had calls say nothing about a difference (guess)."""
WardRow = tuple[int, int, float]
"""Calls, those of them that were late, and the sum of their responses in seconds."""


def run_map(outcomes: Outcomes, world: CityWorld, target_s: float) -> dict[str, Any]:
    """Of one run: by ward calls, mean, p90 and share late; by station its units, how busy they are, and its runs."""
    wards: dict[str, Any] = {}
    for code, response_s in _responses(outcomes, world).items():
        found = spread(response_s)
        late = float((response_s > target_s).mean())
        wards[code] = {
            "calls": len(response_s),
            "mean_s": found["mean"],
            "p50_s": found["p50"],
            "p90_s": found["p90"],
            "late": late,
        }
    return {"target_s": target_s, "wards": wards, "stations": _stations(outcomes, world)}


def ward_rows(outcomes: Outcomes, world: CityWorld, target_s: float) -> dict[str, WardRow]:
    """Of one replication, small enough to keep many of them."""
    found: dict[str, WardRow] = {}
    for code, response_s in _responses(outcomes, world).items():
        found[code] = (len(response_s), int((response_s > target_s).sum()), float(response_s.sum()))
    return found


def compared_map(rows: Mapping[str, Sequence[Mapping[str, WardRow]]], target_s: float) -> dict[str, Any]:
    """
    Of a comparison, from the ward rows of each scenario's replications, the baseline first: means over all days, and
    the others' paired differences to the baseline.

    A day on which a ward had no call in one of the two is no pair.
    """
    names = list(rows)
    return {
        "baseline": names[0],
        "target_s": target_s,
        "scenarios": {name: {"wards": _pooled(told)} for name, told in rows.items()},
        "differences": {name: _differences(rows[name], rows[names[0]]) for name in names[1:]},
    }


def ward_outlines(pack: CityPack) -> dict[str, Any]:
    """The new wards as GeoJSON, to some 50 m: for looking at, not for asking which ward a point is in."""
    features = [
        {
            "type": "Feature",
            "geometry": mapping(set_precision(outline.simplify(OUTLINE_DEG), PRECISION_DEG)),
            "properties": {"code": ward.code, "name": ward.name, "name_en": ward.name_en},
        }
        for ward, outline in zip(pack.wards, pack.outlines, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}


def _responses(outcomes: Outcomes, world: CityWorld) -> dict[str, Floats]:
    """The responses that count, in seconds, by the code of the new ward that the calls came from."""
    zone = outcomes.day.calls.zone
    seen = np.flatnonzero(outcomes.counted & outcomes.served & (outcomes.day.calls.kind == 0) & (zone >= 0))
    codes, code_of = np.unique([ward.new_ward for ward in world.wards], return_inverse=True)
    of_call = code_of.astype(np.int16)[zone[seen]]
    order = np.argsort(of_call, kind="stable")
    parts = np.split(outcomes.response_s[seen[order]], np.searchsorted(of_call[order], np.arange(1, len(codes))))
    return {str(code): response_s for code, response_s in zip(codes, parts, strict=True) if len(response_s)}


def _stations(outcomes: Outcomes, world: CityWorld) -> dict[str, Any]:
    day, busy = outcomes.day, utilisation(outcomes)
    station_of = np.array([unit.station for unit in day.units])
    runs = np.bincount(station_of[day.runs.column("unit")], minlength=len(world.stations))
    found = {}
    for row, station in enumerate(world.stations):
        shares = [busy[unit.id] for unit in day.units if unit.station == row]
        found[station.id] = {
            "lon": station.lon,
            "lat": station.lat,
            "units": len(shares),
            "utilisation": sum(shares) / len(shares) if shares else None,
            "runs": int(runs[row]),
        }
    return found


def _pooled(days: Sequence[Mapping[str, WardRow]]) -> dict[str, Any]:
    total: dict[str, list[float]] = {}
    for day in days:
        for code, row in day.items():
            sums = total.setdefault(code, [0.0, 0.0, 0.0])
            for at, value in enumerate(row):
                sums[at] += value
    return {
        code: {"calls": calls / len(days), "late": late / calls, "mean_s": sum_s / calls}
        for code, (calls, late, sum_s) in sorted(total.items())
    }


def _differences(mine: Sequence[Mapping[str, WardRow]], base: Sequence[Mapping[str, WardRow]]) -> dict[str, Any]:
    found: dict[str, dict[str, Difference]] = {}
    for code in sorted({code for day in base for code in day}):
        pairs = [
            (one[code], other[code]) for one, other in zip(mine, base, strict=True) if code in one and code in other
        ]
        if len(pairs) < LEAST_PAIRS:
            continue
        found[code] = {
            "late": paired_difference([a[1] / a[0] for a, _ in pairs], [b[1] / b[0] for _, b in pairs]),
            "mean_s": paired_difference([a[2] / a[0] for a, _ in pairs], [b[2] / b[0] for _, b in pairs]),
        }
    told: dict[str, Any] = {code: {} for code in found}
    for figure in ("late", "mean_s"):
        adjusted = holm([one[figure].p_value for one in found.values()]).tolist() if found else []
        for (code, one), p_holm in zip(found.items(), adjusted, strict=True):
            interval = one[figure].estimate.interval
            told[code][figure] = {
                "mean": one[figure].estimate.mean, "low": interval.low, "high": interval.high, "p_holm": p_holm,
                "days": one[figure].estimate.n,
            }  # fmt: skip
    return told
