"""
Where a route has decisions to take, and what they are.

A bend counts only where one might have gone another way. Slip roads and the two halves of a turn across a divided road
are one turn. Exits of a roundabout are counted as drivers count them: lawful ways out, yards and paths left out.

Angles are those of the streets' first metres (`turns.BEARING_M`); all limits are guesses.
"""

from typing import Final, NamedTuple

from routing.route import Route, Stretch, WayOn, heading_deg

# A bend of less is straight on, of more than the second a turn, the third a sharp one, the last turning round.
_SLIGHT_DEG: Final = 25
_TURN_DEG: Final = 45
_SHARP_DEG: Final = 135
_ROUND_DEG: Final = 160
# Two ways on whose bends differ by less make a fork: "keep left".
_FORK_DEG: Final = 50
# Slip roads shorter than this are part of their turn, and so is the gap in the middle of a divided road; turning to and
# fro within the last of these is going on.
_SLIP_M: Final = 150.0
_GAP_M: Final = 35.0
_JOG_M: Final = 12.0
# Ways that no driver on a street takes for another street.
_MINOR: Final = frozenset({"service", "alley", "driveway", "track", "pedestrian", "path", "footway", "ferry"})


class Turn(NamedTuple):
    """A decision on entering stretch `first`; stretches from there up to `onto` are part of the turn itself."""

    onto: int
    maneuver: str
    first: int
    exit: int | None = None


def find_turns(route: Route) -> list[Turn]:
    """All decisions after departure, in order."""
    stretches = route.stretches
    found: list[Turn] = []
    index = 1
    while index < len(stretches):
        turn = _turn_before(route, index)
        if turn is not None:
            found.append(turn)
            index = max(turn.onto, index)
        index += 1
    return found


def _turn_before(route: Route, index: int) -> Turn | None:
    """What happens on entering a stretch."""
    stretches = route.stretches
    before, after = stretches[index - 1], stretches[index]
    if before.arc < 0 or after.arc < 0:
        return Turn(index, "join" if before.arc < 0 else "off_road", index)
    if after.roundabout and not before.roundabout:
        return _roundabout(stretches, index)
    if before.roundabout and not after.roundabout:
        return Turn(index, "leave_roundabout", index)
    if after.road_class == "ferry" and before.road_class != "ferry":
        return Turn(index, "ferry", index)
    if after.arc == before.arc ^ 1:
        return Turn(index, "uturn", index)
    beyond = _beyond_slip(stretches, index)
    if beyond is not None:
        maneuver = _maneuver(
            _change_deg(route, index - 1, beyond), sum(s.bend_deg for s in stretches[index - 1 : beyond])
        )
        if maneuver is not None or not _is_link(after):
            return Turn(beyond, maneuver or "continue", index)
    maneuver = _decide(before, after)
    changed = flags_of(after) != flags_of(before) or before.forbidden_turn
    if maneuver is None and changed:
        maneuver = _maneuver(before.bend_deg, before.bend_deg) if before.forbidden_turn else None
        maneuver = maneuver or "continue"
    return Turn(index, maneuver, index) if maneuver is not None else None


def _roundabout(stretches: list[Stretch], index: int) -> Turn:
    """From the way in to the stretch after the way out."""
    exits, at = 0, index
    while at < len(stretches) and stretches[at].roundabout:
        leaves = at + 1 < len(stretches) and not stretches[at + 1].roundabout
        exits += leaves or any(_is_exit(way) for way in stretches[at].others)
        at += 1
    return Turn(at, "roundabout", index, exits if at < len(stretches) else None)


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
        if metres > (_SLIP_M if link else _GAP_M) or flags_of(piece) != flags_of(stretches[index - 1]):
            return None
        at += 1
    return None


def _bends_on(stretches: list[Stretch], index: int, at: int) -> bool:
    """Whether both ends of a short gap turn, the same way, or to and fro over hardly more than a street's width."""
    first, last = stretches[index - 1].bend_deg, stretches[at - 1].bend_deg
    metres = sum(piece.distance_m for piece in stretches[index:at])
    return min(abs(first), abs(last)) >= _TURN_DEG and (first * last > 0 or metres <= _JOG_M)


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


def flags_of(piece: Stretch) -> tuple[str, ...]:
    named = (("closed", piece.closed), ("against_oneway", piece.against_oneway), ("restricted", piece.restricted))
    return tuple(name for name, holds in named if holds)


def _is_link(piece: Stretch) -> bool:
    return piece.road_class is not None and piece.road_class.endswith("_link")
