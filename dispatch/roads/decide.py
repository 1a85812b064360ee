"""
Which speeds are believed, which closures stand, and what both make of the roads at a moment. Pure.

A closure is in force from `from_at` until just before `until_at`. Of two speeds on one arc the newer holds; a closure
holds beside any speed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec
import numpy as np

from dispatch.domain import events as ev
from dispatch.domain.road import Road
from dispatch.domain.state import Closure, State
from dispatch.domain.words import RoadDirection
from dispatch.errors import Malformed, NotFound
from dispatch.positions.decide import Rejected
from dispatch.roads.flood import DEEPEST_CM, passable_kph
from dispatch.roads.model import ClosureRequest, LiveSpeed, SpeedReport
from routing.conditions import ON_FOOT_KPH, Conditions, Obstacle
from routing.errors import UnknownRoadError
from routing.graph import FloatArray, IntArray
from routing.hours import hour_of_week
from routing.locate import Locator
from routing.road_ref import RoadRef

MOST_KPH = 150.0
"""No traffic of the city drives faster; the fastest limit is 120 (guess)."""
LONGEST_VALID_S = 7_200.0
AHEAD = timedelta(seconds=60)
"""A reporter's clock may be ahead of ours by this much (guess)."""
LONGEST_SOURCE = 100


class LiveArcs(NamedTuple):
    """Speeds by arc: which arc, how fast, and the index of the report that says so."""

    arc: IntArray
    kph: FloatArray
    report: IntArray


def judge(reports: Sequence[Any], locator: Locator, now: datetime) -> tuple[list[LiveSpeed], list[Rejected]]:
    """The speeds that are believed, and the others with their reasons: a bad one spoils no other."""
    accepted: list[LiveSpeed] = []
    rejected: list[Rejected] = []
    for index, raw in enumerate(reports):
        try:
            report = msgspec.convert(raw, SpeedReport)
            at, until = _check_speed(report, now)
            arcs = locator.arcs(_ref_of_report(report)).tolist()
        except (msgspec.ValidationError, UnicodeEncodeError) as error:  # the latter for half a letter in a name
            told = storable(str(error))
            rejected.append(Rejected(index, f"not a speed: {told}; see POST /api/v1/traffic in /api/docs"))
        except (Malformed, UnknownRoadError) as error:
            rejected.append(Rejected(index, str(error)))
        else:
            source = report.source and storable(report.source)
            accepted.append(LiveSpeed(arcs=tuple(arcs), kph=report.speed_kph, at=at, until=until, source=source))
    return accepted, rejected


def storable(text: str) -> str:
    """Half a letter, which JSON may hold, can be neither kept nor sent back."""
    return text.encode(errors="replace").decode()


def _check_speed(report: SpeedReport, now: datetime) -> tuple[datetime, datetime]:
    """From when until when the speed holds. Raises Malformed."""
    if not 0 < report.speed_kph <= MOST_KPH:
        raise Malformed(
            "{kph:g} km/h is no speed of traffic; send more than 0 and at most {most:.0f}, and a road where nothing "
            "moves as a closure",
            code="no_speed",
            kph=report.speed_kph,
            most=MOST_KPH,
        )
    if not 1 <= report.valid_s <= LONGEST_VALID_S:
        raise Malformed(f"valid_s is {report.valid_s:g}; send 1 to {LONGEST_VALID_S:.0f} seconds")
    if report.source is not None and len(report.source) > LONGEST_SOURCE:
        raise Malformed(f"source has {len(report.source)} letters; send at most {LONGEST_SOURCE}")
    at = report.at or now
    if at.tzinfo is None:
        raise Malformed("the time has no zone; send RFC 3339 with Z or an offset")
    if at > now + AHEAD:
        raise Malformed(f"the time is {(at - now).total_seconds():.0f} s ahead of ours; set the reporter's clock")
    age_s = (now - at).total_seconds()
    if age_s >= report.valid_s:
        raise Malformed(f"the speed is {age_s:.0f} s old and was good for {report.valid_s:g} s; send a newer one")
    return at, at + timedelta(seconds=report.valid_s)


def _ref_of_report(report: SpeedReport) -> RoadRef:
    ways = () if report.way_id is None else (report.way_id,)
    road = Road(way_ids=ways, line=report.line, lon=report.lon, lat=report.lat, heading_deg=report.heading_deg)
    return road_ref(road, report.direction)


def road_ref(road: Road, direction: RoadDirection) -> RoadRef:
    """The road as `routing` looks for it. Raises Malformed for half a point."""
    if (road.lon is None) != (road.lat is None):
        raise Malformed("lon and lat go together; send both or neither")
    return RoadRef(
        way_ids=road.way_ids,
        line=road.line,
        area=road.area,
        point=None if road.lon is None or road.lat is None else (road.lon, road.lat),
        heading_deg=road.heading_deg,
        name=road.name,
        direction=direction,
    )


