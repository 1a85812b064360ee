from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from dispatch.domain import events as ev
from dispatch.domain.events import Recorded
from dispatch.domain.state import State
from dispatch.errors import IllegalStep
from simulator.desk_scripts import Advice
from simulator.follow import Follower
from simulator.tally import Tally
from tests.factories import NOW, make_state, make_unit


def make_follower() -> Follower:
    return Follower("https://desk.example", "token", Tally(), lambda text: None)


def in_json(value: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(value))


def snapshot(state: State) -> dict[str, Any]:
    return {"type": "snapshot", "seq": state.seq, "state": in_json(state)}


def left(seq: int) -> dict[str, Any]:
    """U1 goes off duty."""
    data = ev.UnitReported(unit_id="U1", report="off_duty")
    event = Recorded(
        seq=seq, stream="unit:U1", version=2, type="UnitReported", actor="token:1", at=NOW, recorded_at=NOW, data=data
    )
    return {"type": "event", "seq": seq, "event": in_json(event)}


def recommendation(action: str, *units: str, parallel: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "type": "recommendation",
        "incident_id": "I1",
        "action": action,
        "units": [{"unit_id": unit} for unit in units],
        "parallel": [{"unit_id": unit} for unit in parallel],
    }


def test_a_snapshot_and_the_events_after_it_make_the_state() -> None:
    follower = make_follower()
    follower.take(snapshot(make_state(units=[make_unit()])), NOW)
    follower.take(left(2), NOW)
    assert follower.state is not None
    assert (follower.state.seq, follower.state.units["U1"].status) == (2, "off_duty")


def test_an_event_that_is_known_already_changes_nothing() -> None:
    follower = make_follower()
    follower.take(snapshot(make_state(units=[make_unit()], seq=5)), NOW)
    follower.take(left(5), NOW)
    assert follower.state == make_state(units=[make_unit()], seq=5)


def test_a_gap_is_noticed() -> None:
    follower = make_follower()
    follower.take(snapshot(make_state(units=[make_unit()])), NOW)
    with pytest.raises(IllegalStep):
        follower.take(left(3), NOW)


def test_advice_counts_from_when_it_was_first_seen() -> None:
    follower = make_follower()
    follower.take(recommendation("send", "U1", parallel=("U2",)), NOW)
    later = NOW + timedelta(seconds=5)
    follower.take(recommendation("send", "U3"), later)
    assert follower.advice == {"I1": Advice(("U3",), NOW, later)}


def test_advice_that_had_vanished_counts_anew() -> None:
    follower = make_follower()
    follower.take(recommendation("send", "U1"), NOW)
    later = NOW + timedelta(seconds=60)
    follower.take(recommendation("send", "U1"), later)
    assert follower.advice == {"I1": Advice(("U1",), later, later)}


def test_advice_to_wait_takes_the_older_one_back() -> None:
    follower = make_follower()
    follower.take(recommendation("send", "U1"), NOW)
    follower.take(recommendation("queue"), NOW)
    assert follower.advice == {}


def test_positions_tell_where_units_were_last_seen() -> None:
    follower = make_follower()
    assert not follower.is_ready.is_set()
    follower.take({"type": "positions", "units": [["U1", 106.7, 10.8, None, 0.0, "2026-03-02T02:30:00Z"]]}, NOW)
    assert follower.is_ready.is_set()
    assert follower.last_seen == {"U1": (106.7, 10.8)}
