"""Each kind of alarm: quiet a second before its threshold, raised at it, cleared when its condition ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from dispatch.alarms.conditions import CONDITIONS
from dispatch.crews.supplies import Supply, SupplyList
from dispatch.domain.events import Need
from dispatch.domain.state import Call, CallBack, CallMessage, State, Surge, Vehicle
from dispatch.domain.state.triage import Triage
from dispatch.domain.words import AlarmKind, MessageSide
from tests.dispatch.alarms.worlds import RULES, Watch, at, on_run, only, world
from tests.factories import NOW, make_incident, make_offer, make_position, make_state, make_unit

SUPPLIES = SupplyList(
    supply=(Supply(code="oxygen", name_vi="Ô xy", name_en="Oxygen", unit="l", par={"van": 1000}),), approved_by="none"
)


@dataclass(frozen=True)
class Case:
    """A world in which the kind's condition begins at NOW, when it alarms, and whom it is about."""

    kind: AlarmKind
    state: State
    after_s: float
    about: str = "incident:I1"


def refused(*seconds: float) -> State:
    offers = [
        make_offer(f"O{n}", status="refused", answered_at=at(second)) for n, second in enumerate((-50.0, *seconds))
    ]
    return world(make_incident(waited_s=100, offers=offers))


def unsafe() -> State:
    incident, unit = on_run("on_scene")
    incident.scene_unsafe = True
    return world(incident, unit)


def off_shift() -> State:
    unit = make_unit(status="returning")
    unit.shift_until = NOW
    return make_state(units=[unit])


def short_of_oxygen() -> State:
    vehicle = Vehicle(id="V1", station_id="S1", kind="van", unit_id="U1", supplies={"oxygen": 400}, stocked_at=NOW)
    state = make_state(units=[make_unit()])
    state.vehicles["V1"] = vehicle
    return state


def ringing(count: int = 1) -> State:
    state = make_state()
    for number in range(1, count + 1):
        state.calls[f"C{number}"] = Call(id=f"C{number}", status="ringing", rang_at=NOW)
    return state


def answered(**fields: Any) -> State:
    state = make_state()
    state.calls["C1"] = Call(id="C1", status="answered", answered_at=at(-60), **fields)
    return state


def to_call_back() -> CallBack:
    return CallBack(reason="dropped", asked_at=at(-60), due_at=NOW)


def written(*by: MessageSide, first_s: float = 0) -> tuple[CallMessage, ...]:
    """Messages every 15 s."""
    return tuple(CallMessage(at=at(first_s + 15 * n), by=side, token=f"psn-{n}") for n, side in enumerate(by))


CASES = [
    Case("call_unanswered", ringing(), 10, "call:C1"),
    Case("call_undecided", answered(undecided_since=NOW), 180, "call:C1"),
    Case("call_back_overdue", answered(call_back=to_call_back()), 0, "call:C1"),
    Case("message_unanswered", answered(messages=written("caller")), 60, "call:C1"),
    Case("message_unanswered", answered(messages=written("caller", "desk", "caller", first_s=-30)), 60, "call:C1"),
    Case("surge_due", ringing(10), 20, "desk:calls"),
    Case("unsent", world(make_incident(priority=1)), 30),
    Case("unsent", world(make_incident(priority=4)), 900),
    Case("undispatched", world(make_incident(priority=2, offers=[make_offer()])), 60),
    Case("undispatched", world(make_incident(priority=3)), 600),
    Case("offers_refused", refused(0.0), 0),
    Case("no_acceptance", world(make_incident(offers=[make_offer()])), 60),
    Case("no_acceptance", world(make_incident(offers=[make_offer(status="refused", answered_at=at(9))])), 60),
    Case("station_silent", world(make_incident(offers=[make_offer()])), 30, "station:S1"),
    Case("late_at_scene", world(*on_run("en_route", level=1, accepted_at=30)), 900),
    Case("overdue", world(make_incident(priority=4)), 3600),
    Case("long_on_scene", world(*on_run("on_scene", on_scene_at=0)), 2700, "unit:U1"),
    Case("crew_unsafe", unsafe(), 300, "unit:U1"),
    Case("crew_check", world(*on_run("on_scene", since_s=-900, at_patient_at=0)), 1200, "unit:U1"),
    Case("handover_slow", world(*on_run("at_hospital", at_hospital_at=0)), 900, "unit:U1"),
    Case("handover_blocked", world(*on_run("at_hospital", at_hospital_at=0)), 1800, "unit:U1"),
    Case("shift_over", off_shift(), 0, "unit:U1"),
    Case("supplies_low", short_of_oxygen(), 0, "vehicle:V1"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}-{case.after_s:g}")
def test_an_alarm_is_raised_at_its_threshold_and_not_a_second_before(case: Case) -> None:
    watch = Watch(case.state, only(case.kind), SUPPLIES)
    if case.after_s:
        assert watch.look(case.after_s - 1) == []
    assert watch.kinds(case.after_s) == [("Raised", case.kind)]
    (alarm,) = watch.state.alarms.values()
    assert (alarm.about, alarm.since, alarm.raised_at) == (case.about, NOW, at(case.after_s))
    assert watch.look(case.after_s + 1) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}-{case.after_s:g}")
