"""
A route → what a crew is told on the way: one instruction a decision, in Vietnamese and English (`phrases`).

A bend is told only where one might have gone another way; a new street name only when it lasts. What is irregular
(against a one-way, past a closing sign, through a closed street, a turn that a sign forbids) begins an instruction of
its own and is flagged. Slip roads and the two halves of a turn across a divided road are one turn. Exits of a
roundabout are counted as drivers count them: lawful ways out, yards and paths left out.

Angles are those of the streets' first metres (`turns.BEARING_M`); all limits are guesses.
"""

import math
from dataclasses import dataclass
from typing import Final, NamedTuple

from routing.phrases import compass, phrase
from routing.route import M_PER_DEG, Route, Stretch, WayOn, heading_deg

# A bend of less is straight on, of more than the second a turn, the third a sharp one, the last turning round.
_SLIGHT_DEG: Final = 25
_TURN_DEG: Final = 45
_SHARP_DEG: Final = 135
_ROUND_DEG: Final = 160
# Two ways on whose bends differ by less make a fork: "keep left".
_FORK_DEG: Final = 50
# Slip roads shorter than this are part of their turn, and so is the gap in the middle of a divided road.
_SLIP_M: Final = 150.0
_GAP_M: Final = 35.0
# A new name is told when it lasts so long; that of a bridge or a tunnel, so long.
_NAME_M: Final = 150.0
_CROSSING_M: Final = 100.0
# The name of a turn is looked for so far beyond it.
_AHEAD_M: Final = 60.0
# A place this far beside the street is on one side of it.
_SIDE_M: Final = 3.0
# The direction of setting out is that of the first metres.
_SETTING_OUT_M: Final = 30.0
_MINOR: Final = frozenset({"service", "alley", "driveway", "track", "pedestrian", "path", "footway", "ferry"})

Point = tuple[float, float]


