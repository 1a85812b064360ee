"""The units of a simulated day, and what each run of theirs leaves behind."""

from __future__ import annotations

from dataclasses import dataclass, field

VAN, MOTORBIKE, BOAT = 0, 1, 2
KIND_NAMES = ("van", "motorbike", "boat")
PROFILE_OF_KIND = (0, 1, 0)
"""Which of the table's profiles a kind travels by; a boat's ways are the van's (weak: it has piers and tides)."""

OFF, FREE, ASKED, GOING, SCENE, CONVEYING, HOSPITAL, RESTING = range(8)
STATUS_NAMES = ("off_duty", "free", "asked", "going", "on_scene", "conveying", "at_hospital", "on_break")

MAIN, FIRST = 0, 1

DAY_S = 86_400.0


@dataclass(frozen=True)
class Shift:
    """
    Every day from `from_s` until `until_s`, seconds after local midnight: over midnight if it ends earlier, round the
    clock if both are the same.
    """

    from_s: float
    until_s: float
    rest_from_s: float | None = None
    rest_s: float = 0.0


@dataclass(slots=True)
class Unit:
    """
    `home`, `post`, `here` are places; `station` an index. On the road between `left` and `post` it left at `left_s` and
    arrives at `arrives_s`; a unit that stands has `arrives_s` in the past.
    """

    index: int
    id: str
    home: int
    station: int
    kind: int = VAN
    skills: int = 7
    can_refuse: bool = False
    shift: Shift | None = None
    status: int = FREE
    post: int = 0
    left: int = 0
    left_s: float = 0.0
    arrives_s: float = -1.0
    run: Run | None = None
    ends_duty: bool = False
    rest_due_s: float = 0.0
    moved_s: list[float] = field(default_factory=list)


class Run:
    """
    One unit's commitment to one call: the stamps in seconds since the start, NaN for what did not happen.

    `row`: its number among the day's runs, -1 before a crew has accepted.
    """

    __slots__ = (
        "accepted_s", "answer", "at_hospital_s", "at_patient_s", "call", "en_route_s", "free_s", "handover_s",
        "hospital", "left_s", "metres", "offered_s", "on_scene_s", "outcome", "row", "start", "tier", "token", "unit",
    )  # fmt: skip

    def __init__(self, call: int, unit: int, tier: int, offered_s: float) -> None:
        self.call, self.unit, self.tier, self.offered_s = call, unit, tier, offered_s
        nan = float("nan")
        self.accepted_s = self.en_route_s = self.on_scene_s = self.at_patient_s = nan
        self.left_s = self.at_hospital_s = self.handover_s = self.free_s = self.metres = nan
        self.start = self.hospital = self.row = -1
        self.answer = 0
        self.outcome = "open"
        self.token: str | None = None