def test_an_alarm_clears_when_its_condition_ends(case: Case) -> None:
    watch = Watch(case.state, only(case.kind), SUPPLIES)
    watch.look(case.after_s + 1)
    (alarm,) = watch.state.alarms.values()
    watch.state.incidents.clear()
    watch.state.units.clear()
    watch.state.calls.clear()
    assert watch.kinds(case.after_s + 2) == [("Cleared", case.kind)]
    assert (alarm.status, alarm.cleared_at) == ("cleared", at(case.after_s + 2))


def test_every_kind_has_a_condition_and_a_rule() -> None:
    assert CONDITIONS.keys() == RULES.keys()
    tried = {case.kind for case in CASES} | {"unit_unmoved", "lost_contact", "coverage_hole"}
    assert tried == RULES.keys()


@pytest.mark.parametrize("ending", ["the desk writes", "the call is closed", "its incident is closed"])
def test_a_message_waits_for_nobody_once_it_is_answered_or_the_conversation_is_over(ending: str) -> None:
    state = answered(messages=written("caller", "caller"))
    watch = Watch(state, only("message_unanswered"))
    assert watch.kinds(60) == [("Raised", "message_unanswered")]
    call = state.calls["C1"]
    if ending == "the desk writes":
        call.messages = written("caller", "caller", "desk")
    elif ending == "the call is closed":
        call.status = "closed"
    else:
        state.incidents["I1"] = make_incident(status="closed")
        call.status, call.incident_id = "joined", "I1"
    assert watch.kinds(61) == [("Cleared", "message_unanswered")]


def test_an_overdue_red_call_is_no_overdue_lower_call() -> None:
    assert Watch(world(make_incident(priority=1)), only("overdue")).look(1e6) == []


def test_one_refusal_does_not_alarm_nor_do_those_of_an_earlier_wait() -> None:
    assert Watch(refused(), only("offers_refused")).look(1000) == []
    state = refused(0.0)
    state.incidents["I1"].waiting_since = at(1)
    assert Watch(state, only("offers_refused")).look(1000) == []


def test_an_incident_that_every_unit_has_left_with_needs_unserved_alarms_like_one_that_waits() -> None:
    incident, unit = on_run("on_scene", accepted_at=-60.0)
    incident.needs = (Need(), Need())
    run = incident.runs["O1"]
    run.outcome, run.ended_at = "conveyed", NOW
    unit.status, unit.incident_id = "returning", None
    watch = Watch(world(incident, unit), only("undispatched"))
    assert watch.kinds(59) == []
    assert watch.kinds(60) == [("Raised", "undispatched")]
    incident.needs = (Need(),)
    assert Watch(world(incident, unit), only("undispatched")).kinds(600) == []


def test_a_withdrawn_offer_asked_nobody() -> None:
    state = world(make_incident(offers=[make_offer(status="withdrawn", answered_at=at(5))]))
    assert Watch(state, only("no_acceptance", "station_silent")).look(1000) == []


def test_a_unit_that_does_not_move_alarms_by_what_its_fixes_tell() -> None:
    watch = Watch(world(*on_run("en_route")), only("unit_unmoved"))
    here = make_position()
    near = make_position(here.lon + 0.0004, here.lat)  # 43 m
    watch.look(0, positions={"U1": here})
    for seconds in (60, 119):
        fix = make_position(near.lon, near.lat, age_s=-seconds)
        assert watch.look(seconds, positions={"U1": fix}) == []
    assert watch.look(500) == [], "the last fix tells of 119 s only"
    assert watch.look(501, positions={"U1": make_position(here.lon, here.lat, age_s=-501)})
    (alarm,) = watch.state.alarms.values()
    assert (alarm.about, alarm.since) == ("unit:U1", NOW)
    moved = make_position(here.lon + 0.001, here.lat, age_s=-510)  # 109 m
    assert watch.kinds(510) == []
    watch.look(511, positions={"U1": moved})
    assert alarm.status == "cleared"


