"""The feed without a network: what each scope hears, slow sockets, and no gap between past and present."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from dispatch.assignment.recommendation import Recommendation, Text
from dispatch.desk import Desk
from dispatch.domain import events as ev
from dispatch.domain.events import Recorded
from dispatch.domain.fold import apply
from dispatch.domain.scope import scoped_state
from dispatch.domain.state import Call, State
from dispatch.errors import Unavailable
from dispatch.feed import Feed, Subscription
from tests.dispatch.test_fold import assigned_state, offered_state, record
from tests.factories import NOW, make_incident, make_state, make_unit


class PastLog:
    """Ten lines of a log: gives what was told so far, and lets more be told while somebody reads."""

    def __init__(self, told: list[Recorded], while_reading: Any = lambda: None) -> None:
        self.told, self.while_reading = told, while_reading

    async def read(self, after: int, limit: int = 1000) -> list[Recorded]:
        self.while_reading()
        return [event for event in self.told if event.seq > after][:limit]


class QuietDesk(Desk):
    """A desk whose state is told by hand."""

    def __init__(self, state: State) -> None:
        self.told: list[Recorded] = []
        super().__init__(PastLog(self.told), "")  # type: ignore[arg-type]  # the feed only reads
        self.state = state

    def tell(self, *events: ev.Event) -> Sequence[Recorded]:
        recorded = []
        for event in events:
            recorded.append(record(self.state, event))
            apply(self.state, recorded[-1])
        self.told += recorded
        for listener in self._listeners:
            listener(recorded)
        return recorded


def frames(subscription: Subscription) -> list[dict[str, Any]]:
    """Everything in the queue; None, the end, becomes an empty frame."""
    found = []
    while not subscription.queue.empty():
        data = subscription.queue.get_nowait()
        found.append(json.loads(data) if data else {"type": "closed"})
    return found


def kinds(subscription: Subscription) -> list[str]:
    return [frame["type"] for frame in frames(subscription)]


def desk_with_feed(state: State) -> tuple[QuietDesk, Feed]:
    desk = QuietDesk(state)
    return desk, Feed(desk, backlog=10, resume_limit=100)


HELD, FREE = ev.AutoDispatchHeld(held=True), ev.AutoDispatchHeld(held=False)


async def test_a_desk_hears_a_snapshot_then_every_event() -> None:
    desk, feed = desk_with_feed(make_state(units=[make_unit()]))
    console = await feed.subscribe("desk", None)
    desk.tell(HELD, FREE)
    heard = frames(console)
    assert [frame["type"] for frame in heard] == ["snapshot", "positions", "event", "event"]
    assert [frame["seq"] for frame in heard if frame["type"] == "event"] == [2, 3]


async def test_events_told_while_the_past_is_read_come_after_it_and_once() -> None:
    desk, feed = desk_with_feed(make_state(units=[make_unit()]))
    desk.tell(HELD, FREE)
    desk.events.while_reading = lambda: desk.tell(HELD)  # type: ignore[attr-defined]  # our PastLog
    console = await feed.subscribe("desk", 1)
    desk.tell(FREE)
    assert [frame["seq"] for frame in frames(console) if frame["type"] == "event"] == [2, 3, 4, 5]


@pytest.mark.parametrize("after", [99, -200])
async def test_a_resume_from_too_far_or_from_the_future_gets_a_snapshot(after: int) -> None:
    _, feed = desk_with_feed(make_state(seq=1))
    assert kinds(await feed.subscribe("desk", after))[0] == "snapshot"


async def test_a_resume_longer_than_the_backlog_is_no_slow_socket() -> None:
    desk = QuietDesk(make_state(units=[make_unit()]))
    feed = Feed(desk, backlog=2, resume_limit=100)
    start = desk.state.seq
    for _ in range(5):
        desk.tell(ev.AutoDispatchHeld(held=True))
    subscription = await feed.subscribe("desk", start)
    desk.tell(ev.AutoDispatchHeld(held=False))
    assert [frame["type"] for frame in frames(subscription)] == ["event"] * 5 + ["positions", "event"]


async def test_a_resume_whose_past_cannot_be_read_leaves_no_listener_behind() -> None:
    desk = QuietDesk(make_state(units=[make_unit()]))
    feed = Feed(desk, backlog=2, resume_limit=100)

    def fail() -> None:
        raise Unavailable("the database does not answer")

    desk.events.while_reading = fail  # type: ignore[attr-defined]  # it is a PastLog
    with pytest.raises(Unavailable):
        await feed.subscribe("desk", desk.state.seq)
    assert feed.listeners == 0


async def test_who_comes_while_a_part_is_down_is_told_so() -> None:
    feed = Feed(QuietDesk(make_state(units=[make_unit()])), backlog=10, resume_limit=100)
    told = []
    for kind in ("valkey_down", "postgres_down", "valkey_up", "postgres_up"):
        feed.show_notice(kind, {"en": kind})
        heard = frames(await feed.subscribe("desk", None))
        told.append([frame["kind"] for frame in heard if frame["type"] == "notice"])
    assert told == [["valkey_down"], ["valkey_down", "postgres_down"], ["postgres_down"], []]


async def test_a_slow_socket_is_closed_and_the_others_go_on() -> None:
    desk, feed = desk_with_feed(make_state())
    slow, quick = await feed.subscribe("desk", None), await feed.subscribe("desk", None)
    for _ in range(12):
        frames(quick)
        desk.tell(HELD)
    assert kinds(slow) == ["closed"]
    assert [frame["seq"] for frame in frames(quick)] == [13]


async def test_what_a_decision_saw_stays_in_the_log_and_no_crew_or_station_hears_any_of_it() -> None:
    desk, feed = desk_with_feed(assigned_state())
    console, crew = await feed.subscribe("desk", None), await feed.subscribe("unit:U1", None)
    told = desk.tell(
        ev.DestinationSet(
            incident_id="I1", unit_id="U1", hospital_id="H1", saw={"based_on_seq": 1, "evidence": {"positions": {}}}
        )
    )
    resumed = await feed.subscribe("desk", desk.state.seq - 1)
    heard = [
        [frame["event"]["data"]["saw"] for frame in frames(one) if frame["type"] == "event"]
        for one in (console, crew, resumed)
    ]
    assert heard == [[{"based_on_seq": 1}], [{}], [{"based_on_seq": 1}]]
    assert "evidence" in told[0].data.saw  # type: ignore[attr-defined]  # it is a DestinationSet


async def test_a_crew_gets_a_snapshot_of_its_own_when_an_incident_becomes_its_own() -> None:
    desk, feed = desk_with_feed(make_state(units=[make_unit("U1"), make_unit("U2")], incidents=[make_incident()]))
    crew, other = await feed.subscribe("unit:U1", None), await feed.subscribe("unit:U2", None)
    desk.tell(
        ev.OfferMade(offer_id="O1", incident_id="I1", station_id="S1", unit_id="U1", channel="app", expires_at=NOW),
        ev.UnitOffered(unit_id="U1", incident_id="I1", offer_id="O1"),
    )
    desk.tell(HELD)
    heard = frames(crew)
    assert [list(frame["state"]["incidents"]) for frame in heard if frame["type"] == "snapshot"] == [[], ["I1"]]
    assert kinds(other) == ["snapshot", "positions"]


@pytest.mark.parametrize("scope", ["unit:U1", "station:S1"])
async def test_who_ran_hears_the_end_of_the_run_and_of_the_incident_and_then_has_it_no_more(scope: str) -> None:
    desk, feed = desk_with_feed(assigned_state())
    own, stranger = await feed.subscribe(scope, None), await feed.subscribe("unit:U9", None)
    frames(own)
    desk.tell(
        ev.UnitReleased(unit_id="U1", incident_id="I1", because="stood_down"),
        ev.RunEnded(incident_id="I1", unit_id="U1", outcome="cancelled_after_departure"),
        ev.IncidentClosed(incident_id="I1", outcome="no_content"),
    )
    desk.tell(ev.IncidentReopened(incident_id="I1"))
    heard = frames(own)
    told = [frame["event"]["type"] if frame["type"] == "event" else frame["type"] for frame in heard]
    assert told == ["UnitReleased", "RunEnded", "IncidentClosed", "snapshot"]
    assert heard[-1]["state"]["incidents"] == {}
    assert kinds(stranger) == ["snapshot", "positions"]


async def test_an_offer_that_came_and_went_at_once_is_told_by_a_snapshot() -> None:
    desk, feed = desk_with_feed(make_state(units=[make_unit()], incidents=[make_incident()]))
    crew = await feed.subscribe("unit:U1", None)
    frames(crew)
    desk.tell(
        ev.OfferMade(offer_id="O1", incident_id="I1", station_id="S1", unit_id="U1", channel="app", expires_at=NOW),
        ev.UnitOffered(unit_id="U1", incident_id="I1", offer_id="O1"),
        ev.OfferWithdrawn(offer_id="O1", incident_id="I1", station_id="S1", because="by the desk"),
        ev.UnitReleased(unit_id="U1", incident_id="I1", because="withdrawn"),
    )
    assert kinds(crew) == ["snapshot"]


def test_a_scope_sees_its_own_units_and_incidents_and_no_calls() -> None:
    state = assigned_state()
    state.units["U2"] = make_unit("U2", station_id="S2")
    state.calls["C1"] = Call(id="C1", answered_at=NOW)
    crew, stranger = scoped_state(state, "unit:U1"), scoped_state(state, "unit:U2")
    assert (list(crew.units), list(crew.incidents), crew.calls) == (["U1"], ["I1"], {})
    assert (list(stranger.units), list(stranger.incidents)) == (["U2"], [])
    assert list(scoped_state(offered_state(), "station:S1").incidents) == ["I1"]


async def test_a_recommendation_is_sent_again_only_when_a_dispatcher_would_notice() -> None:
    _, feed = desk_with_feed(make_state())
    console = await feed.subscribe("desk", None)
    frames(console)
    advice = Recommendation(
        incident_id="I1", action="queue", units=(), parallel=(), alternatives=(), coverage_before=0.5,
        coverage_after=0.5, data_age_s=1.0, based_on_seq=1, at=NOW, why=Text("chờ", "wait"),
    )  # fmt: skip
    feed.show_recommendations({"I1": advice})
    feed.show_recommendations({"I1": msgspec.structs.replace(advice, data_age_s=2.0, based_on_seq=2, solver_ms=9.0)})
    feed.show_recommendations({"I1": msgspec.structs.replace(advice, coverage_after=0.4)})
    assert [frame["coverage_after"] for frame in frames(console)] == [0.5, 0.4]
    late = await feed.subscribe("desk", None)
    assert [frame["coverage_after"] for frame in frames(late) if frame["type"] == "recommendation"] == [0.4]


async def test_positions_are_coalesced_per_unit_and_the_first_frame_is_whole() -> None:
    _, feed = desk_with_feed(make_state(units=[make_unit("U1"), make_unit("U2")]))
    feed.show_positions([["U1", 106.7, 10.7, None, None, NOW], ["U2", 106.8, 10.8, None, None, NOW]])
    console, crew = await feed.subscribe("desk", None), await feed.subscribe("unit:U2", None)
    feed.show_positions([["U1", 106.71, 10.7, None, None, NOW]])
    rows = [[row[0] for row in frame["units"]] for frame in frames(console) if frame["type"] == "positions"]
    assert rows == [["U1", "U2"], ["U1"]]
    own = [[row[0] for row in frame["units"]] for frame in frames(crew) if frame["type"] == "positions"]
    assert own == [["U2"]]
