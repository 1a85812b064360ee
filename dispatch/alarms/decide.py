"""
Which alarms to raise, pass on and clear now. Pure: no clock, no I/O.

An alarm is raised when its condition has held for the rule's threshold, passed on when nobody acknowledged it in time,
and cleared when the condition has ended. Its id is made of the kind, the thing and the occasion, so whoever decides,
and however often, one occasion has one alarm. A clock that jumps back delays alarms; it neither raises nor clears any.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from dispatch.alarms.conditions import CONDITIONS
from dispatch.alarms.finding import Finding
from dispatch.alarms.rules import Rule
from dispatch.alarms.view import View
from dispatch.domain import events as ev
from dispatch.domain.state import State
from dispatch.domain.words import AlarmKind

AlarmEvent = ev.AlarmRaised | ev.AlarmEscalated | ev.AlarmCleared


def decide_alarms(view: View) -> list[AlarmEvent]:
    """What to tell about alarms now; each event is about another alarm. Clearing first."""
    found = {alarm_id(kind, one): (kind, one) for kind, rule in view.rules.items() for one in _find(kind, view, rule)}
    return [*_clear(view, found), *_escalate(view, found), *_raise(view, found)]


def alarm_id(kind: AlarmKind, finding: Finding) -> str:
    """The same for the same occasion, whoever computes it: 16 digits of a SHA-256."""
    when = (finding.occasion or finding.since).isoformat()
    text = "|".join((kind, finding.about, finding.incident_id or "", when))
    return f"alm-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def is_due(state: State, event: AlarmEvent) -> bool:
    """Whether the event can still be told when its turn comes: somebody may have been faster."""
    alarm = state.alarms.get(event.alarm_id)
    if isinstance(event, ev.AlarmRaised):
        return alarm is None
    if alarm is None or alarm.cleared_at is not None:
        return False
    return isinstance(event, ev.AlarmCleared) or alarm.status == "raised"


Found = dict[str, tuple[AlarmKind, Finding]]


def _find(kind: AlarmKind, view: View, rule: Rule) -> list[Finding]:
    condition = CONDITIONS.get(kind)
    found = condition(view, rule) if condition else ()
    return [one for one in found if rule.threshold(one.level) is not None]


def _raise(view: View, found: Found) -> list[AlarmEvent]:
    busy = {(a.kind, a.about, a.incident_id) for a in view.state.alarms.values() if a.cleared_at is None}
    raised: list[AlarmEvent] = []
    for key, (kind, one) in found.items():
        threshold_s = view.rules[kind].threshold(one.level)
        if key in view.state.alarms or (kind, one.about, one.incident_id) in busy or threshold_s is None:
            continue
        if _held_s(one, view.now) >= threshold_s:
            raised.append(
                ev.AlarmRaised(
                    alarm_id=key,
                    kind=kind,
                    about=one.about,
                    since=one.since,
                    threshold_s=threshold_s,
                    incident_id=one.incident_id,
                    value=one.value,
                )
            )
    return raised


def _escalate(view: View, found: Found) -> list[AlarmEvent]:
    passed_on: list[AlarmEvent] = []
    for alarm in view.state.alarms.values():
        rule = view.rules.get(alarm.kind)
        if rule is None or rule.escalate_after_s is None or alarm.status != "raised" or alarm.id not in found:
            continue
        if (view.now - alarm.raised_at).total_seconds() >= rule.escalate_after_s:
            passed_on.append(ev.AlarmEscalated(alarm_id=alarm.id, step=alarm.step + 1, incident_id=alarm.incident_id))
    return passed_on


def _clear(view: View, found: Found) -> list[AlarmEvent]:
    return [
        ev.AlarmCleared(alarm_id=alarm.id, incident_id=alarm.incident_id)
        for alarm in view.state.alarms.values()
        if alarm.cleared_at is None and alarm.id not in found
    ]


def _held_s(finding: Finding, now: datetime) -> float:
    until = min(finding.until, now) if finding.until else now
    return (until - finding.since).total_seconds()
