"""
The conditions that alarms are about, one function a kind. Pure.

Each gives what it finds now, however short it has lasted; `decide` compares that with the threshold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from dispatch.alarms import calls
from dispatch.alarms.finding import Finding
from dispatch.alarms.rules import Rule
from dispatch.alarms.view import COVERAGE, View
from dispatch.assignment.eligible import unserved_slots
from dispatch.crews.supplies import lacking
from dispatch.domain.state import Incident, Offer, Run, Unit
from dispatch.domain.words import AlarmKind, Stamp, UnitStatus

DRIVING: frozenset[UnitStatus] = frozenset({"en_route", "transporting"})
"""Statuses in which a unit that we follow must be heard of."""


Condition = Callable[[View, Rule], Iterator[Finding]]


def unsent(view: View, rule: Rule) -> Iterator[Finding]:
    """An incident waits and nobody is asked."""
    for incident in _waiting(view):
        if not incident.open_offers:
            ended = [offer.answered_at for offer in incident.offers.values() if offer.answered_at]
            yield _of(incident, max([_waits_since(incident), *ended]))


def undispatched(view: View, rule: Rule) -> Iterator[Finding]:
    """An incident waits, asked or not."""
    for incident in _waiting(view):
        yield _of(incident, _waits_since(incident))


def offers_refused(view: View, rule: Rule) -> Iterator[Finding]:
    """So many stations refused or were silent since it began to wait; `value`: how many."""
    for incident in _waiting(view):
        ended = sorted(
            offer.answered_at
            for offer in _asked(incident)
            if offer.status in ("refused", "expired") and offer.answered_at
        )
        if rule.count is not None and len(ended) >= rule.count:
            yield _of(incident, ended[rule.count - 1], value=float(len(ended)))


def no_acceptance(view: View, rule: Rule) -> Iterator[Finding]:
    """Stations were asked and none has accepted."""
    for incident in _waiting(view):
        if asked := _asked(incident):
            yield _of(incident, min(offer.made_at for offer in asked))


def overdue(view: View, rule: Rule) -> Iterator[Finding]:
    """An incident waits, counted from the answer to its call."""
    for incident in _waiting(view):
        yield _of(incident, incident.answered_at, occasion=_waits_since(incident))


def late_at_scene(view: View, rule: Rule) -> Iterator[Finding]:
    """Units are under way and none has arrived, counted from the answer to the call."""
    for incident in view.state.incidents.values():
        accepted = [at for run in incident.active_runs if (at := run.stamps.get("accepted_at"))]
        if incident.status == "assigned" and accepted:
            yield _of(incident, incident.answered_at, occasion=min(accepted))


def station_silent(view: View, rule: Rule) -> Iterator[Finding]:
    """A station has an offer and does not answer."""
    for incident in view.state.incidents.values():
        for offer in incident.open_offers:
            if offer.acknowledged_at is None:
                yield _of(incident, offer.made_at, about=f"station:{offer.station_id}")


def unit_unmoved(view: View, rule: Rule) -> Iterator[Finding]:
    """A unit that drives to the scene stays where it is, as far as its last fix tells."""
    for incident, _, unit in _at_work(view):
        anchor, fix = view.memory.anchors.get(unit.id), view.positions.get(unit.id)
        if unit.status == "en_route" and anchor is not None and fix is not None:
            yield _of(incident, anchor.since, about=f"unit:{unit.id}", until=fix.at)


def lost_contact(view: View, rule: Rule) -> Iterator[Finding]:
    """A unit that drives sends no fix. One that never sent any has no receiver, and is not followed so."""
    for incident, _, unit in _at_work(view):
        fix = view.positions.get(unit.id)
        if unit.status in DRIVING and fix is not None:
            yield _of(incident, max(fix.at, unit.status_at), about=f"unit:{unit.id}")


def long_on_scene(view: View, rule: Rule) -> Iterator[Finding]:
    """A unit has not left the scene."""
    for incident, run, unit in _at_work(view):
        if unit.status == "on_scene":
            yield _of(incident, run.stamps.get("on_scene_at", unit.status_at), about=f"unit:{unit.id}")


def crew_unsafe(view: View, rule: Rule) -> Iterator[Finding]:
    """A crew is at a scene that was told to be unsafe, and has not said that it is well."""
    for incident, _, unit in _at_work(view):
        if unit.status == "on_scene" and incident.scene_unsafe:
            yield _of(incident, _heard_at(unit), about=f"unit:{unit.id}")


def crew_check(view: View, rule: Rule) -> Iterator[Finding]:
    """A crew on scene has given no sign of life: no status, no stamp, no answer."""
    for incident, run, unit in _at_work(view):
        if unit.status == "on_scene" and not incident.scene_unsafe:
            yield _of(incident, max([_heard_at(unit), *run.stamps.values()]), about=f"unit:{unit.id}")


def handover_slow(view: View, rule: Rule) -> Iterator[Finding]:
    """A patient is not handed over; from the second step on, `handover_blocked` speaks instead."""
    second = view.rules.get("handover_blocked")
    for finding in _handing_over(view):
        blocked_s = second.threshold(finding.level) if second else None
        if blocked_s is None or (view.now - finding.since).total_seconds() < blocked_s:
            yield finding


def handover_blocked(view: View, rule: Rule) -> Iterator[Finding]:
    """The same, for longer."""
    yield from _handing_over(view)


def coverage_hole(view: View, rule: Rule) -> Iterator[Finding]:
    """Too much of the demand is out of every free unit's reach; `value`: which share, 0 to 1."""
    if view.memory.thin_since is not None:
        yield Finding(COVERAGE, view.memory.thin_since, value=view.uncovered)


