"""What can go wrong in a simulation; each message says the fact, the thing and the way out."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from dispatch.errors import Saigon115Error

if TYPE_CHECKING:
    from simulator.day import Day

HERE = Path(__file__).resolve().parent


class SimulationError(Saigon115Error):
    """Root of the simulator's errors."""


class ScenarioError(SimulationError):
    """A scenario that cannot be run."""

    def __init__(self, where: Path | str, fact: str, way_out: str) -> None:
        super().__init__(f"{where}: {fact}; {way_out}")
        self._parts = (where, fact, way_out)

    def __reduce__(self) -> tuple[type[ScenarioError], tuple[Path | str, str, str]]:
        """So that it comes whole from a worker."""
        return type(self), self._parts


class PolicyError(SimulationError):
    """A policy raised: says at which call and when, and how to come there again."""

    @classmethod
    def of(cls, day: Day, call: int | None, error: Exception) -> PolicyError:
        """The error that ended the run, with where it was."""
        at = f"call {call}" if call is not None else "a unit that became free"
        cause = f"{type(error).__name__}: {error}{_line_of(error)}"
        return cls(
            f"a policy raised {cause} at {at}, {day.now_s:.0f} s after the start, seed {day.seed}; "
            "run the same scenario with this seed to see it again"
        )


def _line_of(error: Exception) -> str:
    """The innermost line outside this package that led to an error: the planner's own."""
    lines = traceback.extract_tb(error.__traceback__)
    own = [line for line in lines if not Path(line.filename).resolve().is_relative_to(HERE)]
    return f" ({Path(own[-1].filename).name}, line {own[-1].lineno})" if own else ""