def _check_closure(request: ClosureRequest, now: datetime) -> None:
    """Raises Malformed with what is missing, absurd or beside the point."""
    kind, depth_cm, kph = request.kind, request.depth_cm, request.speed_kph
    if (depth_cm is not None) != (kind == "flood"):
        what = "a flood needs depth_cm" if kind == "flood" else f"a road that is {kind} has no depth_cm"
        raise Malformed(f"{what}; send kind flood with the depth of the water in cm, or another kind without")
    if (kph is not None) != (kind == "slow"):
        what = "a slow road needs speed_kph" if kind == "slow" else f"a {kind} road has no speed_kph"
        raise Malformed(f"{what}; send kind slow with the speed in km/h, or another kind without")
    if depth_cm is not None and not 0 < depth_cm <= DEEPEST_CM:
        raise Malformed(
            "water {depth_cm:g} cm deep is no flood; send more than 0 and at most {most:.0f} cm",
            code="no_flood",
            depth_cm=depth_cm,
            most=DEEPEST_CM,
        )
    if kph is not None and not 0 < kph <= MOST_KPH:
        raise Malformed(
            "{kph:g} km/h is no speed of traffic; send more than 0 and at most {most:.0f}",
            code="no_speed",
            kph=kph,
            most=MOST_KPH,
        )
    starts_at = request.from_at or now
    if request.until_at is not None and request.until_at <= max(now, starts_at):
        what = "and is over" if request.until_at <= now else "before it begins"
        raise Malformed(
            "the closure ends at {until}, {what}; send a later until",
            code="closure_over",
            until=request.until_at.isoformat(),
            what=what,
        )


def make_closing(request: ClosureRequest, locator: Locator, now: datetime) -> ev.RoadClosed:
    """The fact that a road is closed, flooded or slow. Raises Malformed, also for a road that is not on the map."""
    _check_closure(request, now)
    try:
        located = locator.locate(road_ref(request.road, request.direction))
    except UnknownRoadError as error:
        raise Malformed(str(error)) from error
    return ev.RoadClosed(
        id=request.id,
        kind=request.kind,
        road=request.road,
        direction=request.direction,
        depth_cm=request.depth_cm,
        speed_kph=request.speed_kph,
        from_at=request.from_at or now,
        until_at=request.until_at,
        reason=request.reason,
        names=located.names,
        way_ids=located.way_ids,
        length_m=located.length_m,
        lines=located.lines,
    )


def reopen_road(state: State, closure_id: str, reason: str) -> ev.RoadReopened:
    """The fact that it is open again. Raises NotFound."""
    if closure_id not in state.closures:
        raise NotFound(
            "no closure {closure}, or it was lifted already; GET /api/v1/closures lists them",
            code="no_closure",
            closure=closure_id,
        )
    return ev.RoadReopened(id=closure_id, reason=reason)


def is_in_force(closure: Closure, now: datetime) -> bool:
    """Whether the closure holds at a moment."""
    return closure.from_at <= now and not is_over(closure, now)


def is_over(closure: Closure, now: datetime) -> bool:
    """Whether its time has come."""
    return closure.until_at is not None and closure.until_at <= now


def next_change(closures: Iterable[Closure], speeds: Iterable[LiveSpeed], now: datetime) -> datetime:
    """The next moment after `now` at which other conditions hold by the clock alone: at the latest, the full hour."""
    hour = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    moments = [hour]
    for closure in closures:
        moments += [at for at in (closure.from_at, closure.until_at) if at is not None and at > now]
    moments += [speed.until for speed in speeds if speed.until > now]
    return min(moments)


def allowed_kph(closure: Closure) -> float | None:
    """How fast the closure lets anybody pass; None when it shuts the road."""
    if closure.kind == "flood" and closure.depth_cm is not None:
        return passable_kph(closure.depth_cm)
    slow = closure.kind == "slow" and closure.speed_kph is not None and closure.speed_kph > ON_FOOT_KPH
    return closure.speed_kph if slow else None


def find_arcs(closure: Closure, locator: Locator) -> IntArray | None:
    """
    The closure's arcs on the map in use: by what was told, or else by the lines that it meant on an older map.

    None when neither lies on a street any more.
    """
    try:
        return locator.arcs(road_ref(closure.road, closure.direction))
    except (UnknownRoadError, Malformed):
        found = list(_along_lines(closure, locator))
        return np.unique(np.concatenate(found)) if found else None


def _along_lines(closure: Closure, locator: Locator) -> Iterable[IntArray]:
    """Lines of a closure of one direction run its way."""
    direction: RoadDirection = "both" if closure.direction == "both" else "forward"
    for line in closure.lines:
        try:
            yield locator.arcs(RoadRef(line=line, direction=direction))
        except UnknownRoadError:
            continue


def newest_by_arc(speeds: Sequence[LiveSpeed], now: datetime) -> LiveArcs:
    """For each arc the newest speed that still holds; of two of one moment, the later in `speeds`."""
    holding = [index for index, speed in enumerate(speeds) if speed.at <= now + AHEAD and now < speed.until]
    holding.sort(key=lambda index: speeds[index].at)
    counts = [len(speeds[index].arcs) for index in holding]
    arcs = np.array([arc for index in holding for arc in speeds[index].arcs], dtype=np.int32)
    report = np.repeat(np.array(holding, dtype=np.int32), counts)
    kph = np.repeat(np.array([speeds[index].kph for index in holding], dtype=np.float64), counts)
    arc, from_end = np.unique(arcs[::-1], return_index=True)
    last = len(arcs) - 1 - from_end
    return LiveArcs(arc, kph[last], report[last])


def conditions_at(now: datetime, live: LiveArcs, closures: Iterable[tuple[Closure, IntArray]]) -> Conditions:
    """The usual traffic of the hour, the live speeds, and the closures that are in force, in the order of their ids."""
    obstacles = tuple(
        Obstacle(tuple(arcs.tolist()), allowed_kph(closure))
        for closure, arcs in sorted(closures, key=lambda pair: pair[0].id)
        if is_in_force(closure, now)
    )
    return Conditions(hour=hour_of_week(now), live_arc=live.arc, live_kph=live.kph, obstacles=obstacles)
