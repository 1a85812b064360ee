"""How a simulated day goes, and what the three kinds of policy must be able to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol

import msgspec

if TYPE_CHECKING:
    from simulator.day import Day
    from simulator.units import Run, Unit

Queue = Literal["fifo", "priority", "loss"]


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """
    How the day goes, in seconds. `until_s`: no calls come after it; what is under way is brought to its end.

    `offers`: stations are asked and may refuse. `returns`: a unit drives back to its post; otherwise it is there at
    once. `service_includes_travel`: the time at the scene is shortened by the way to it.
    """

    until_s: float
    queue: Queue = "priority"
    offers: bool = True
    returns: bool = True
    service_includes_travel: bool = False
    expected_turnout_s: float = 60.0
    """Of a unit at its post, when policies compare (guess; `AssignmentSettings`)."""
    silence_s: float = 60.0
    """After so long without an answer the next station is asked (docs/domain.md, guess)."""
    handover_per_unit_s: float = 300.0
    """Each unit that is at the hospital already makes a handover longer by this (guess; `DestinationSettings`)."""
    first_leaves_s: float = 300.0
    """A unit ahead of the main one stays so long after that one's arrival (guess)."""
    start_of_day_s: float = 0.0
    """Local time of day when the run begins, in seconds after midnight."""


class Dispatch(Protocol):
    """Which unit goes to which call. Called whenever a call comes in or a unit becomes free."""

    def assign(self, day: Day) -> None: ...


class MoveUp(Protocol):
    """Where a unit that has become free goes: a post, or None for its own."""

    def post_for(self, day: Day, unit: Unit) -> int | None: ...


class Destination(Protocol):
    """The place of the hospital that a patient is taken to."""

    def hospital_for(self, day: Day, call: int, unit: Unit) -> int: ...


class Listener(Protocol):
    """Who is told of every step, in order: the desk's own state (`simulator.mirror`)."""

    def tell(self, what: str, run: Run | None, call: int, unit: Unit | None) -> None: ...


class Policies(msgspec.Struct, frozen=True):
    """The three decisions of a day."""

    dispatch: Any
    move_up: Any
    destination: Any
