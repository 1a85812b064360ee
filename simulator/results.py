"""
What a day comes to: a table of its calls, and the summary that the command line promises.

`response_s` is from the answer to the first treating unit on scene (docs/domain.md). Calls answered before the warm-up
ended are in the table and in no figure. Standard errors are those of 20 batch means of one run: see `statistics`.
"""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.day import Day
from simulator.runs import Runs
from simulator.statistics import BATCHES, batch_means
from simulator.timeline import Timeline
from simulator.units import FIRST, MAIN

Floats = NDArray[np.float64]
EIGHT_MIN_S, FIFTEEN_MIN_S = 480.0, 900.0
"""The targets that responses are shown against."""


class Outcomes:
    """
    One row a call: its main run (the first that reached it), the response, and how long it waited for a unit.

    `main`, `first`: the number of its run of that tier among the day's, -1 where there is none; `runs_of`: how many it
    had. Whatever else its main run tells is read from the day's rows: see `stamp`.
    """

    def __init__(self, day: Day, warm_up_s: float) -> None:
        calls, count = day.calls, len(day.calls)
        self.day, self.warm_up_s = day, warm_up_s
        self.main, self.first = np.full(count, -1, dtype=np.int32), np.full(count, -1, dtype=np.int32)
        self.runs_of = np.zeros(count, dtype=np.int32)
        first_s = np.full(count, np.nan)
        for tier, found in ((MAIN, self.main), (FIRST, self.first)):
            first_s = np.fmin(first_s, _first_on_scene(day.runs, tier, found))
        for block in day.runs.blocks():
            np.add.at(self.runs_of, block["call"], 1)
        self.response_s = first_s - calls.at_s
        self.waited_s = self.stamp("accepted_s") - calls.opened_s
        self.served = ~np.isnan(first_s)
        self.counted = calls.at_s >= warm_up_s

    def stamp(self, name: str) -> Floats:
        """A stamp of the main runs, NaN where a call has none."""
        return _of_runs(self.day.runs, name, self.main)

    def span(self, from_stamp: str, until_stamp: str) -> Floats:
        """How long it took the main runs from one stamp to the other, NaN where one is missing."""
        return self.stamp(until_stamp) - self.stamp(from_stamp)

    @cached_property
    def timeline(self) -> Timeline:
        """What every unit did, when and where."""
        return Timeline(self.day)


def _first_on_scene(runs: Runs, tier: int, found: NDArray[np.int32]) -> Floats:
    """When the first run of a tier reached each call; its number goes into `found`. Of two at once the one before."""
    soonest_s, row = np.full(len(found), np.inf), 0
    for block in runs.blocks():
        numbers = np.arange(row, row + len(block), dtype=np.int32)
        row += len(block)
        mine = (block["tier"] == tier) & (block["on_scene_s"] < soonest_s[block["call"]])
        late_to_soon = np.argsort(-block["on_scene_s"][mine][::-1], kind="stable")
        call, on_scene_s = block["call"][mine][::-1][late_to_soon], block["on_scene_s"][mine][::-1][late_to_soon]
        soonest_s[call], found[call] = on_scene_s, numbers[mine][::-1][late_to_soon]
    return np.where(found >= 0, soonest_s, np.nan)


def _of_runs(runs: Runs, name: str, rows: NDArray[np.int32]) -> Floats:
    if not len(runs):
        return np.full(len(rows), np.nan)
    return np.where(rows >= 0, runs.column(name)[rows], np.nan)


def summarise(outcomes: Outcomes, target_s: float) -> dict[str, Any]:
    """The figures of a day, JSON-ready; None where nothing happened that could be measured."""
    day, counted = outcomes.day, outcomes.counted
    calls = day.calls
    served = counted & outcomes.served
    emergency = served & (calls.kind == 0)
    response_s, waited_s = outcomes.response_s[emergency], outcomes.waited_s[served & ~np.isnan(outcomes.waited_s)]
    is_lost = (~outcomes.served[counted]).astype(np.float64)
    total, lost = int(counted.sum()), int(is_lost.sum())
    return {
        "calls": total,
        "served": total - lost,
        "lost": lost,
        "loss_share": lost / total if total else None,
        "emergencies": int(emergency.sum()),
        "response_s": spread(response_s),
        "target_s": target_s,
        "within_target": _share(response_s <= target_s),
        "within_s": {f"{limit:g}": _share(response_s <= limit) for limit in (EIGHT_MIN_S, FIFTEEN_MIN_S)},
        "by_priority": _by_priority(outcomes, emergency, target_s),
        "wait_s": {
            "mean": _mean(waited_s),
            "p_wait": _share(waited_s > 0),
            "mean_of_waiting": _mean(waited_s[waited_s > 0]),
        },
        "unit_utilisation": utilisation(outcomes),
        "indicators": indicators(outcomes),
        "runs": len(day.runs),
        "refusals": day.refusals,
        "silences": day.silences,
        "diversions": day.diversions,
        "moves": day.moves,
        **_mishaps(outcomes),
        "batch_se": {
            "loss_share": _error(is_lost),
            "response_s": _error(response_s),
            "within_target": _error((response_s <= target_s).astype(np.float64)),
            "wait_s": _error(waited_s),
            "p_wait": _error((waited_s > 0).astype(np.float64)),
            "unit_utilisation": _utilisation_errors(outcomes),
        },
    }