@dataclass(frozen=True)
class Instruction:
    """
    What to do at a point of the route (`at`, `vertex` in its geometry), and how long the way then goes on.

    `maneuver`: depart, continue, slight_left, left, sharp_left and to the right, keep_left, keep_right, uturn,
    roundabout (with `exit`, `None` when the way ends in it), leave_roundabout, ramp_left, ramp_right, ramp, merge,
    ferry, off_road, arrive, arrive_left, arrive_right. `flags`: against_oneway, restricted, closed, forbidden_turn.
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


class _Turn(NamedTuple):
    """A decision on entering stretch `first`; stretches from there up to `onto` are part of the turn itself."""

    onto: int
    maneuver: str
    first: int
    exit: int | None = None


def instructions(route: Route, destination: Point | None = None) -> list[Instruction]:
    """
    The instructions of a route, departure and arrival included; their distances and times are the route's.

    `destination` is the place asked for, which tells the side of the street it is on.
    """
    stretches = route.stretches
    told: list[Instruction] = []
    if stretches:
        start = _Turn(0, "depart" if stretches[0].arc >= 0 else "off_road", 0)
        turns = _name_changes(stretches, [start, *_find_turns(route)])
        ends = [turn.first for turn in turns[1:]] + [len(stretches)]
        told = [_tell(route, turn, end) for turn, end in zip(turns, ends, strict=True)]
    last = len(route.geometry) - 1
    return [*told, Instruction(_arrival(route, destination), None, route.geometry[last], last, 0.0, 0.0)]


def _find_turns(route: Route) -> list[_Turn]:
    """All decisions after departure, in order."""
    stretches = route.stretches
    found: list[_Turn] = []
    index = 1
    while index < len(stretches):
        turn = _turn_before(route, index)
        if turn is not None:
            found.append(turn)
            index = max(turn.onto, index)
        index += 1
    return found


def _turn_before(route: Route, index: int) -> _Turn | None:
    """What happens on entering a stretch."""
    stretches = route.stretches
    before, after = stretches[index - 1], stretches[index]
    if before.arc < 0 or after.arc < 0:
        return _Turn(index, "continue" if before.arc < 0 else "off_road", index)
    if after.roundabout and not before.roundabout:
        return _roundabout(stretches, index)
    if before.roundabout and not after.roundabout:
        return _Turn(index, "leave_roundabout", index)
    if after.road_class == "ferry" and before.road_class != "ferry":
        return _Turn(index, "ferry", index)
    if after.arc == before.arc ^ 1:
        return _Turn(index, "uturn", index)
    beyond = _beyond_slip(stretches, index)
    if beyond is not None:
        maneuver = _maneuver(
            _change_deg(route, index - 1, beyond), sum(s.bend_deg for s in stretches[index - 1 : beyond])
        )
        if maneuver is not None:
            return _Turn(beyond, maneuver, index)
    maneuver = _decide(before, after)
    changed = _flags(after) != _flags(before) or before.forbidden_turn
    if maneuver is None and changed:
        maneuver = _maneuver(before.bend_deg, before.bend_deg) if before.forbidden_turn else None
        maneuver = maneuver or "continue"
    return _Turn(index, maneuver, index) if maneuver is not None else None


def _roundabout(stretches: list[Stretch], index: int) -> _Turn:
    """From the way in to the stretch after the way out."""
    exits, at = 0, index
    while at < len(stretches) and stretches[at].roundabout:
        leaves = at + 1 < len(stretches) and not stretches[at + 1].roundabout
        exits += leaves or any(_is_exit(way) for way in stretches[at].others)
        at += 1
    return _Turn(at, "roundabout", index, exits if at < len(stretches) else None)


def _is_exit(way: WayOn) -> bool:
    return not way.roundabout and way.road_class not in _MINOR


def _beyond_slip(stretches: list[Stretch], index: int) -> int | None:
    """The stretch after a slip road or the gap in a divided road that begins here; `None` when none does."""
    metres, at = 0.0, index
    link = _is_link(stretches[index]) and not _is_link(stretches[index - 1])
    while at < len(stretches) and not stretches[at].roundabout:
        piece = stretches[at]
        if (link and not _is_link(piece)) or (not link and at > index and _bends_on(stretches, index, at)):
            return at
        metres += piece.distance_m
        if metres > (_SLIP_M if link else _GAP_M) or _flags(piece) != _flags(stretches[index - 1]):
            return None
        at += 1
    return None


def _bends_on(stretches: list[Stretch], index: int, at: int) -> bool:
    """Whether both ends of a short gap turn the same way."""
    first, last = stretches[index - 1].bend_deg, stretches[at - 1].bend_deg
    return first * last > 0 and min(abs(first), abs(last)) >= _TURN_DEG


def _decide(before: Stretch, after: Stretch) -> str | None:
    """What is said where one stretch goes on into the next; `None` where nobody would think of another way."""
    bend = before.bend_deg
    minor = after.road_class in _MINOR
    rivals = [way for way in before.others if minor or way.road_class not in _MINOR]
    if _is_link(before) and not _is_link(after) and abs(bend) < _TURN_DEG:
        return "merge"
    if not before.others:
        return None
    if _is_link(after) and not _is_link(before) and abs(bend) < _TURN_DEG:
        side = _fork(bend, rivals)
        return f"ramp_{side}" if side else "ramp"
    if abs(bend) >= _TURN_DEG:
        straight = any(abs(way.bend_deg) < _TURN_DEG for way in before.others)
        follows = after.name is not None and after.name == before.name and not straight and not rivals
        return None if follows else _maneuver(bend, bend)
    if not rivals:
        return None
    stays = after.name == before.name and after.road_class == before.road_class
    if stays and abs(bend) <= min(abs(way.bend_deg) for way in rivals):
        return None
    side = _fork(bend, [way for way in rivals if abs(way.bend_deg) < _TURN_DEG])
    if side and abs(bend) < _SLIGHT_DEG:
        return f"keep_{side}"
    straighter = any(abs(way.bend_deg) < abs(bend) - 10 for way in rivals)
    return _maneuver(bend, bend) if straighter else None


def _fork(bend: int, rivals: list[WayOn]) -> str | None:
    """The side one keeps to, where the nearest rival is about as straight."""
    near = [way.bend_deg for way in rivals if abs(way.bend_deg - bend) < _FORK_DEG]
    if not near:
        return None
    return "right" if bend > min(near, key=lambda other: abs(other - bend)) else "left"


def _maneuver(angle_deg: float, lean_deg: float) -> str | None:
    """The name of a turn by an angle; `lean_deg` says which way round when it comes to half a circle."""
    size = abs(angle_deg)
    if size < _SLIGHT_DEG:
        return None
    if size >= _ROUND_DEG:
        return "uturn"
    side = "right" if (angle_deg if size < _SHARP_DEG else lean_deg) > 0 else "left"
    return f"slight_{side}" if size < _TURN_DEG else f"sharp_{side}" if size > _SHARP_DEG else side


def _change_deg(route: Route, before: int, after: int) -> float:
    """How the heading changes from the end of one stretch to the beginning of another, −180 to 180."""
    points = route.geometry
    start, end = route.stretches[before + 1].vertex, route.stretches[after].vertex
    out = heading_deg(points[max(0, start - 1)], points[start])
    return (heading_deg(points[end], points[min(end + 1, len(points) - 1)]) - out + 180.0) % 360.0 - 180.0


def _name_changes(stretches: list[Stretch], turns: list[_Turn]) -> list[_Turn]:
    """Put in what is told only because the street is called otherwise from there on."""
    found: list[_Turn] = []
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
                found.append(_Turn(index, "continue", index))
                said.add(name)
    return found


def _name(stretches: list[Stretch], index: int, end: int) -> str | None:
    """The street's name, or that of the named street a few metres on."""
    metres = 0.0
    for piece in stretches[index:end]:
        if piece.name is not None:
            return piece.name
        metres += piece.distance_m
        if metres > _AHEAD_M:
            return None
    return None


def _tell(route: Route, turn: _Turn, end: int) -> Instruction:
    stretches = route.stretches
    pieces = stretches[turn.first : end]
    name = _name(stretches, turn.onto, max(end, turn.onto))
    vertex = stretches[turn.first].vertex if turn.first < len(stretches) else len(route.geometry) - 1
    flags = {flag for piece in stretches[turn.first : turn.onto + 1] for flag in _flags(piece)}
    if turn.first > 0 and stretches[turn.first - 1].forbidden_turn:
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


def _flags(piece: Stretch) -> tuple[str, ...]:
    named = (("closed", piece.closed), ("against_oneway", piece.against_oneway), ("restricted", piece.restricted))
    return tuple(name for name, holds in named if holds)


def _is_link(piece: Stretch) -> bool:
    return piece.road_class is not None and piece.road_class.endswith("_link")


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
