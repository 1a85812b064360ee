"""
A route → what a crew is told on the way: one instruction a decision, in Vietnamese and English (`phrases`).

A bend is told only where one might have gone another way (`maneuvers`), a new street name only when it lasts. What is
irregular (against a one-way, past a closing sign, through a closed street, a turn that a sign forbids) begins an
instruction of its own and is flagged. All limits are guesses.
"""

import math
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from routing.maneuvers import Turn, find_turns, flags_of
from routing.phrases import compass, phrase
from routing.route import M_PER_DEG, Route, Stretch, heading_deg

# A new name is told when it lasts so long; that of a bridge or a tunnel, so long.
_NAME_M: Final = 150.0
_CROSSING_M: Final = 100.0
# The name of a turn is looked for so far beyond it, and should last so long; so should a merge.
_AHEAD_M: Final = 60.0
_SCRAP_M: Final = 40.0
# A slip road this short is where mappers let a road begin to be one: who takes it has merged.
_STUB_M: Final = 15.0
# A place this far beside the street is on one side of it.
_SIDE_M: Final = 3.0
# The direction of setting out is that of the first metres.
_SETTING_OUT_M: Final = 30.0

Point = tuple[float, float]


@dataclass(frozen=True)
class Instruction:
    """
    What to do at a point of the route (`at`, `vertex` in its geometry), and how long the way then goes on.

    `maneuver`: depart, continue, slight_left, left, sharp_left and to the right, keep_left, keep_right, uturn,
    roundabout (with `exit`, `None` when the way ends in it), leave_roundabout, ramp_left, ramp_right, ramp, merge,
    join, ferry, off_road, arrive, arrive_left, arrive_right. `flags`: closed, against_oneway, restricted,
    forbidden_turn.
    `stays` on the street one has been on.
    """

    maneuver: str
    name: str | None
    at: Point
    vertex: int
    distance_m: float
    time_s: float
    flags: tuple[str, ...] = ()
    exit: int | None = None
    heading: str | None = None
    stays: bool = False

    def text(self, language: str) -> str:
        """One sentence, `vi` or `en`."""
        return phrase(self, language)


def instructions(route: Route, destination: Point | None = None) -> list[Instruction]:
    """
    The instructions of a route, departure and arrival included; their distances and times are the route's.

    `destination` is the place asked for, which tells the side of the street it is on.
    """
    stretches = route.stretches
    told: list[Instruction] = []
    if stretches:
        start = Turn(0, "depart" if stretches[0].arc >= 0 else "off_road", 0)
        turns = _without_scraps(stretches, _without_stubs(stretches, [start, *find_turns(route)]))
        turns = _name_changes(stretches, turns)
        ends = [turn.first for turn in turns[1:]] + [len(stretches)]
        told = [_tell(route, turn, end) for turn, end in zip(turns, ends, strict=True)]
    last = len(route.geometry) - 1
    return [*told, Instruction(_arrival(route, destination), None, route.geometry[last], last, 0.0, 0.0)]


def _without_stubs(stretches: list[Stretch], turns: list[Turn]) -> list[Turn]:
    """Take stubs of slip roads and the merges at their ends for one turn, unless something irregular lies between."""
    kept: list[Turn] = []
    for turn in turns:
        before = kept[-1] if kept else None
        if before is not None and turn.maneuver == "merge" and before.maneuver.startswith("ramp"):
            stub = stretches[before.first : turn.first]
            same = len({flags_of(piece) for piece in (*stub, stretches[turn.first])}) == 1
            if same and sum(piece.distance_m for piece in stub) < _STUB_M:
                kept[-1] = before._replace(onto=turn.onto)
                continue
        kept.append(turn)
    return kept


def _without_scraps(stretches: list[Stretch], turns: list[Turn]) -> list[Turn]:
    """Leave out merges that the next turn follows at once, unless something irregular begins there."""
    kept: list[Turn] = []
    for turn, following in zip(turns, [*turns[1:], None], strict=True):
        end = following.first if following is not None else len(stretches)
        short = sum(piece.distance_m for piece in stretches[turn.first : end]) < _SCRAP_M
        same = kept and flags_of(stretches[turn.first]) == flags_of(stretches[turn.first - 1])
        if not (turn.maneuver == "merge" and short and same and following is not None):
            kept.append(turn)
    return kept


