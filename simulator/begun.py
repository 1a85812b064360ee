"""
A day that begins in the middle: units on their way, at scenes and hospitals, calls that wait, offers that are open.

What is told here is put on the board before the first new call comes in, and the desk's own state, if the day has one,
is told the steps that led here, in their order. Times are seconds from the beginning; what lies behind is negative.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dispatch.errors import Saigon115Error
from simulator.calls import ACCEPTS
from simulator.engine import ARRIVES
from simulator.errors import ScenarioError
from simulator.units import ASKED, CONVEYING, FIRST, FREE, GOING, HOSPITAL, MAIN, OFF, RESTING, SCENE, Run, Unit

if TYPE_CHECKING:
    from simulator.day import Day

OUTCOME_OF = {ASKED: "open", GOING: "going", SCENE: "scene", CONVEYING: "scene", HOSPITAL: "scene"}
TOLD_OF_RUN = (
    ("offered_s", "offered"), ("accepted_s", "accepted"), ("en_route_s", "en_route"), ("on_scene_s", "on_scene"),
    ("left_s", "conveying"), ("at_hospital_s", "at_hospital"), ("handover_s", "handed_over"),
)  # fmt: skip
OPENED, ENDED, OFFERED, LAST = 0, 1, 2, 99
"""Of steps at one instant: calls open, offers end, then offers are made and runs go on."""
MOMENT_S = 0.001
DECLINED = frozenset({"refused", "silent"})
Told = tuple[float, int, str, Run | None, int, Unit | None]


@dataclass
class BegunRun:
    """
    `status`: ASKED to HOSPITAL; `run` has the stamps so far, and `start`, the place where the unit is now.

    `next_s`: when the station answers (`run.answer`), the unit is on scene, leaves it, is at the hospital, is free
    again. Not rolling yet: `run.en_route_s` lies ahead. Not handed over yet: so does `run.handover_s`.
    """

    run: Run
    status: int
    next_s: float


@dataclass
class BegunUnit:
    """
    A unit on no run: FREE, RESTING until `until_s`, or OFF; from `place`, which it left at `left_s`, it reaches `post`
    at `until_s`.
    """

    status: int
    place: int
    post: int
    until_s: float = 0.0
    moves_up: bool = False
    left_s: float = 0.0


@dataclass
class BegunHospital:
    """What a hospital has told of itself."""

    id: str
    status: str = "open"
    diversion: tuple[str, ...] = ()
    capacity: dict[str, int] = field(default_factory=dict)


@dataclass
class Begun:
    """
    `calls`: so many of the day's first calls are open already; `done`: units of a call that have finished with it.

    `units` by index, for those on no run. `declined`: offers that stations have refused or let pass, with `free_s` as
    the time of their answer.
    """

    calls: int
    runs: list[BegunRun]
    units: dict[int, BegunUnit]
    declined: list[Run] = field(default_factory=list)
    done: dict[int, int] = field(default_factory=dict)
    hospitals: list[BegunHospital] = field(default_factory=list)

    @property
    def since_s(self) -> float:
        """The earliest moment that is told of, 0 or less."""
        runs = [one.run for one in self.runs] + self.declined
        return min([0.0, *(run.offered_s for run in runs)])


def take_up(day: Day, begun: Begun) -> int:
    """Put everything where it is, and plan what comes next; returns how many calls are open already."""
    for unit in day.units:
        _place(day, unit, begun.units.get(unit.index))
    for one in begun.runs:
        _take_up_run(day, one)
    for run in begun.declined:
        day.asked[run.call] += 1
        day.declined.setdefault(run.call, set()).add(day.units[run.unit].station)
    if day.listener is not None:
        _tell(day, begun)
    day.agenda.now_s = 0.0
    for one in begun.runs:
        _plan(day, one)
    for call in range(begun.calls):
        day.missing[call] -= begun.done.get(call, 0)
        day.note_second(call)
        opened_s = day.calls.column("opened_s")[call]
        if opened_s > 0.0:
            day.agenda.plan(opened_s, day.open, call, ARRIVES)
        elif day.missing[call] > 0 or call in day.seconds:
            day.agenda.plan(0.0, day.goes_on_waiting, call, ARRIVES)
    return begun.calls


def _place(day: Day, who: Unit, told: BegunUnit | None) -> None:
    """Where a unit on no run is and what it does; one that nothing is told of is on a run, or at its post."""
    if told is None:
        return
    who.status, who.post, who.left, who.left_s = told.status, told.post, told.place, told.left_s
    day.here[who.index] = told.place
    if told.status == FREE and told.until_s > 0.0:
        who.arrives_s = told.until_s
        day.ready_s[who.index] = 0.0
        day.on_road.add(who.index)
    if told.status == RESTING:
        day.free[who.index] = False
    elif told.status == OFF:
        day.free[who.index] = False
        who.rest_due_s = 0.0


def _take_up_run(day: Day, one: BegunRun) -> None:
    run, who = one.run, day.units[one.run.unit]
    call = run.call
    run.outcome, who.run, who.status = OUTCOME_OF[one.status], run, one.status
    day.free[run.unit] = False
    day.here[run.unit] = run.start
    day.asked[call] += 1
    if run.tier == MAIN:
        day.missing[call] -= 1
    if one.status == ASKED:
        day.offers_of.setdefault(call, []).append(run)
        return
    day.runs.begin(run)
    day.is_sent[call] = 1
    if one.status == CONVEYING:
        day.to_hospital[run.hospital] += 1
    elif one.status == HOSPITAL:
        day.at_hospital[run.hospital] += 1
    if one.status >= SCENE and run.tier == MAIN:
        day.attend(call)


def _plan(day: Day, one: BegunRun) -> None:
    run, at_s = one.run, max(one.next_s, 0.0)
    who = day.units[run.unit]
    if one.status == ASKED:
        day.agenda.plan(at_s, day.accept_if_open if run.answer == ACCEPTS else day.decline, run)
    elif one.status == GOING:
        if day.listener is not None and run.en_route_s >= 0.0:
            day.agenda.plan(run.en_route_s, day.rolls, run)
        day.agenda.plan(at_s, day.arrive, run)
    elif one.status == SCENE and run.tier == FIRST:
        day.stay_until_main(run)
    elif one.status == SCENE:
        day.agenda.plan(at_s, day.leave, run)
    elif one.status == CONVEYING:
        day.agenda.plan(at_s, day.reach_hospital, run)
    else:
        if day.listener is not None and run.handover_s >= 0.0:
            day.agenda.plan(run.handover_s, day.hand_over, run)
        day.agenda.plan(at_s, day.end_at_hospital, run)
    who.post = who.home


def _tell(day: Day, begun: Begun) -> None:
    """
    Every step that led here, at its own time; the clock goes along.

    What the desk's rules refuse of offers that came to nothing is left out: who declined stands on the board anyway.
    Raises ScenarioError for a run that they refuse.
    """
    assert day.listener is not None
    for at_s, _, what, run, call, unit in sorted(_story(day, begun), key=lambda step: step[:2]):
        day.agenda.now_s = max(at_s, day.agenda.now_s)
        try:
            day.listener.tell(what, run, call, unit)
        except Saigon115Error as error:
            if run is None or run.outcome not in DECLINED:
                who = unit.id if unit is not None else f"call {call}"
                fact = f"the desk's own rules refuse that {who} is told {what} {-at_s:.0f} s before ({error})"
                raise ScenarioError("start", fact, "tell us with the start.json; another moment may do") from error


def _story(day: Day, begun: Begun) -> list[Told]:
    story: list[Told] = []
    opened = day.calls.column("opened_s")
    asked_s: dict[int, float] = {}
    for run in [*(one.run for one in begun.runs), *begun.declined]:
        asked_s[run.call] = min(run.offered_s, asked_s.get(run.call, 0.0))
    for call in range(begun.calls):
        if opened[call] <= 0.0:
            at_s = min(max(opened[call], begun.since_s), asked_s.get(call, 0.0))
            story.append((at_s, OPENED, "opened", None, call, None))
    for run in begun.declined:
        who, ended_s = day.units[run.unit], max(run.free_s, run.offered_s + MOMENT_S)
        story.append((run.offered_s, OFFERED, "offered", run, run.call, who))
        story.append((ended_s, ENDED, run.outcome, run, run.call, who))
    for one in begun.runs:
        story += _steps(day, one.run)
    for index, told in begun.units.items():
        who = day.units[index]
        moves = told.moves_up or told.post != who.home
        if told.status == OFF:
            story.append((0.0, LAST, "off_duty", None, -1, who))
        elif told.status == RESTING:
            story.append((0.0, LAST, "resting", None, -1, who))
        elif told.status == FREE and (told.until_s > 0.0 or moves):
            story.append((0.0, LAST, "moving" if moves else "returning", None, -1, who))
    return story


def _steps(day: Day, run: Run) -> list[Told]:
    """The stamps of a run that lie behind, never one before the one that it follows."""
    found: list[Told] = []
    last_s = run.offered_s
    for stage, (name, what) in enumerate(TOLD_OF_RUN):
        at_s = getattr(run, name)
        if at_s <= 0.0:  # false for a stamp that it has not
            last_s = max(last_s, at_s)
            found.append((last_s, OFFERED + stage, what, run, run.call, day.units[run.unit]))
    return found
