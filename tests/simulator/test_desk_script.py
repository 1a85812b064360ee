from __future__ import annotations

from datetime import timedelta

import msgspec

from dispatch.domain.state import Call, Incident, Run
from dispatch.domain.words import IncidentStatus
from simulator import desk_scripts, scripts
from simulator.demand import CallKind, DemandCall
from simulator.desk_scripts import Advice, CloseCall, JoinCall, OpenIncident, SettlePlace
from simulator.scripts import AnswerOffer
from tests.factories import NOW, make_alarm, make_incident, make_offer, make_state, make_station
from tests.simulator.worlds import later, make_asked, make_crews

CREWS = make_crews()


def told(kind: CallKind = "emergency", *, key: str = "2", same_as: str | None = None) -> DemandCall:
    return DemandCall(key=key, at=NOW, kind=kind, lon=106.7, lat=10.78, words="", phone="0000", same_as=same_as)


def decide(call: Call, what: DemandCall, *, after_s: float, incidents: tuple[Incident, ...] = ()) -> object:
    """What the call-taker does with a call of NOW, whose patience is 30 s; call `c1` (key 1) is on incident I1."""
    state = make_state(incidents=incidents)
    state.calls = {"c1": Call(id="c1", answered_at=NOW, incident_id="I1"), call.id: call}
    return desk_scripts.call_step(call, what, state, {"1": "c1", "2": "c2"}, later(after_s), 30.0)


def new_call(incident_id: str | None = None) -> Call:
    return Call(id="c2", answered_at=NOW, incident_id=incident_id)


def due(incident: Incident, *, seen_for_s: float, stale_s: float = 0.0) -> tuple[str, ...]:
    advice = Advice(("U1", "U2"), NOW - timedelta(seconds=seen_for_s), NOW - timedelta(seconds=stale_s))
    return desk_scripts.offers_due(incident, advice, NOW, CREWS, 30.0)


def test_a_station_answers_after_its_own_time() -> None:
    offer_id = next(f"O{i}" for i in range(100) if CREWS.answer(f"O{i}").kind == "accept")
    after_s = CREWS.answer(offer_id).after_s
    offer = make_offer(offer_id)
    assert scripts.answer_offer(offer, make_station(), later(after_s - 1), CREWS) is None
    assert scripts.answer_offer(offer, make_station(), later(after_s + 1), CREWS) == AnswerOffer(accept=True)


def test_a_refusal_names_its_code() -> None:
    offer_id = next(f"O{i}" for i in range(100) if CREWS.answer(f"O{i}").kind == "refuse")
    answer = scripts.answer_offer(make_offer(offer_id), make_station(), later(59), CREWS)
    assert answer == AnswerOffer(accept=False, code=CREWS.answer(offer_id).code)


def test_a_silent_station_says_nothing() -> None:
    offer_id = next(f"O{i}" for i in range(1000) if CREWS.answer(f"O{i}").kind == "silent")
    assert scripts.answer_offer(make_offer(offer_id), make_station(), later(300), CREWS) is None


def test_voice_offers_and_ended_offers_are_left_alone() -> None:
    assert scripts.answer_offer(make_offer(channel="voice"), make_station(), later(59), CREWS) is None
    assert scripts.answer_offer(make_offer(status="withdrawn"), make_station(), later(59), CREWS) is None


def test_a_crew_that_has_acknowledged_a_diversion_says_no_more() -> None:
    acknowledged = make_offer()
    acknowledged.acknowledged_at = NOW
    assert scripts.answer_offer(acknowledged, make_station(), later(59), CREWS) is None


def test_the_person_at_the_console_comes_first() -> None:
    assert due(make_incident(), seen_for_s=19) == ()
    assert due(make_incident(), seen_for_s=41) == ("U1", "U2")


def test_advice_that_no_longer_stands_is_not_followed() -> None:
    assert due(make_incident(), seen_for_s=100, stale_s=13) == ()


def test_an_incident_that_is_asked_for_or_served_or_closed_is_left_alone() -> None:
    served = make_incident(status="assigned")
    served.runs = {"O1": Run(offer_id="O1", unit_id="U1", station_id="S1")}
    asked = make_incident(offers=[make_offer()])
    for incident in (served, asked, make_incident(status="closed")):
        assert due(incident, seen_for_s=100) == ()


def test_after_a_refusal_the_desk_itself_goes_on_first() -> None:
    assert due(make_asked("refused", ended_ago_s=5), seen_for_s=100) == ()
    assert due(make_asked("refused", ended_ago_s=20), seen_for_s=100) == ("U1", "U2")


def test_an_emergency_without_a_sure_place_is_opened_after_a_while() -> None:
    assert decide(new_call(), told(), after_s=29) is None
    assert decide(new_call(), told(), after_s=31) == OpenIncident()


def test_a_call_that_opened_by_itself_needs_nothing() -> None:
    assert decide(new_call("I2"), told(), after_s=60) is None


def make_opened(*, lon: float, settled: bool = False, status: IncidentStatus = "waiting") -> Incident:
    """I2, which call c2 opened by itself somewhere."""
    incident = make_incident("I2", lon=lon, status=status)
    assert incident.place is not None
    incident.place, incident.call_ids = msgspec.structs.replace(incident.place, settled=settled), ["c2"]
    return incident


def test_a_place_that_is_wrong_is_put_right_once_it_was_read_back() -> None:
    wrong = make_opened(lon=106.71)
    assert decide(new_call("I2"), told(), after_s=29, incidents=(wrong,)) is None
    assert decide(new_call("I2"), told(), after_s=31, incidents=(wrong,)) == SettlePlace("I2", 1)


def test_a_place_that_is_near_or_settled_or_reached_stays_as_it_is() -> None:
    kept = make_opened(lon=106.701), make_opened(lon=106.71, settled=True), make_opened(lon=106.71, status="attended")
    for incident in kept:
        assert decide(new_call("I2"), told(), after_s=31, incidents=(incident,)) is None


def test_a_call_without_content_is_closed_after_listening() -> None:
    assert decide(new_call(), told("no_content"), after_s=11) is None
    assert decide(new_call(), told("no_content"), after_s=13) == CloseCall()


def test_a_closed_call_needs_nothing() -> None:
    call = new_call()
    call.outcome = "no_content"
    assert decide(call, told("no_content"), after_s=60) is None


def test_a_second_caller_is_joined_to_the_incident_that_is_known() -> None:
    second = told("duplicate", same_as="1")
    assert decide(new_call("I2"), second, after_s=31, incidents=(make_incident("I1"),)) == JoinCall("I1")
    assert decide(new_call(), second, after_s=31, incidents=(make_incident("I1"),)) == JoinCall("I1")


def test_a_second_caller_about_a_closed_or_unknown_incident_opens_one() -> None:
    second = told("duplicate", same_as="1")
    assert decide(new_call(), second, after_s=31) == OpenIncident()
    closed = make_incident("I1", status="closed")
    assert decide(new_call(), second, after_s=31, incidents=(closed,)) == OpenIncident()


def test_a_joined_call_is_not_joined_again() -> None:
    assert decide(new_call("I1"), told("duplicate", same_as="1"), after_s=31, incidents=(make_incident("I1"),)) is None


def test_alarms_are_acknowledged_once_after_a_while() -> None:
    old = make_alarm("a1", raised_s_ago=61)
    new = make_alarm("a2", raised_s_ago=5)
    seen = make_alarm("a3", raised_s_ago=61, acknowledged_at=NOW)
    assert desk_scripts.alarms_due([old, new, seen], NOW, CREWS, 30.0) == [old]