def _name_changes(stretches: list[Stretch], turns: list[Turn]) -> list[Turn]:
    """Put in what is told only because the street is called otherwise from there on."""
    found: list[Turn] = []
    ends = [turn.first for turn in turns[1:]] + [len(stretches)]
    for turn, end in zip(turns, ends, strict=True):
        found.append(turn)
        said = {_name(stretches, turn.onto, end)}
        for index in range(turn.onto + 1, end):
            name = stretches[index].name
            if name is None or name in said or name == stretches[index - 1].name:
                continue
            run = index
            while run < end and stretches[run].name == name:
                run += 1
            crossing = stretches[index].bridge or stretches[index].tunnel
            if sum(piece.distance_m for piece in stretches[index:run]) >= (_CROSSING_M if crossing else _NAME_M):
                found.append(Turn(index, "continue", index))
                said.add(name)
    return found


def _name(stretches: list[Stretch], index: int, end: int) -> str | None:
    """The street's name; that of a scrap (the width of the street crossed) gives way to one that lasts."""
    metres, first = 0.0, None
    for at in range(index, end):
        name = stretches[at].name
        if name is not None:
            first = first or name
            run = takewhile(lambda piece, name=name: piece.name == name, stretches[at:end])  # type: ignore[misc]
            if sum(piece.distance_m for piece in run) >= _SCRAP_M:
                return name
        metres += stretches[at].distance_m
        if metres > _AHEAD_M:
            break
    return first


def _tell(route: Route, turn: Turn, end: int) -> Instruction:
    stretches = route.stretches
    pieces = stretches[turn.first : end]
    name = _name(stretches, turn.onto, max(end, turn.onto))
    vertex = stretches[turn.first].vertex if turn.first < len(stretches) else len(route.geometry) - 1
    flags = {flag for piece in stretches[turn.first : turn.onto + 1] for flag in flags_of(piece)}
    if any(piece.forbidden_turn for piece in stretches[max(0, turn.first - 1) : turn.onto]):
        flags.add("forbidden_turn")
    return Instruction(
        maneuver=turn.maneuver,
        name=name,
        at=route.geometry[vertex],
        vertex=vertex,
        distance_m=sum(piece.distance_m for piece in pieces),
        time_s=sum(piece.time_s for piece in pieces),
        flags=tuple(flag for flag in ("closed", "against_oneway", "restricted", "forbidden_turn") if flag in flags),
        exit=turn.exit,
        heading=compass(_setting_out_deg(route, vertex)) if turn.maneuver in ("depart", "off_road") else None,
        stays=name is not None and turn.first > 0 and stretches[turn.first - 1].name == name,
    )


def _setting_out_deg(route: Route, vertex: int) -> float:
    here = route.geometry[vertex]
    for there in route.geometry[vertex + 1 :]:
        if math.hypot(*_metres(here, there)) >= _SETTING_OUT_M:
            return heading_deg(here, there)
    return heading_deg(here, route.geometry[-1])


def _arrival(route: Route, destination: Point | None) -> str:
    """On which side of the street the place lies, when it lies beside it."""
    if destination is None or not route.stretches or route.stretches[-1].arc < 0:
        return "arrive"
    here, end = route.geometry[-2], route.geometry[-1]
    (east, north), (off_east, off_north) = _metres(here, end), _metres(end, destination)
    length = math.hypot(east, north)
    right_m = (off_east * north - off_north * east) / length if length > 0 else 0.0
    if abs(right_m) < _SIDE_M:
        return "arrive"
    return "arrive_right" if right_m > 0 else "arrive_left"


def _metres(here: Point, there: Point) -> tuple[float, float]:
    """East and north."""
    east = (there[0] - here[0]) * math.cos(math.radians(here[1])) * M_PER_DEG
    return east, (there[1] - here[1]) * M_PER_DEG
