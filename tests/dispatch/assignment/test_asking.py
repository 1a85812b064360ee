"""Which stations are asked: again after a refusal, and two at once for red."""

from __future__ import annotations

from tests.dispatch.assignment.line import asked_beside, decide, refused_by, sent
from tests.factories import LON, make_incident, make_offer, make_station, make_unit

# --- what stations answered -----------------------------------------------------------------------------


def test_a_station_that_refused_is_not_asked_again_while_another_is_left() -> None:
    assert sent(decide(refused_by("near"), at={"near": 0.0, "far": 0.3})) == {"I1": ["far"]}


def test_silence_counts_like_a_refusal_and_a_withdrawn_offer_does_not() -> None:
    silent = make_incident(offers=[make_offer(station_id="near", status="expired")])
    withdrawn = make_incident(offers=[make_offer(station_id="near", status="withdrawn")])
    at = {"near": 0.0, "far": 0.3}
    assert (sent(decide(silent, at=at)), sent(decide(withdrawn, at=at))) == ({"I1": ["far"]}, {"I1": ["near"]})


def test_a_station_that_refused_is_asked_again_when_nobody_else_is_left() -> None:
    found = decide(refused_by("only"), at={"only": 0.0})["I1"]
    assert [unit.unit_id for unit in found.units] == ["only"]
    assert "trạm đã từ chối 09:30; không còn trạm nào khác" in found.why.vi


def test_a_refusal_of_one_incident_says_nothing_about_another() -> None:
    other = make_incident("I2", lon=LON + 0.3)
    assert sent(decide(refused_by("near"), other, at={"near": 0.0, "far": 0.3})) == {"I1": ["far"], "I2": ["near"]}


# --- red: two stations at once --------------------------------------------------------------------------


def test_red_is_offered_to_the_two_best_stations() -> None:
    mate = make_unit("first-2", station_id="first")
    found = decide(make_incident(priority=1), at={"first": 0.01, "second": 0.02, "third": 0.03}, units=(mate,))
    assert (sent(found), asked_beside(found, "I1")) == ({"I1": ["first"]}, ["second"])


def test_only_red_is_offered_to_two_stations() -> None:
    assert asked_beside(decide(make_incident(priority=2), at={"a": 0.01, "b": 0.02}), "I1") == []


def test_the_second_station_of_red_goes_before_a_lesser_call() -> None:
    red, orange = make_incident("red", priority=1), make_incident("orange", priority=2, lon=LON + 0.02)
    found = decide(red, orange, at={"a": 0.01, "b": 0.02, "c": 0.05})
    assert (sent(found), asked_beside(found, "red")) == ({"red": ["a"], "orange": ["c"]}, ["b"])


def test_the_second_station_of_one_red_call_never_takes_the_unit_of_another() -> None:
    reds = make_incident("I1", priority=1), make_incident("I2", priority=1, lon=LON + 0.02)
    found = decide(*reds, at={"a": 0.0, "b": 0.02})
    assert (sent(found), asked_beside(found, "I1")) == ({"I1": ["a"], "I2": ["b"]}, [])


def test_a_first_station_that_accepts_at_once_needs_no_second() -> None:
    own = make_station("own", can_refuse=False)
    found = decide(make_incident(priority=1), at={"own": 0.0, "b": 0.01}, stations=(own,))
    assert (sent(found), asked_beside(found, "I1")) == ({"I1": ["own"]}, [])


def test_a_slower_station_that_would_accept_at_once_never_calls_off_the_sooner_one() -> None:
    own = make_station("own", lon=LON + 0.1, can_refuse=False)
    found = decide(make_incident(priority=1), at={"near": 0.0, "own": 0, "far": 0.2}, stations=(own,))
    assert (sent(found), asked_beside(found, "I1")) == ({"I1": ["near"]}, ["far"])


def test_a_station_that_refused_red_is_no_second_station() -> None:
    found = decide(refused_by("b", priority=1), at={"a": 0.0, "b": 0.01, "c": 0.02})
    assert (sent(found), asked_beside(found, "I1")) == ({"I1": ["a"]}, ["c"])


def test_a_third_station_is_asked_when_one_of_the_two_declines() -> None:
    asked = [
        make_offer("O1", station_id="near", unit_id="near", status="refused"),
        make_offer("O2", station_id="next", unit_id="next"),
    ]
    found = decide(make_incident(priority=1, offers=asked), at={"near": 0.01, "next": 0.02, "far": 0.05})
    assert (sent(found), asked_beside(found, "I1")) == ({"I1": ["far"]}, [])


def test_nobody_else_is_asked_while_the_second_station_has_declined_nothing() -> None:
    asked = [make_offer("O1", station_id="near", unit_id="near"), make_offer("O2", station_id="next", unit_id="next")]
    assert decide(make_incident(priority=1, offers=asked), at={"near": 0.01, "next": 0.02, "far": 0.05}) == {}