def _mishaps(outcomes: Outcomes) -> dict[str, int]:
    """Only where there were any."""
    day = outcomes.day
    given_up = {"given_up": sum(bool(outcomes.counted[one]) for one in day.given_up)} if day.given_up else {}
    return given_up | ({"breakdowns": day.breakdowns} if day.breakdowns else {})


def spread(values: Floats) -> dict[str, float | None]:
    """Mean and percentiles."""
    if not len(values):
        return {"mean": None, "p50": None, "p90": None, "p95": None}
    p50, p90, p95 = np.percentile(values, [50, 90, 95]).tolist()
    return {"mean": float(values.mean()), "p50": p50, "p90": p90, "p95": p95}


def utilisation(outcomes: Outcomes, batches: int = 1) -> dict[str, Any]:
    """For each unit the share of the time after the warm-up that it was on a run; with batches, a list of shares."""
    day, edges = outcomes.day, np.linspace(outcomes.warm_up_s, outcomes.day.rules.until_s, batches + 1)
    busy_s = np.zeros((batches, len(day.units)))
    for block in day.runs.blocks():
        begins, ends, whose = (np.ascontiguousarray(block[name]) for name in ("accepted_s", "free_s", "unit"))
        for batch, (low, high) in enumerate(pairwise(edges)):
            spent_s = np.clip(np.nan_to_num(ends, nan=high), low, high) - np.clip(begins, low, high)
            np.add.at(busy_s[batch], whose, spent_s)
    shares = busy_s / np.diff(edges)[:, None]
    if batches == 1:
        return {unit.id: float(shares[0, unit.index]) for unit in day.units}
    return {unit.id: shares[:, unit.index].tolist() for unit in day.units}


def indicators(outcomes: Outcomes) -> dict[str, float | None]:
    """
    The centre's indicators as docs/domain.md reads them, over emergencies; times are means in seconds.

    Unconfirmed until 115 signs them. A call without a stamp is left out, never imputed.
    """
    day, calls = outcomes.day, outcomes.day.calls
    mine = outcomes.counted & (calls.kind == 0)
    offered, shares = sum(day.asked), list(utilisation(outcomes).values())

    def mean_s(from_stamp: str, until_stamp: str) -> float | None:
        return _mean(_known(outcomes.span(from_stamp, until_stamp)[mine]))

    return {
        "cs5_accepted_of_offered": (len(day.runs) - day.diversions) / offered if offered else None,
        "cs12_answer_to_out_s": _mean(_known((outcomes.stamp("en_route_s") - calls.at_s)[mine])),
        "cs14_out_to_scene_s": mean_s("en_route_s", "on_scene_s"),
        "cs24_on_scene_s": mean_s("on_scene_s", "left_s"),
        "cs25_scene_to_hospital_s": mean_s("on_scene_s", "at_hospital_s"),
        "cs26_handover_s": mean_s("at_hospital_s", "handover_s"),
        "cs38_utilisation": sum(shares) / len(shares),
    }


def _known(values: Floats) -> Floats:
    return values[~np.isnan(values)]


def _utilisation_errors(outcomes: Outcomes) -> dict[str, float]:
    parts = utilisation(outcomes, BATCHES)
    return {unit: float(np.std(shares, ddof=1) / np.sqrt(BATCHES)) for unit, shares in parts.items()}


def _by_priority(outcomes: Outcomes, emergency: NDArray[np.bool_], target_s: float) -> dict[str, Any]:
    priority = outcomes.day.calls.priority
    found = {}
    for level in sorted({int(one) for one in priority[emergency]}):
        mine = emergency & (priority == level)
        response_s = outcomes.response_s[mine]
        waited_s = outcomes.waited_s[mine & ~np.isnan(outcomes.waited_s)]
        found[str(level)] = {
            "calls": int(mine.sum()),
            "response_s": spread(response_s),
            "within_target": _share(response_s <= target_s),
            "wait_s": _mean(waited_s),
            "wait_se": _error(waited_s),
        }
    return found


def _mean(values: Floats) -> float | None:
    return float(values.mean()) if len(values) else None


def _share(values: NDArray[np.bool_]) -> float | None:
    return float(values.mean()) if len(values) else None


def _error(values: Floats) -> float | None:
    """The standard error by batch means; None for a run too short to have one."""
    return batch_means(values).estimate.standard_error if len(values) >= 2 * BATCHES else None
