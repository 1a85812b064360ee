"""
The calls of a simulated day as columns, every attribute drawn from the seed alone: two policies meet the same day.

They come part after part, as the day reaches them. `Register` keeps of each what the desk and the figures need; what
will become of a call (`Course`) is forgotten once it is over.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ACCEPTS, REFUSES, SILENT = 0, 1, 2
OFFERS_DRAWN = 4
"""Answers drawn for each call; whoever is asked after these accepts (guess)."""


class Course(NamedTuple):
    """What will become of a call; see `Calls`."""

    turnout_s: float
    to_patient_s: float
    scene_s: float
    conveys: bool
    hospital: int
    handover_s: float
    clean_up_s: float
    answer: list[int]
    answer_s: list[float]


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

    def __len__(self) -> int:
        return len(self.at_s)

    def only(self, rows: Any) -> Calls:
        """These of them, in this order; `rows` is whatever chooses rows of an array."""
        columns = ((field.name, getattr(self, field.name)) for field in fields(self))
        chosen: dict[str, Any] = {name: told[rows] for name, told in columns if isinstance(told, np.ndarray)}
        return replace(self, **chosen)

    def parts(self) -> Iterator[Calls]:
        """All at once."""
        yield self

    def courses(self) -> Iterator[Course]:
        """What will become of each."""
        return map(Course._make, zip(*(getattr(self, name).tolist() for name in Course._fields), strict=True))


class Coming(Protocol):
    """The calls of a day, in parts that follow each other in time; how many there are is known before."""

    @property
    def kinds(self) -> tuple[str, ...]: ...
    @property
    def complaints(self) -> tuple[str, ...]: ...
    @property
    def zones(self) -> tuple[str, ...]: ...

    def __len__(self) -> int: ...

    def parts(self) -> Iterator[Calls]: ...


class Column:
    """A column of the register, as NumPy sees it; its code is one of `array`'s."""

    def __init__(self, code: str) -> None:
        self.code = code

    def __set_name__(self, owner: type[Register], name: str) -> None:
        self._name = name

    def __get__(self, register: Register, owner: type[Register]) -> NDArray[Any]:
        return np.frombuffer(register.column(self._name), self.code)


class Register:
    """One row a call, 28 bytes: zeros for those that have not come yet. The columns are those of `Calls`."""

    at_s, opened_s = Column("d"), Column("d")
    place, zone, hospital, complaint = Column("h"), Column("h"), Column("h"), Column("h")
    priority, kind, needs, units = Column("b"), Column("b"), Column("b"), Column("b")

    def __init__(self, coming: Coming) -> None:
        self.kinds, self.complaints, self.zones = coming.kinds, coming.complaints, coming.zones
        self.known = 0
        """So many have come."""
        codes = {name: column.code for name, column in vars(Register).items() if isinstance(column, Column)}
        self._columns = {name: array(code, bytes(array(code).itemsize * len(coming))) for name, code in codes.items()}

    def __len__(self) -> int:
        return len(self._columns["at_s"])

    def column(self, name: str) -> array[Any]:
        """A column that gives plain numbers one by one, several times as fast as NumPy's."""
        return self._columns[name]

    def take_in(self, part: Calls) -> range:
        """Calls that come now; returns their numbers."""
        first, self.known = self.known, self.known + len(part)
        for name in self._columns:
            getattr(self, name)[first : self.known] = getattr(part, name)
        return range(first, self.known)


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