def shift_over(view: View, rule: Rule) -> Iterator[Finding]:
    """A crew is in service and its shift has ended."""
    for unit in view.state.units.values():
        if unit.shift_until is not None and unit.status not in ("off_duty", "out_of_service"):
            yield Finding(f"unit:{unit.id}", unit.shift_until)


def supplies_low(view: View, rule: Rule) -> Iterator[Finding]:
    """A vehicle in service was counted, and lacks something to par; `value`: of how many items."""
    for vehicle in view.state.vehicles.values():
        unit = view.state.units.get(vehicle.unit_id or "")
        short = lacking(vehicle, view.supplies) if view.supplies and unit and unit.status != "off_duty" else {}
        if short and vehicle.stocked_at is not None:
            yield Finding(f"vehicle:{vehicle.id}", vehicle.stocked_at, value=float(len(short)))


CONDITIONS: Mapping[AlarmKind, Condition] = {
    "call_unanswered": calls.call_unanswered,
    "call_undecided": calls.call_undecided,
    "call_back_overdue": calls.call_back_overdue,
    "message_unanswered": calls.message_unanswered,
    "surge_due": calls.surge_due,
    "unsent": unsent,
    "undispatched": undispatched,
    "offers_refused": offers_refused,
    "no_acceptance": no_acceptance,
    "station_silent": station_silent,
    "unit_unmoved": unit_unmoved,
    "lost_contact": lost_contact,
    "late_at_scene": late_at_scene,
    "overdue": overdue,
    "long_on_scene": long_on_scene,
    "crew_unsafe": crew_unsafe,
    "crew_check": crew_check,
    "handover_slow": handover_slow,
    "handover_blocked": handover_blocked,
    "coverage_hole": coverage_hole,
    "shift_over": shift_over,
    "supplies_low": supplies_low,
}


def _of(
    incident: Incident,
    since: datetime,
    *,
    about: str | None = None,
    value: float | None = None,
    until: datetime | None = None,
    occasion: datetime | None = None,
) -> Finding:
    where = about or f"incident:{incident.id}"
    return Finding(where, since, incident.priority, incident.id, value, until, occasion)


def _waiting(view: View) -> Iterator[Incident]:
    """Those that wait, and those that every unit has left while some of several needs had none."""
    for incident in view.state.incidents.values():
        is_left = incident.status == "attended" and not incident.active_runs
        if incident.status == "waiting" or (is_left and unserved_slots(incident, view.state.units)):
            yield incident


def _waits_since(incident: Incident) -> datetime:
    """Since it opened, reopened or was left; one that is attended was left when its last run ended."""
    ended = [run.ended_at for run in incident.runs.values() if run.ended_at]
    return incident.waiting_since or max(ended, default=incident.opened_at)


def _asked(incident: Incident) -> list[Offer]:
    """The offers of tier `main` made since it began to wait; those taken back count as never made."""
    since = _waits_since(incident)
    offers = (offer for offer in incident.offers.values() if offer.tier == "main" and offer.made_at >= since)
    return [offer for offer in offers if offer.status != "withdrawn"]


def _at_work(view: View) -> Iterator[tuple[Incident, Run, Unit]]:
    """Every unit that is on a run now, with its incident."""
    for incident in view.state.incidents.values():
        for run in incident.active_runs:
            unit = view.state.units.get(run.unit_id)
            if unit is not None and unit.incident_id == incident.id:
                yield incident, run, unit


def _heard_at(unit: Unit) -> datetime:
    return max(unit.status_at, unit.safe_at) if unit.safe_at else unit.status_at


def _handing_over(view: View) -> Iterator[Finding]:
    arrived: Stamp = "at_hospital_at"
    for incident, run, unit in _at_work(view):
        if unit.status == "at_hospital" and "handover_at" not in run.stamps:
            yield _of(incident, run.stamps.get(arrived, unit.status_at), about=f"unit:{unit.id}")
