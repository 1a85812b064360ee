"""Which speeds are believed, when closures hold, and what both make of the roads at a moment."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.domain import events as ev
from dispatch.domain.events import Recorded, read_recorded, stream_of
from dispatch.domain.fold import apply
from dispatch.domain.road import Road
from dispatch.domain.state import Closure, State
from dispatch.errors import Malformed, NotFound, Refused
from dispatch.roads.decide import (
    conditions_at,
    find_arcs,
    is_in_force,
    is_over,
    judge,
    make_closing,
    newest_by_arc,
    next_change,
    reopen_road,
)
from dispatch.roads.flood import IMPASSABLE_CM, passable_kph
from dispatch.roads.model import ClosureRequest, LiveSpeed
from routing.build import build_graph
from routing.conditions import ON_FOOT_KPH, Obstacle
from routing.locate import Locator
from routing.streets import Streets
from tests.factories import NOW
from tests.routing.worlds import at, make_roads

HOUR = timedelta(hours=1)


def make_locator(*, first_way: int = 0, north: float = 0.0) -> Locator:
    """Lê Lợi and Hàm Nghi end to end: ways 0 and 1, or on another map `first_way` and the next, or `north` of there."""
    streets = [
        ([(0, north), (1, north)], {"highway": "primary", "name": "Lê Lợi"}),
        ([(1, north), (2, north)], {"highway": "primary", "name": "Hàm Nghi"}),
    ]
    graph = build_graph(make_roads(*streets))
    graph = replace(graph, way_id=graph.way_id + first_way)
    return Locator(graph, Streets(graph))


LOCATOR = make_locator()


def speed(**fields: Any) -> dict[str, Any]:
    return {"way_id": 0, "speed_kph": 12.0, **fields}


def iso(after_s: float) -> str:
    return (NOW + timedelta(seconds=after_s)).isoformat()


def make_request(**fields: Any) -> ClosureRequest:
    given: dict[str, Any] = {"id": "rd-1", "kind": "closed", "road": Road(way_ids=(0,)), "reason": "ngập", **fields}
    return ClosureRequest(**given)


def make_closure(**fields: Any) -> Closure:
    """As it stands once it was told, now."""
    request = make_request(**fields)
    state = tell(State(), make_closing(request, LOCATOR, NOW))
    return state.closures[request.id]


def tell(state: State, event: ev.Event) -> State:
    stream = stream_of(event)
    recorded = Recorded(
        seq=state.seq + 1,
        stream=stream,
        version=state.version_of(stream) + 1,
        type=type(event).__name__,
        data=event,
        actor="user:lan",
        at=NOW,
        recorded_at=NOW,
    )
    apply(state, read_recorded(msgspec.json.decode(msgspec.json.encode(recorded))))
    return state


# --- live speeds ----------------------------------------------------------------------------------------


def test_a_speed_is_believed_of_every_way_that_a_road_can_be_told() -> None:
    lon, lat = at(0.5, 0.05)
    told = [
        speed(),
        speed(direction="backward"),
        {"lon": lon, "lat": lat, "heading_deg": 90, "speed_kph": 9},
        {"line": [at(0, 0), at(2, 0)], "direction": "forward", "speed_kph": 9, "source": "camera 7"},
    ]
    accepted, rejected = judge(told, LOCATOR, NOW)
    assert ([one.arcs for one in accepted], rejected) == ([(0, 1), (1,), (0,), (0, 2)], [])
    assert {(one.at, one.until) for one in accepted} == {(NOW, NOW + timedelta(seconds=900))}


@pytest.mark.parametrize(
    ("told", "word"),
    [
        (speed(speed_kph=-3), "-3 km/h"),
        (speed(speed_kph=0), "as a closure"),
        (speed(speed_kph=151), "at most 150"),
        (speed(speed_kph=math.nan), "nan km/h"),
        (speed(speed_kph="fast"), "speed_kph"),
        (speed(way_id=4711), "no way 4711"),
        (speed(way_id=None), "none of them"),
        (speed(way_id="0"), "way_id"),
        (speed(lon=106.7), "lon and lat go together"),
        (speed(lon=106.7, lat=10.77), "way_ids and point"),
        ({"lon": 10.77, "lat": 106.7, "speed_kph": 9}, "latitude first"),
        ({"lon": math.nan, "lat": 10.77, "speed_kph": 9}, "no place"),
        (speed(at=iso(-900)), "900 s old"),
        (speed(at=iso(-30), valid_s=20), "30 s old"),
        (speed(at=iso(61)), "61 s ahead"),
        (speed(at="2026-03-02T02:30:00"), "no zone"),
        (speed(at="0001-01-01T00:00:00+14:00"), "s old"),
        (speed(at="yesterday"), "at"),
        (speed(valid_s=0.5), "valid_s is 0.5"),
        (speed(valid_s=7201), "1 to 7200"),
        (speed(source="x" * 101), "at most 100"),
        (speed(colour="red"), "colour"),
        ([1, 2], "not a speed"),
        (None, "not a speed"),
    ],
)
def test_a_speed_that_cannot_be_is_rejected_by_itself_with_its_reason(told: Any, word: str) -> None:
    accepted, rejected = judge([told, speed()], LOCATOR, NOW)
    assert (len(accepted), [one.index for one in rejected]) == (1, [0])
    assert word in rejected[0].reason


def test_half_a_letter_spoils_neither_the_speed_nor_the_answer() -> None:
    accepted, rejected = judge([speed(source="\ud800"), {"speed_kph": 9, "\ud800": 1}], LOCATOR, NOW)
    assert ([one.source for one in accepted], len(rejected)) == (["?"], 1)
    assert "\ud800" not in rejected[0].reason


def test_a_reporters_clock_may_be_a_minute_ahead() -> None:
    accepted, _ = judge([speed(at=iso(60))], LOCATOR, NOW)
    assert newest_by_arc(accepted, NOW).arc.tolist() == [0, 1]


live_speeds = st.builds(
    lambda arcs, kph, age_s, valid_s: LiveSpeed(
        arcs=tuple(sorted(arcs)),
        kph=kph,
        at=NOW - timedelta(seconds=age_s),
        until=NOW + timedelta(seconds=valid_s - age_s),
    ),
    st.sets(st.integers(0, 5), min_size=1),
    st.integers(1, 150).map(float),
    st.integers(0, 20),
    st.integers(1, 20),
)


@given(st.lists(live_speeds, max_size=8))
def test_on_each_arc_the_newest_speed_that_still_holds_counts(speeds: list[LiveSpeed]) -> None:
    wanted: dict[int, int] = {}
    for index in sorted(range(len(speeds)), key=lambda index: speeds[index].at):
        if speeds[index].until > NOW:
            wanted |= dict.fromkeys(speeds[index].arcs, index)
    found = newest_by_arc(speeds, NOW)
    assert dict(zip(found.arc.tolist(), found.report.tolist(), strict=True)) == wanted
    assert found.kph.tolist() == [speeds[wanted[arc]].kph for arc in sorted(wanted)]


# --- closures -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"kind": "flood"}, "a flood needs depth_cm"),
        ({"kind": "closed", "depth_cm": 20.0}, "has no depth_cm"),
        ({"kind": "flood", "depth_cm": 0.0}, "0 cm deep"),
        ({"kind": "flood", "depth_cm": -5.0}, "-5 cm deep"),
        ({"kind": "flood", "depth_cm": math.nan}, "nan cm deep"),
        ({"kind": "flood", "depth_cm": 1001.0}, "at most 1000 cm"),
        ({"kind": "slow"}, "a slow road needs speed_kph"),
        ({"kind": "closed", "speed_kph": 9.0}, "has no speed_kph"),
        ({"kind": "slow", "speed_kph": 0.0}, "0 km/h"),
        ({"kind": "slow", "speed_kph": 200.0}, "at most 150"),
        ({"until_at": NOW}, "is over"),
        ({"until_at": NOW - HOUR}, "is over"),
        ({"from_at": NOW + HOUR, "until_at": NOW + HOUR}, "before it begins"),
        ({"road": Road(way_ids=(4711,))}, "no way 4711"),
        ({"road": Road()}, "none of them"),
        ({"road": Road(lon=106.7)}, "lon and lat go together"),
        ({"road": Road(name="Lê Lợi")}, "near the one that is meant"),
    ],
)
def test_a_closure_that_cannot_be_is_refused_with_the_way_out(fields: dict[str, Any], word: str) -> None:
    with pytest.raises(Malformed, match=word):
        make_closure(**fields)


def test_a_closure_keeps_what_was_told_and_what_it_meant() -> None:
    closure = make_closure(kind="flood", depth_cm=20.0, until_at=NOW + HOUR)
    assert (closure.road, closure.way_ids, closure.names) == (Road(way_ids=(0,)), (0,), ("Lê Lợi",))
    assert (closure.lines, closure.set_by, closure.from_at) == (((at(0, 0), at(1, 0)),), "user:lan", NOW)


moments = st.integers(-5, 5).map(lambda hours: NOW + hours * HOUR)


@given(from_at=moments, until_at=st.none() | moments, asked_at=moments)
def test_a_closure_holds_from_its_beginning_until_just_before_its_end(
    from_at: datetime, until_at: datetime | None, asked_at: datetime
) -> None:
    closure = msgspec.structs.replace(make_closure(), from_at=from_at, until_at=until_at)
    ends_at = until_at or datetime.max.replace(tzinfo=NOW.tzinfo)
    assert is_in_force(closure, asked_at) == (from_at <= asked_at < ends_at)
    assert is_over(closure, asked_at) == (asked_at >= ends_at)


@given(st.lists(st.tuples(moments, st.none() | moments), max_size=4), moments, st.floats(0, 0.999))
def test_nothing_changes_by_the_clock_before_the_next_change(
    spans: list[tuple[datetime, datetime | None]], now: datetime, share: float
) -> None:
    closures = [
        msgspec.structs.replace(make_closure(), id=f"rd-{index}", from_at=start, until_at=end)
        for index, (start, end) in enumerate(spans)
    ]
    until = next_change(closures, [], now)
    between = now + (until - now) * share
    assert now <= between < until
    assert [is_in_force(one, between) for one in closures] == [is_in_force(one, now) for one in closures]


def test_the_next_change_is_at_the_latest_the_full_hour() -> None:
    (ending,) = judge([speed(valid_s=60)], LOCATOR, NOW)[0]
    assert next_change([], [], NOW) == NOW.replace(minute=0) + HOUR
    assert next_change([], [ending], NOW) == NOW + timedelta(seconds=60)


def test_the_conditions_of_a_moment_are_its_hour_its_speeds_and_its_closures_in_any_order() -> None:
    live = newest_by_arc(judge([speed(way_id=1, speed_kph=7)], LOCATOR, NOW)[0], NOW)
    arcs = np.array([0, 1], dtype=np.int32)
    closures = [
        make_closure(id="rd-2", kind="slow", speed_kph=5.0),
        make_closure(id="rd-1"),
        make_closure(id="rd-3", from_at=NOW + HOUR),
    ]
    found = conditions_at(NOW, live, [(one, arcs) for one in closures])
    assert found.hour == 9  # Monday, 09:30 in the city
    assert (found.live_arc.tolist(), found.live_kph.tolist()) == ([2, 3], [7.0, 7.0])
    assert found.obstacles == (Obstacle((0, 1), None), Obstacle((0, 1), 5.0))
    assert found.version == conditions_at(NOW, live, [(one, arcs) for one in closures[::-1]]).version


def test_a_closure_is_found_again_on_a_map_that_numbers_its_ways_otherwise() -> None:
    renumbered, moved = make_locator(first_way=100), make_locator(first_way=100, north=5)
    closure = make_closure()
    again = find_arcs(closure, renumbered)
    assert again is not None
    assert again.tolist() == [0, 1]
    one_way = find_arcs(make_closure(direction="backward"), renumbered)
    assert one_way is not None
    assert one_way.tolist() == [1]
    assert find_arcs(closure, moved) is None


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3)), max_size=20), st.integers(0, 20))
def test_what_stands_is_what_was_closed_and_not_reopened_and_a_snapshot_folds_on_the_same(
    steps: list[tuple[bool, int]], cut: int
) -> None:
    state, snapshot, standing = State(), State(), set[str]()
    for index, (closes, number) in enumerate(steps):
        if index == cut:
            snapshot = msgspec.convert(msgspec.json.decode(msgspec.json.encode(state)), State)
        key = f"rd-{number}"
        before = msgspec.json.encode(state)
        event = make_closing(make_request(id=key), LOCATOR, NOW) if closes else ev.RoadReopened(id=key, reason="over")
        if closes == (key in standing):
            with pytest.raises(Refused):
                tell(state, event)
            assert msgspec.json.encode(state) == before
            continue
        tell(state, event)
        if index >= cut:
            tell(snapshot, event)
        standing ^= {key}
    assert set(state.closures) == standing
    assert state == snapshot or len(steps) <= cut


def test_a_closure_is_lifted_once() -> None:
    state = tell(State(), make_closing(make_request(), LOCATOR, NOW))
    tell(state, reopen_road(state, "rd-1", "đã thông xe"))
    with pytest.raises(NotFound, match="lifted already"):
        reopen_road(state, "rd-1", "đã thông xe")


# --- floods ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("depth_cm", "kph"), [(1, 81.5), (10, 40.7), (15, 24.3), (25, 5.0)])
def test_water_slows_as_published(depth_cm: float, kph: float) -> None:
    assert passable_kph(depth_cm) == pytest.approx(kph, abs=0.05)


@given(st.floats(0.01, 1000), st.floats(0.01, 1000))
def test_deeper_water_is_never_faster_and_nothing_is_slower_than_on_foot(one: float, other: float) -> None:
    shallow, deep = sorted((one, other))
    fast, slow = passable_kph(shallow) or ON_FOOT_KPH, passable_kph(deep) or ON_FOOT_KPH
    assert fast >= slow >= ON_FOOT_KPH
    assert deep < IMPASSABLE_CM or passable_kph(deep) is None
