"""
What every unit did, when and where, read from a day that is over: for coverage over time and for moving pictures.

A unit that is asked counts as what it was until it accepts. On the road it is taken to move evenly along the straight
line between two places of the table (weakness: roads wind, and traffic is not even). Of a city's days: it is not for
units that are back at their posts at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.board import DRIVES, GOES_OFF, RESTS
from simulator.rows import Rows, Table
from simulator.units import PROFILE_OF_KIND, Shift

if TYPE_CHECKING:
    from simulator.day import Day

FREE, BUSY, RESTING, OFF = "free", "busy", "resting", "off"
WHAT_OF = {GOES_OFF: OFF, RESTS: RESTING}


class Piece(NamedTuple):
    """From `from_s` on a unit is `what`; it left `left` then and is at `place` from `arrives_s` on; `run`: its row."""

    from_s: float
    what: str
    left: int
    place: int
    arrives_s: float
    run: np.void | None = None


class Timeline:
    """Reads the day's runs and notes when it is asked; both are in order of time."""

    def __init__(self, day: Day) -> None:
        self.day = day

    def at(self, moments_s: Sequence[float]) -> list[list[Piece]]:
        """What each unit does at each of these moments, which are in order: by moment, by unit."""
        at_s = np.asarray(moments_s, dtype=np.float64)
        runs, notes = (_last(rows, name, at_s, len(self.day.units)) for rows, name in self._told())
        return [
            [self._piece(unit, run, note) for unit, (run, note) in enumerate(zip(*rows, strict=True))]
            for rows in zip(runs, notes, strict=True)
        ]

    def between(self, from_s: float, until_s: float) -> list[list[tuple[Piece, float]]]:
        """By unit: the pieces of some hours, each with when it ends (infinite for the last)."""
        pieces = [[piece] for piece in self.at([from_s])[0]]
        for rows, name in self._told():
            for block in rows.blocks():
                for row in block[(block[name] > from_s) & (block[name] < until_s)]:
                    pieces[row["unit"]].append(self._of_run(row) if rows is self.day.runs else _of_note(row))
        found = []
        for mine in pieces:
            mine.sort(key=lambda piece: (piece.from_s, piece.what == BUSY))
            ends = [*(piece.from_s for piece in mine[1:]), float("inf")]
            found.append([(piece, end_s) for piece, end_s in zip(mine, ends, strict=True) if end_s > from_s])
        return found

    def free_places(self, moments_s: Sequence[float]) -> list[list[tuple[int, int]]]:
        """At each moment where each free unit is, and the profile by which it drives."""
        profiles = [PROFILE_OF_KIND[unit.kind] for unit in self.day.units]
        return [
            [(self._place(piece, at_s, profile), profile)
             for piece, profile in zip(pieces, profiles, strict=True) if piece.what == FREE]
            for at_s, pieces in zip(moments_s, self.at(moments_s), strict=True)
        ]  # fmt: skip

    def _told(self) -> tuple[tuple[Rows, str], tuple[Rows, str]]:
        return (self.day.runs, "accepted_s"), (self.day.notes, "at_s")

    def _place(self, piece: Piece, at_s: float, profile: int) -> int:
        if at_s >= piece.arrives_s:
            return piece.place
        return self.day.places.along(piece.left, piece.place, at_s - piece.from_s, profile, piece.from_s)

    def _piece(self, unit: int, run: np.void, note: np.void) -> Piece:
        """The later of the two, a run before a note; before any the unit is at its post or off duty."""
        if max(run["accepted_s"], note["at_s"]) < 0.0:
            who = self.day.units[unit]
            is_off = who.shift is not None and not _is_on(who.shift, self.day.rules.start_of_day_s)
            return Piece(0.0, OFF if is_off else FREE, who.home, who.home, 0.0)
        return self._of_run(run) if run["accepted_s"] >= note["at_s"] else _of_note(note)

    def _of_run(self, run: np.void) -> Piece:
        scene = self.day.place[run["call"]]
        return Piece(float(run["accepted_s"]), BUSY, int(run["start"]), scene, float(run["on_scene_s"]), run)


def _of_note(note: np.void) -> Piece:
    at_s = float(note["at_s"])
    arrives_s = float(note["arrives_s"]) if note["what"] == DRIVES else at_s
    return Piece(at_s, WHAT_OF.get(int(note["what"]), FREE), int(note["left"]), int(note["place"]), arrives_s)


def _last(rows: Rows, name: str, moments_s: NDArray[np.float64], units: int) -> Table:
    """By moment, by unit: its last row until then by the column `name`, whose time is minus infinity for none."""
    found = np.zeros((len(moments_s), units), rows.dtype)
    found[name] = -np.inf
    for block in rows.blocks():
        seen = np.searchsorted(moments_s, block[name])
        in_time = seen < len(moments_s)
        found[seen[in_time], block["unit"][in_time]] = block[in_time]  # of several the last stays
    known = np.where(np.isfinite(found[name]), np.arange(len(moments_s))[:, None], 0)
    latest = np.maximum.accumulate(known, axis=0)
    return found[latest, np.arange(units)]


def _is_on(shift: Shift, of_day_s: float) -> bool:
    length_s = (shift.until_s - shift.from_s) % 86_400.0 or 86_400.0
    return (of_day_s - shift.from_s) % 86_400.0 < length_s
