"""What the fold counts of a station's offers, for ever and for the running duty day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from dispatch.domain import events as ev
from dispatch.domain.events import Event, Recorded, stream_of
from dispatch.domain.fold import apply
from dispatch.domain.state import DutyDay, State, Station
from dispatch.domain.words import OfferAnswer, RefusalCode
from tests.factories import make_incident, make_state, make_station, make_unit

SIX = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
"""06:00 in the city, half an hour before the duty day of 3 March."""


def tell(state: State, at: datetime, *events: Event) -> None:
    for event in events:
        stream = stream_of(event)
        version = state.version_of(stream) + 1
        recorded = Recorded(
            seq=state.seq + 1,
            stream=stream,
            version=version,
            type=type(event).__name__,
            actor="user:lan",
            at=at,
            recorded_at=at,
            data=event,
        )
        apply(state, recorded)


def offer(state: State, offer_id: str, made_at: datetime) -> None:
    tell(
        state,
        made_at,
        ev.OfferMade(
            offer_id=offer_id,
            incident_id="I1",
            station_id="S1",
            unit_id="U1",
            channel="app",
            expires_at=made_at + timedelta(seconds=60),
        ),
        ev.StationOffered(station_id="S1", offer_id=offer_id, incident_id="I1"),
    )


def refuse(state: State, offer_id: str, at: datetime, code: RefusalCode) -> None:
    told = ev.OfferRefused(offer_id=offer_id, incident_id="I1", station_id="S1", code=code)
    tell(state, at, told, answered(offer_id, "refused"))


def answered(offer_id: str, answer: OfferAnswer) -> Event:
    return ev.StationAnswered(station_id="S1", offer_id=offer_id, incident_id="I1", answer=answer)


def world() -> State:
    return make_state(stations=[make_station()], units=[make_unit()], incidents=[make_incident()], seq=1)


def counted(station: Station) -> Station:
    station.version = 1
    return station


def test_each_answer_counts_with_its_code_and_its_seconds() -> None:
    state = world()
    offer(state, "O1", SIX)
    refuse(state, "O1", SIX + timedelta(seconds=20), "no_crew")
    offer(state, "O2", SIX + timedelta(seconds=30))
    tell(state, SIX + timedelta(seconds=90), answered("O2", "silent"))
    offer(state, "O3", SIX + timedelta(seconds=100))
    tell(state, SIX + timedelta(seconds=101), answered("O3", "withdrawn"))
    expected = make_station()
    today = DutyDay(day=date(2026, 3, 2))
    for counts in (expected, today):
        counts.offered, counts.refused, counts.silent, counts.withdrawn = 3, 1, 1, 1
        counts.refused_by, counts.answers, counts.answer_s = {"no_crew": 1}, 1, 20.0
    expected.today = today
    assert counted(state.stations["S1"]) == expected


def test_the_duty_day_begins_anew_at_half_past_six_and_not_when_a_clock_jumps_back() -> None:
    state = world()
    offer(state, "O1", SIX)
    refuse(state, "O1", SIX + timedelta(minutes=30), "breakdown")
    offer(state, "O2", SIX)
    today = state.stations["S1"].today
    assert today == DutyDay(
        day=date(2026, 3, 3), offered=1, refused=1, refused_by={"breakdown": 1}, answers=1, answer_s=1800.0
    )
    assert state.stations["S1"].offered == 2
