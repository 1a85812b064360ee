"""What stands on the board of a simulated day: who waits, who is free and where; and what policies ask of it."""

from __future__ import annotations

from array import array
from bisect import insort
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.calls import Calls, Coming, Course, Register
from simulator.engine import Agenda
from simulator.places import Places
from simulator.rows import Rows
from simulator.rules import Listener, Policies, Rules
from simulator.runs import Runs
from simulator.units import FREE, MAIN, PROFILE_OF_KIND, Run, Unit

RED = 1
DRIVES, GOES_OFF, COMES_ON, RESTS = range(4)
"""What a unit does between runs."""
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Hears = Callable[[Any, range, Calls], None]
"""Told of calls that come, with their numbers, before the day knows of them."""


class Board:
    """
    `waiting`: (group, answered, call), the next first. `seconds`: red calls that were offered to two stations, of which
    one has declined and the other has not answered. `free`: which units may be sent. `here`: each unit's place, for
    those on the road as of the last `settle`. `at_hospital`, `to_hospital`: units there and on the way, by place.
    `course`: what becomes of the calls that have come and are not over. `runs`, `notes`: to be read when the day is
    over. `calls` that come later are zeros until then.
    """

    def __init__(
        self,
        coming: Coming,
        units: list[Unit],
        places: Places,
        rules: Rules,
        policies: Policies,
        seed: int = 0,
        hears: Sequence[Hears] = (),
    ) -> None:
        self.units, self.places, self.rules, self.policies = units, places, rules, policies
        self.seed = seed
        self.calls = calls = Register(coming)
        self._parts, self._hears = coming.parts(), hears
        self.course: dict[int, Course] = {}
        self.agenda = Agenda()
        self.waiting: list[tuple[int, float, int]] = []
        self.seconds: set[int] = set()
        self.runs = Runs()
        self.lost: list[int] = []
        count = len(units)
        self.free = np.ones(count, dtype=np.bool_)
        self.here = np.array([unit.home for unit in units], dtype=np.int64)
        self.profile = np.array([PROFILE_OF_KIND[unit.kind] for unit in units], dtype=np.int64)
        self.one_profile = not self.profile.any()
        self.ready_s = np.full(count, rules.expected_turnout_s)
        self.on_road: set[int] = set()
        self.at_hospital = [0] * len(places)
        self.to_hospital = [0] * len(places)
        self.missing = array("h", bytes(2 * len(calls)))
        self.offers_of: dict[int, list[Run]] = {}
        self.asked = array("h", bytes(2 * len(calls)))
        self.declined: dict[int, set[int]] = {}
        self.refusals = 0
        self.silences = 0
        self.diversions = 0
        self.moves = 0
        self.breakdowns = 0
        self.given_up: list[int] = []
        self.is_sent = bytearray(len(calls))
        self.notes = Rows(at_s="d", unit="h", what="b", left="h", place="h", arrives_s="d")
        self.listener: Listener | None = None
        self._able: dict[int, NDArray[np.bool_]] = {}
        self._ahead: dict[int, list[Run]] = {}
        self._attended = bytearray(len(calls))
        self.place, self.priority = calls.column("place"), calls.column("priority")
        self.at_s, self.needs = calls.column("at_s"), calls.column("needs")
        self.first_calls = self.take_part()

    def take_part(self) -> range:
        """The next calls come; what is told of those that are over is forgotten. Their numbers, none after the last."""
        part = next((one for one in self._parts if len(one)), None)
        if part is None:
            return range(0)
        self._forget()
        numbers = self.calls.take_in(part)
        self.course.update(zip(numbers, part.courses(), strict=True))
        np.frombuffer(self.missing, "h")[numbers.start : numbers.stop] = part.units
        for hear in self._hears:
            hear(self, numbers, part)
        return numbers

    def _forget(self) -> None:
        served = {unit.run.call for unit in self.units if unit.run is not None}
        gone = set(self.lost)
        for call in list(self.course):
            if call not in served and (self.missing[call] <= 0 or call in gone):
                for known in (self.course, self.offers_of, self.declined):
                    known.pop(call, None)

    def note(self, unit: Unit, what: int, left: int, place: int, arrives_s: float) -> None:
        """What a unit does between runs, from now on: from and to which place, and when it arrives."""
        self.notes.put(self.notes.add(), self.agenda.now_s, unit.index, what, left, place, arrives_s)

    @property
    def now_s(self) -> float:
        """Seconds since the start of the run."""
        return self.agenda.now_s

    def list_waiting(self) -> list[int]:
        """The calls that still want a unit, the next first."""
        return [call for _, _, call in self.waiting]

    def wait(self, call: int) -> None:
        """Queue a call: by level if the queue goes by level, then by who was answered first."""
        group = self.priority[call] if self.rules.queue == "priority" else 0
        insort(self.waiting, (group, self.at_s[call], call))

    def waits_again(self, call: int) -> None:
        """One unit more is wanted."""
        self.missing[call] += 1
        if self.missing[call] == 1:
            self.wait(call)

    def no_longer_waits(self, call: int) -> None:
        """Whatever it wanted has been sent, or it is lost."""
        group = self.priority[call] if self.rules.queue == "priority" else 0
        entry = (group, self.at_s[call], call)
        if entry in self.waiting:
            self.waiting.remove(entry)

    def room(self, call: int) -> int:
        """So many stations may be asked: of a call that wants a second one, the other's open offer covers nothing."""
        return int(self.missing[call]) + (call in self.seconds)

    def note_second(self, call: int) -> None:
        """Whether it wants a second station now that one was asked or has answered; as the desk's `wants_second`."""
        if self.priority[call] != RED or not self.declined.get(call):
            self.seconds.discard(call)
            return
        is_one = sum(run.tier == MAIN for run in self.offers_of.get(call, ())) == 1
        if is_one and self.missing[call] >= 0:
            self.seconds.add(call)
        else:
            self.seconds.discard(call)

    def may_go(self, call: int, needs: int | None = None) -> Ints:
        """Units that may be sent: free, with the skills, and whose station has not declined this call."""
        needed = self.needs[call] if needs is None else needs
        able = self._able.get(needed)
        if able is None:
            able = self._able[needed] = np.array([needed & ~unit.skills == 0 for unit in self.units], dtype=np.bool_)
        units = np.flatnonzero(self.free & able)
        declined = self.declined.get(call)
        if declined and len(units):
            units = np.array([one for one in units.tolist() if self.units[one].station not in declined], dtype=np.int64)
        return units

    def response_s(self, call: int, units: Ints) -> Floats:
        """Seconds until each of these units would be at the call: turnout and the way."""
        if self.on_road:
            self.settle()
        place, now_s = self.place[call], self.agenda.now_s
        here = self.here[units]
        if self.one_profile:
            return np.asarray(self.places.to(place, 0, now_s)[here] + self.ready_s[units])
        found = np.empty(len(units))
        for profile in (0, 1):
            mine = self.profile[units] == profile
            found[mine] = self.places.to(place, profile, now_s)[here[mine]]
        found += self.ready_s[units]
        return found

    def attend(self, call: int) -> None:
        """A main unit is at the call, or has been."""
        self._attended[call] = 1

    def settle(self) -> None:
        """Bring `here` of the units on the road up to now: their place along the way."""
        now_s = self.agenda.now_s
        for index in list(self.on_road):
            unit = self.units[index]
            if unit.arrives_s <= now_s:
                self._at_post(unit)
            else:
                profile = PROFILE_OF_KIND[unit.kind]
                passed_s = now_s - unit.left_s
                self.here[index] = self.places.along(unit.left, unit.post, passed_s, profile, unit.left_s)

    def under_way(self, who: Unit) -> int:
        """Where a unit that goes to a call is: at its start until it rolls, then at the place best on its way."""
        run, now_s = who.run, self.agenda.now_s
        if run is None or now_s <= run.en_route_s:
            return int(self.here[who.index])
        left_s = max(run.en_route_s, 0.0)  # `start` is where it was when the run of the day began
        return self.places.along(run.start, self.place[run.call], now_s - left_s, PROFILE_OF_KIND[who.kind], left_s)

    def _at_post(self, who: Unit) -> None:
        self.here[who.index] = who.post
        self.on_road.discard(who.index)
        self.ready_s[who.index] = self.rules.expected_turnout_s
        if self.listener and who.status == FREE:
            self.listener.tell("at_post", None, -1, who)
