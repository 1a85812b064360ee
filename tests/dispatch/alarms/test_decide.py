"""The life of an alarm, whatever happens in whatever order and however the clock jumps."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.alarms.decide import alarm_id, is_due
from dispatch.alarms.finding import Finding
from dispatch.domain import events as ev
from dispatch.domain.words import Level
from tests.dispatch.alarms.worlds import RULES, Watch, at, only, tell, world
from tests.factories import NOW, make_incident, make_offer

Happening = Literal["nothing", "a unit goes", "all units leave", "somebody sees it", "a new leader"]
HAPPENINGS = st.sampled_from(Happening.__args__)  # type: ignore[attr-defined]  # a Literal has its words
STEPS = st.lists(st.tuples(st.floats(-300, 300).map(round), HAPPENINGS), max_size=30)


@settings(max_examples=300, deadline=None)
@given(level=st.sampled_from([1, 2, 3, 4]), steps=STEPS)
def test_one_occasion_has_one_alarm_raised_when_its_time_has_come_and_cleared_when_it_ends(
    level: Level, steps: list[tuple[int, Happening]]
) -> None:
    """The oracle: a wait is alarmed from the first look at which it has lasted for the threshold; until it ends."""
    incident = make_incident(priority=level)
    watch = Watch(world(incident), only("undispatched"))
    threshold_s = watch.rules["undispatched"].threshold(level)
    assert threshold_s is not None
    now_s, is_alarmed, raised = 0, False, list[str]()
    for number, (step_s, happening) in enumerate(steps, 1):
        now_s += step_s
        now = at(now_s)
        if happening == "a unit goes":
            incident.status, incident.waiting_since, is_alarmed = "assigned", None, False
        elif happening == "all units leave" and incident.status == "assigned":
            incident.status, incident.waiting_since = "waiting", now.replace(microsecond=number)
        elif happening == "somebody sees it":
            for alarm in [one for one in watch.state.alarms.values() if one.acknowledged_at is None]:
                tell(watch.state, ev.AlarmAcknowledged(alarm_id=alarm.id), now, "user:minh")
        elif happening == "a new leader":
            watch = Watch(watch.state, watch.rules)
        raised += [event.alarm_id for event in watch.look(now_s) if isinstance(event, ev.AlarmRaised)]
        if incident.waiting_since is not None:
            is_alarmed = is_alarmed or (now - incident.waiting_since).total_seconds() >= threshold_s
        still_open = [alarm for alarm in watch.state.alarms.values() if alarm.cleared_at is None]
        assert len(still_open) == is_alarmed
        assert watch.look(now_s) == [], "looking twice tells nothing new"
    assert len(raised) == len(set(raised))


def test_nobodys_acknowledgement_passes_it_on_once() -> None:
    watch = Watch(world(make_incident(priority=1)), only("unsent"))
    assert watch.kinds(30) == [("Raised", "unsent")]
    assert watch.kinds(89) == []
    assert watch.kinds(90) == [("Escalated", "unsent")]
    assert watch.kinds(500) == []
    (alarm,) = watch.state.alarms.values()
    assert (alarm.status, alarm.step, alarm.escalated_at) == ("escalated", 2, at(90))


def test_an_alarm_that_was_seen_is_not_passed_on_and_leaves_when_it_is_over() -> None:
    incident = make_incident(priority=1)
    watch = Watch(world(incident), only("unsent"))
    watch.look(30)
    (alarm,) = watch.state.alarms.values()
    tell(watch.state, ev.AlarmAcknowledged(alarm_id=alarm.id), at(40), "user:minh")
    assert watch.kinds(500) == []
    incident.offers["O1"] = make_offer()
    assert watch.kinds(501) == [("Cleared", "unsent")]
    assert watch.state.alarms == {}


def test_an_alarm_nobody_saw_stays_to_be_seen_and_leaves_after_half_an_hour() -> None:
    incident = make_incident(priority=1)
    watch = Watch(world(incident), only("unsent"))
    watch.look(30)
    incident.status = "closed"
    watch.look(31)
    assert [alarm.status for alarm in watch.state.alarms.values()] == ["cleared"]
    tell(watch.state, ev.AutoDispatchHeld(held=True), at(31 + 1800))
    assert len(watch.state.alarms) == 1
    tell(watch.state, ev.AutoDispatchHeld(held=False), at(31 + 1801))
    assert watch.state.alarms == {}


def test_two_who_decide_from_the_same_state_name_the_alarm_alike() -> None:
    finding = Finding("incident:I1", NOW, incident_id="I1")
    assert alarm_id("unsent", finding) == alarm_id("unsent", Finding("incident:I1", NOW, 1, "I1", 3.0))
    later: datetime = at(0.000001)
    others = [
        alarm_id("overdue", finding),
        alarm_id("unsent", Finding("incident:I2", NOW, incident_id="I1")),
        alarm_id("unsent", Finding("incident:I1", NOW, incident_id="I1", occasion=later)),
    ]
    assert len({alarm_id("unsent", finding), *others}) == 4


def test_what_somebody_else_told_meanwhile_is_not_due_again() -> None:
    watch = Watch(world(make_incident(priority=1)), only("unsent"))
    (raised,) = watch.look(30)
    assert not is_due(watch.state, raised)
    escalated = ev.AlarmEscalated(alarm_id=raised.alarm_id, step=2)
    assert is_due(watch.state, escalated)
    tell(watch.state, ev.AlarmAcknowledged(alarm_id=raised.alarm_id), at(31))
    assert not is_due(watch.state, escalated)
    assert not is_due(watch.state, ev.AlarmCleared(alarm_id="alm-0"))


def test_a_kind_that_the_policy_switches_off_clears_its_alarms() -> None:
    watch = Watch(world(make_incident(priority=1)), only("unsent"))
    watch.look(30)
    watch.rules = {}
    assert watch.kinds(31) == [("Cleared", "unsent")]


def test_every_rule_escalates_to_somebody_beyond_or_says_that_it_does_not() -> None:
    assert [kind for kind, rule in RULES.items() if rule.escalate_after_s is not None and not rule.escalate_to] == []
