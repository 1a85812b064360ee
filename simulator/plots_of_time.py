"""Plots of what changes in the course of a run: who waits, and how much of the demand a free unit could reach."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from dispatch.domain.clock import LOCAL
from simulator.plot_style import CLOCK, INK, Say, titled
from simulator.results import EIGHT_MIN_S, FIFTEEN_MIN_S, Outcomes

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from simulator.city import CityWorld

MOMENTS_MOST = 600
"""Moments at which coverage is looked at; a long run has them farther apart."""
LEAST_STEP_S = 900.0
WHOLE_TICKS = 12
"""A queue no longer than this has a tick for each call: nobody waits by halves."""


def moments(outcomes: Outcomes) -> NDArray[np.float64]:
    """From the end of the warm-up to the end of the run, evenly apart, never on the hour alone."""
    from_s, until_s = outcomes.warm_up_s, outcomes.day.rules.until_s
    step_s = max(LEAST_STEP_S, (until_s - from_s) / MOMENTS_MOST)
    return np.arange(from_s + step_s / 2, until_s, step_s)


def coverage_over_time(
    outcomes: Outcomes, world: CityWorld, at_s: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """
    At each moment the share of demand that a free unit reaches within 8 and within 15 minutes of driving in that
    hour's traffic, and how many units are free. Turnout, answering and refusals are not in it.
    """
    timeline, places = outcomes.timeline, outcomes.day.places
    weight, zones = world.where_calls.zone_weight, np.arange(world.first_station)
    within = np.zeros((2, len(at_s)))
    free = np.zeros(len(at_s), dtype=np.int64)
    for index, (moment, units) in enumerate(zip(at_s.tolist(), timeline.free_places(at_s.tolist()), strict=True)):
        free[index] = len(units)
        band = places.band[places.hour(moment)]
        soonest = np.full(len(zones), np.inf)
        for profile in (0, 1):
            mine = np.array(sorted({place for place, theirs in units if theirs == profile}), dtype=np.int64)
            if len(mine):
                times = places.time_s[profile][band][np.ix_(zones, mine)]
                soonest = np.minimum(soonest, times.min(axis=1))
        for row, limit_s in enumerate((EIGHT_MIN_S, FIFTEEN_MIN_S)):
            within[row, index] = weight[soonest <= limit_s].sum()
    return within[0], within[1], free


def coverage(outcomes: Outcomes, world: CityWorld, start: datetime, say: Say) -> go.Figure:
    """Coverage over time, and the free units that give it."""
    at_s = moments(outcomes)
    eight, fifteen, free = coverage_over_time(outcomes, world, at_s)
    x = _clock(start, at_s)
    figure = go.Figure()
    minutes = say("phút", "min")
    figure.add_scatter(x=x, y=_short(fifteen), name=f"15 {minutes}", line={"color": INK, "width": 1.5})
    figure.add_scatter(x=x, y=_short(eight), name=f"8 {minutes}", line={"color": "#e8a33d", "width": 1.5})
    figure.add_scatter(
        x=x, y=free.tolist(), name=say("xe rảnh", "units free"), yaxis="y2", opacity=0.5,
        line={"color": "#7a7f87", "width": 1, "shape": "hv"},
    )  # fmt: skip
    title = say(
        "Độ phủ: phần nhu cầu có xe rảnh chạy tới trong 8 và 15 phút",
        "Coverage: share of demand that a free unit drives to within 8 and 15 minutes",
    )
    right = {"overlaying": "y", "side": "right", "rangemode": "tozero", "showgrid": False, "tickmode": "auto"}
    return (
        titled(figure, title, "", "")
        .update_yaxes(tickformat=".0%", range=[0, 1.02])
        .update_xaxes(tickformat=CLOCK)
        .update_layout(yaxis2=right | {"title": say("xe rảnh", "units free")})
    )


def queue(outcomes: Outcomes, start: datetime, say: Say) -> go.Figure:
    """How many calls wait for a unit to accept, at moments evenly apart, and the most at once between two of them."""
    edges = np.linspace(0.0, outcomes.day.rules.until_s, min(MOMENTS_MOST, max(2, 2 * len(outcomes.day.calls))) + 1)
    most = most_waiting(outcomes, edges)
    figure = go.Figure(
        go.Scatter(x=_clock(start, edges[:-1]), y=most.tolist(), line={"color": INK, "width": 1, "shape": "hv"})
    )
    title = say("Ca đang chờ kíp nhận (nhiều nhất cùng lúc)", "Calls waiting for a unit to accept (most at once)")
    whole = {"dtick": 1} if most.max() <= WHOLE_TICKS else {}
    return titled(figure, title, "", "").update_yaxes(rangemode="tozero", **whole).update_xaxes(tickformat=CLOCK)


def most_waiting(outcomes: Outcomes, edges: NDArray[np.float64]) -> NDArray[np.int64]:
    """The most calls that wait at once in each part of the run, as of every change in it; 0 without any."""
    opened_s = outcomes.day.calls.opened_s
    begins, ends = np.sort(opened_s), np.sort(opened_s + np.nan_to_num(outcomes.waited_s, nan=0.0))
    of_begins, of_ends = ([0, *np.searchsorted(one, edges[1:-1]), len(one)] for one in (begins, ends))
    most = np.zeros(len(edges) - 1, dtype=np.int64)
    for part, (come, gone) in enumerate(zip(pairwise(of_begins), pairwise(of_ends), strict=True)):
        changes = np.concatenate([ends[slice(*gone)], begins[slice(*come)]])  # of two at once the end comes first
        steps = np.repeat([-1, 1], [gone[1] - gone[0], come[1] - come[0]])[np.argsort(changes, kind="stable")]
        most[part] = (come[0] - gone[0] + steps.cumsum()).max(initial=0)
    return most


def _clock(start: datetime, at_s: NDArray[np.float64]) -> list[str]:
    """Local times, as the plot reads them."""
    local = start.astimezone(LOCAL)
    return [f"{local + timedelta(seconds=round(one)):%Y-%m-%d %H:%M}" for one in at_s.tolist()]


def _short(shares: NDArray[np.float64]) -> list[float]:
    return [round(float(share), 4) for share in shares]
