"""
What goes wrong by itself: callers who give up waiting, and vehicles that break down; only where a scenario says so.

Every moment is drawn before the day begins, from streams of its own. Weaknesses: a call to which a crew has once been
sent is never given up; a unit that breaks down on a run brings it to its end first.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from simulator.calls import Calls
from simulator.scenario_parts import Breakdowns, Patience
from simulator.streams import stream
from simulator.units import OFF, RESTING, Unit

if TYPE_CHECKING:
    from simulator.board import Hears
    from simulator.day import Day


AFTER_CALLS = 2
"""The agenda's priority: of two things at one instant, the call comes first."""


def having_patience(patience: Patience, seed: int) -> Hears:
    """Every call of these levels has a patience, counted from the answer; exponential (guess)."""
    rng = stream(seed, "patience")

    def hear(day: Day, numbers: range, calls: Calls) -> None:
        drawn_s = rng.exponential(patience.mean_s, len(calls))
        has_some = np.isin(calls.priority, patience.levels) & (calls.kind == 0)
        gives_up_s = np.maximum(calls.at_s + drawn_s, calls.opened_s)
        for row in np.flatnonzero(has_some & (gives_up_s >= 0.0)).tolist():
            day.agenda.plan(float(gives_up_s[row]), day.give_up, numbers[row], AFTER_CALLS)

    return hear


def plan_breakdowns(day: Day, breakdowns: Breakdowns, seed: int) -> None:
    """Each unit breaks down as a Poisson process over its hours, on duty or not, and is away while it is repaired."""
    for unit in day.units:
        rng, at_s = stream(seed, "breakdown", unit.id), 0.0
        while True:
            at_s += float(rng.exponential(3_600_000.0 / breakdowns.per_1000_h))
            if at_s >= day.rules.until_s:
                break
            repaired_s = at_s + float(rng.exponential(breakdowns.repair_mean_s))
            day.agenda.plan(at_s, partial(_breaks_down, day), unit)
            day.agenda.plan(repaired_s, partial(_is_repaired, day), unit)
            at_s = repaired_s


def _breaks_down(day: Day, unit: Unit) -> None:
    if unit.status == OFF:
        return
    day.breakdowns += 1
    if day.free[unit.index] or unit.status == RESTING:
        day.duty.go_off(unit)
    else:
        unit.ends_duty = True


def _is_repaired(day: Day, unit: Unit) -> None:
    """Back at its station, if its shift is on."""
    if unit.shift is None or day.duty.is_on(unit):
        day.duty.come_on(unit)
