"""Shifts and rests of a simulated day: who comes on duty, goes off, and when a crew has its break."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from simulator.board import COMES_ON, GOES_OFF, RESTS
from simulator.units import DAY_S, FREE, OFF, RESTING, Unit

if TYPE_CHECKING:
    from simulator.day import Day


class Duty:
    """Every shift comes again the next day, until the run's calls are over."""

    def __init__(self, day: Day) -> None:
        self._day = day

    def begin(self, who: Unit) -> None:
        """The first beginning and end of its shift, and its rests; each plans the next."""
        day = self._day
        shift, start_s = who.shift, day.rules.start_of_day_s
        if shift is None:
            return
        if shift.from_s != shift.until_s:
            is_on = (start_s - shift.from_s) % DAY_S < (shift.until_s - shift.from_s) % DAY_S
            if not is_on:
                self.go_off(who)
            day.agenda.plan((shift.from_s - start_s) % DAY_S or DAY_S, self._shift_begins, who)
            day.agenda.plan((shift.until_s - start_s) % DAY_S or DAY_S, self._shift_ends, who)
        if shift.rest_from_s is not None:
            day.agenda.plan((shift.rest_from_s - start_s) % DAY_S or DAY_S, self._rest_due, who)

    def _again_tomorrow(self, happening: Callable[[Unit], None], who: Unit) -> None:
        day = self._day
        if day.agenda.now_s + DAY_S <= day.rules.until_s + DAY_S:
            day.agenda.plan(day.agenda.now_s + DAY_S, happening, who)

    def _shift_begins(self, who: Unit) -> None:
        self._again_tomorrow(self._shift_begins, who)
        self.come_on(who)

    def is_on(self, who: Unit) -> bool:
        """Whether its shift is on now."""
        shift = who.shift
        if shift is None:
            return True
        of_day_s = self._day.rules.start_of_day_s + self._day.agenda.now_s
        return (of_day_s - shift.from_s) % DAY_S < ((shift.until_s - shift.from_s) % DAY_S or DAY_S)

    def come_on(self, who: Unit) -> None:
        """On duty at its station, unless it is already; a unit that was to go off stays on."""
        day = self._day
        who.ends_duty = False
        if who.status != OFF:
            return
        who.status, who.post = FREE, who.home
        day.here[who.index] = who.home
        day.free[who.index] = True
        day.ready_s[who.index] = day.rules.expected_turnout_s
        day.note(who, COMES_ON, who.home, who.home, day.agenda.now_s)
        if day.listener:
            day.listener.tell("on_duty", None, -1, who)
        day.decide()

    def _shift_ends(self, who: Unit) -> None:
        self._again_tomorrow(self._shift_ends, who)
        if who.status in (FREE, RESTING):
            self.go_off(who)
        elif who.status != OFF:
            who.ends_duty = True

    def go_off(self, who: Unit) -> None:
        """Off duty at once; the way home is the crew's own time (weakness: it takes none of the next shift)."""
        day = self._day
        day.on_road.discard(who.index)
        day.free[who.index] = False
        who.status, who.ends_duty, who.rest_due_s = OFF, False, 0.0
        day.here[who.index] = who.home
        day.note(who, GOES_OFF, who.home, who.home, day.agenda.now_s)
        if day.listener:
            day.listener.tell("off_duty", None, -1, who)

    def _rest_due(self, who: Unit) -> None:
        self._again_tomorrow(self._rest_due, who)
        if who.status == OFF or who.shift is None:
            return
        who.rest_due_s = who.shift.rest_s
        if who.status == FREE:
            self.rests_if_due(who)

    def rests_if_due(self, who: Unit) -> bool:
        """Rests where it stands (guess); nobody sends it meanwhile."""
        day = self._day
        if who.rest_due_s <= 0.0:
            return False
        day.stop(who)
        rest_s, who.rest_due_s = who.rest_due_s, 0.0
        day.free[who.index], who.status = False, RESTING
        here = int(day.here[who.index])
        day.note(who, RESTS, here, here, day.agenda.now_s)
        if day.listener:
            day.listener.tell("resting", None, -1, who)
        day.agenda.plan(day.agenda.now_s + rest_s, self._rested, who)
        return True

    def _rested(self, who: Unit) -> None:
        day = self._day
        if who.status != RESTING:
            return
        who.status, who.left, who.left_s = FREE, int(day.here[who.index]), day.agenda.now_s
        if day.listener:
            day.listener.tell("rested", None, -1, who)
        day.becomes_free(who)
