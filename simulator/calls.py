"""
The calls of a simulated day as columns, every attribute drawn before the run: two policies meet the same day.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ACCEPTS, REFUSES, SILENT = 0, 1, 2
OFFERS_DRAWN = 4
"""Answers drawn for each call; whoever is asked after these accepts (guess)."""


@dataclass
class Calls:
    """
    One row a call, in order of time; seconds since the start of the run, or lengths of time in seconds.

    `at_s`: answered; `opened_s`: the desk knows what and where; `place`, `zone`: where; `priority`: 1 gravest; `kind`:
    index into `kinds` (emergency, interfacility, …); `needs`: skills that the unit must have, as bits; `units`: how
    many must come; `scene_s`: from arrival until the unit leaves; `conveys`: whether it takes a patient along, to
    `hospital` (a place, -1: to be chosen); `handover_s`, `clean_up_s` there; `turnout_s`, `to_patient_s`;
    `answer`, `answer_s`: what stations say to the first, second … offer of this call, and after how long.
    """

    at_s: Floats
    opened_s: Floats
    place: Ints
    zone: Ints
    priority: Ints
    kind: Ints
    needs: Ints
    units: Ints
    scene_s: Floats
    conveys: NDArray[np.bool_]
    hospital: Ints
    handover_s: Floats
    clean_up_s: Floats
    turnout_s: Floats
    to_patient_s: Floats
    answer: NDArray[np.int64]
    answer_s: Floats
    complaint: Ints
    kinds: tuple[str, ...] = ("emergency",)
    complaints: tuple[str, ...] = ("unknown",)
    zones: tuple[str, ...] = ()
    lists: dict[str, array[Any]] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.at_s)

    def column(self, name: str) -> array[Any]:
        """
        A column that gives plain numbers one by one, several times as fast as NumPy's; a list of them would be as fast
        and take four times the memory.
        """
        if name not in self.lists:
            values = getattr(self, name)
            code = "d" if values.dtype.kind == "f" else "b" if values.dtype.kind == "b" else "q"
            self.lists[name] = array(code, np.asarray(values, dtype=code).tobytes())
        return self.lists[name]


def plain_calls(at_s: Floats, place: Ints, scene_s: Floats, priority: Ints | None = None) -> Calls:
    """Calls that only come, wait and are served: no offers, no turnout, no hospital."""
    count, none = len(at_s), np.zeros(len(at_s))
    whole = np.zeros(count, dtype=np.int64)
    return Calls(
        at_s=at_s,
        opened_s=at_s,
        place=place,
        zone=place,
        priority=whole + 1 if priority is None else priority,
        kind=whole,
        needs=whole,
        units=whole + 1,
        scene_s=scene_s,
        conveys=np.zeros(count, dtype=np.bool_),
        hospital=whole - 1,
        handover_s=none,
        clean_up_s=none,
        turnout_s=none,
        to_patient_s=none,
        answer=np.zeros((count, 0), dtype=np.int64),
        answer_s=np.zeros((count, 0)),
        complaint=whole,
    )