def test_a_new_leader_goes_on_with_the_standstill_that_is_alarmed() -> None:
    watch = Watch(world(*on_run("en_route")), only("unit_unmoved"))
    watch.look(0, positions={"U1": make_position()})
    assert watch.look(130, positions={"U1": make_position(age_s=-130)})
    other = Watch(watch.state, watch.rules)
    assert other.look(140, positions={"U1": make_position(age_s=-135)}) == []


def test_a_unit_on_the_road_that_sends_nothing_is_lost_and_one_without_a_receiver_is_not() -> None:
    watch = Watch(world(*on_run("transporting", since_s=-600)), only("lost_contact"))
    assert watch.look(1000) == []
    watch.positions["U1"] = make_position()
    assert watch.look(119) == []
    assert watch.kinds(120) == [("Raised", "lost_contact")]
    assert watch.kinds(121) == []
    watch.positions["U1"] = make_position(age_s=-122)
    assert watch.kinds(122) == [("Cleared", "lost_contact")]


def test_coverage_alarms_when_it_has_been_thin_for_long_enough() -> None:
    watch = Watch(make_state(), only("coverage_hole"))
    assert watch.look(0, uncovered=0.51) == []
    assert watch.look(60, uncovered=0.5) == []
    assert watch.look(61, uncovered=0.6) == []
    assert watch.look(180, uncovered=0.6) == []
    assert watch.kinds(181, uncovered=0.62) == [("Raised", "coverage_hole")]
    (alarm,) = watch.state.alarms.values()
    assert (alarm.about, alarm.since, alarm.value) == ("desk:coverage", at(61), 0.62)
    assert Watch(watch.state, watch.rules).look(182, uncovered=0.7) == [], "a new leader remembers"
    assert watch.kinds(183, uncovered=0.4) == [("Cleared", "coverage_hole")]


def test_a_crews_answer_ends_the_check_until_the_next_is_due() -> None:
    incident, unit = on_run("on_scene")
    watch = Watch(world(incident, unit), only("crew_check"))
    assert watch.kinds(1200) == [("Raised", "crew_check")]
    unit.safe_at = at(1300)
    assert watch.kinds(1301) == [("Cleared", "crew_check")]
    assert watch.kinds(2499) == []
    assert watch.kinds(2500) == [("Raised", "crew_check")]


def test_the_second_step_of_a_handover_takes_the_firsts_place() -> None:
    watch = Watch(world(*on_run("at_hospital", at_hospital_at=0)), only("handover_slow", "handover_blocked"))
    assert watch.kinds(900) == [("Raised", "handover_slow")]
    assert watch.kinds(1800)[0] == ("Cleared", "handover_slow")
    assert [alarm.kind for alarm in watch.state.alarms.values() if alarm.cleared_at is None] == ["handover_blocked"]


def test_a_handed_over_patient_alarms_nobody() -> None:
    state = world(*on_run("at_hospital", at_hospital_at=0, handover_at=60))
    assert Watch(state, only("handover_slow", "handover_blocked")).look(4000) == []


def test_a_clock_that_jumps_back_does_not_alarm() -> None:
    for case in CASES:
        watch = Watch(case.state, only(case.kind), SUPPLIES)
        watch.state.alarms.clear()
        back = timedelta(days=1).total_seconds()
        assert watch.look(-back) == [], case.kind


def test_in_a_surge_calls_that_are_due_have_one_alarm_and_a_red_one_its_own() -> None:
    state = answered(undecided_since=NOW)
    state.calls |= {f"C{n}": Call(id=f"C{n}", status="answered", undecided_since=NOW) for n in (2, 3)}
    state.calls["C3"].triage = Triage(level=1, package_hash="", at=NOW)
    state.surge = Surge(on=True)
    watch = Watch(state, only("call_undecided"))
    watch.look(180)
    open_ = {alarm.about: (alarm.value, alarm.cleared_at) for alarm in state.alarms.values()}
    assert open_ == {"call:C3": (None, None), "desk:calls": (2.0, None)}
    state.calls.pop("C1")
    assert watch.look(200) == []
    state.calls.pop("C2")
    watch.look(220)
    assert {alarm.about: alarm.cleared_at for alarm in state.alarms.values()} == {
        "call:C3": None,
        "desk:calls": at(220),
    }
