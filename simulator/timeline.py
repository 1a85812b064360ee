"""
What every unit did, when and where, read from a day that is over: for coverage over time and for moving pictures.

A unit that is asked counts as what it was until it accepts. On the road it is taken to move evenly along the straight
line between two places of the table (weakness: roads wind, and traffic is not even).
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from simulator.board import DRIVES, GOES_OFF, RESTS
from simulator.units import PROFILE_OF_KIND, Run, Shift

if TYPE_CHECKING:
    from simulator.day import Day

FREE, BUSY, RESTING, OFF = "free", "busy", "resting", "off"


class Piece(NamedTuple):
    """From `from_s` on a unit is `what`; it left `left` then and is at `place` from `arrives_s` on."""

    from_s: float
    what: str
    left: int
    place: int
    arrives_s: float
    run: Run | None = None


class Timeline:
    """`pieces`: by unit, in order of time; each holds until the next."""

    def __init__(self, day: Day) -> None:
        self.day = day
        self.pieces: list[list[Piece]] = [[Piece(0.0, FREE, unit.home, unit.home, 0.0)] for unit in day.units]
        for unit in day.units:
            if unit.shift is not None and not _is_on(unit.shift, day.rules.start_of_day_s):
                self.pieces[unit.index][0] = Piece(0.0, OFF, unit.home, unit.home, 0.0)
        what_of = {GOES_OFF: OFF, RESTS: RESTING}
        for at_s, unit_index, what, left, place, arrives_s in day.notes:
            self.pieces[unit_index].append(
                Piece(at_s, what_of.get(what, FREE), left, place, arrives_s if what == DRIVES else at_s)
            )
        for run in day.runs:
            self.pieces[run.unit].append(
                Piece(run.accepted_s, BUSY, run.start, day.place[run.call], run.on_scene_s, run)
            )
            if not day.rules.returns and run.free_s == run.free_s:
                home = day.units[run.unit].home
                self.pieces[run.unit].append(Piece(run.free_s, FREE, home, home, run.free_s))
        for pieces in self.pieces:
            pieces.sort(key=lambda piece: (piece.from_s, piece.what == BUSY))
        self._starts = [[piece.from_s for piece in pieces] for pieces in self.pieces]

    def at(self, unit: int, at_s: float) -> Piece:
        """What a unit does at a moment."""
        return self.pieces[unit][max(0, bisect_right(self._starts[unit], at_s) - 1)]

    def between(self, unit: int, from_s: float, until_s: float) -> list[tuple[Piece, float]]:
        """The pieces of some hours, each with when it ends."""
        pieces, starts = self.pieces[unit], self._starts[unit]
        first = max(0, bisect_right(starts, from_s) - 1)
        ends = [*starts[1:], float("inf")]
        return [
            (piece, end)
            for piece, end in zip(pieces[first:], ends[first:], strict=True)
            if piece.from_s < until_s and end > from_s
        ]

    def free_places(self, at_s: float) -> list[tuple[int, int]]:
        """Where each free unit is, and the profile by which it drives."""
        places = self.day.places
        found = []
        for unit in self.day.units:
            piece, profile = self.at(unit.index, at_s), PROFILE_OF_KIND[unit.kind]
            if piece.what != FREE:
                continue
            if at_s >= piece.arrives_s:
                found.append((piece.place, profile))
            else:
                here = places.along(piece.left, piece.place, at_s - piece.from_s, profile, piece.from_s)
                found.append((here, profile))
        return found


def _is_on(shift: Shift, of_day_s: float) -> bool:
    length_s = (shift.until_s - shift.from_s) % 86_400.0 or 86_400.0
    return (of_day_s - shift.from_s) % 86_400.0 < length_s
