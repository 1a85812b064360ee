"""
Runs: what a unit's reports mean for its incident, and how a run and an incident end. Pure: state in, events out.

An outcome is mandatory for every run and incident; a run that reached hospital is conveyed by itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import get_args

import msgspec

from dispatch.assignment.eligible import unserved_slots
from dispatch.assignment.offer_ends import get_incident, take_back
from dispatch.assignment.outcomes import usable
from dispatch.assignment.unheard import unheard_calls
from dispatch.domain import events as ev
from dispatch.domain.clock import CLOCK_TOLERANCE, LOCAL
from dispatch.domain.fold.runs import UNCOVERING
from dispatch.domain.lifecycles import RUN_ENDING_REPORTS, STAMP_OF_REPORT, next_unit_status
from dispatch.domain.outcomes import OutcomeDetails, told_more, wanted_of
from dispatch.domain.state import Incident, Run, State, Unit
from dispatch.domain.words import Outcome, OutOfServiceReason, PatientStatus, PatientStep, Stamp, UnitReport
from dispatch.errors import IllegalStep, Malformed, NotFound, Taken
from dispatch.major.arrival import take_command

OLDEST_REPORT = timedelta(hours=24)
"""A phone that was out of reach tells late, but not later than this; an older time is a clock gone wrong (guess)."""


_OUT_OF_SERVICE: dict[str, Outcome] = {
    "dispatched": "cancelled_before_departure",
    "en_route": "cancelled_after_departure",
    "on_scene": "relayed",
    "transporting": "relayed",
    "at_hospital": "conveyed",
}
"""How a run ends when its unit breaks down; all but the last leave the incident in need of another."""


_PATIENT_STEP: dict[tuple[UnitReport, PatientStatus], PatientStep] = {
    ("at_hospital", "loaded"): "at_hospital",
    ("handed_over", "at_hospital"): "handed_over",
    ("out_of_service", "loaded"): "unloaded",
}


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a crew says, at `at` by its own clock.

    `details`: what the outcome wants besides, as far as it is told; with a report that ends no run they are left aside.
    """

    unit_id: str
    status: UnitReport
    at: datetime
    incident_id: str | None = None
    hospital_id: str | None = None
    outcome: Outcome | None = None
    details: OutcomeDetails | None = None
    reason: OutOfServiceReason | None = None
    source: str = "app"


def report(state: State, said: Report, now: datetime) -> list[ev.Event]:
    """The events of a crew's report. Raises NotFound, Malformed, IllegalStep or Taken; nothing is guessed."""
    unit = get_unit(state, said.unit_id)
    _check_time(said, now)
    if late := late_stamp(state, unit, said, now):
        return late
    _check_report(state, unit, said)
    told: list[ev.Event] = [
        ev.UnitReported(
            unit_id=unit.id,
            report=said.status,
            incident_id=unit.incident_id,
            hospital_id=said.hospital_id,
            source=said.source,
            reason=said.reason,
        )
    ]
    incident = state.incidents.get(unit.incident_id or "")
    if incident and said.status == "on_scene":
        told += take_command(incident, unit.id)
    if incident:
        told += follow(state, unit, said)
    if incident and said.status in RUN_ENDING_REPORTS:
        told += _end_run(state, incident, unit, said, now)
    return told


def late_stamp(state: State, unit: Unit, said: Report, now: datetime) -> list[ev.Event]:
    """
    What a phone tells late of a run that is over: kept as that run's stamp and as details of its outcome, which stays
    as the desk entered it, and nothing else happens.

    Only for what happened before the run ended, by the device's time; anything later is about a run that was not.
    """
    stamp = STAMP_OF_REPORT.get(said.status)
    incident = state.incidents.get(said.incident_id or "")
    if stamp is None or incident is None or said.incident_id == unit.incident_id:
        return []
    ended = [
        run for run in incident.runs.values() if run.unit_id == unit.id and run.ended_at and said.at <= run.ended_at
    ]
    if not ended:
        return []
    offer_id, details = ended[-1].offer_id, usable(said.details, now)
    told: list[ev.Event] = [ev.RunStamped(incident_id=incident.id, offer_id=offer_id, stamp=stamp, source=said.source)]
    if details and details != OutcomeDetails() and offer_id in state.outcomes:
        more = ev.OutcomeDetailsTold(outcome_id=offer_id, incident_id=incident.id, unit_id=unit.id, details=details)
        told.append(more)
    return told


def follow(state: State, unit: Unit, said: Report) -> list[ev.Event]:
    """What a unit's report means for the patients who lie in it."""
    told: list[ev.Event] = []
    for patient in state.patients.values():
        step = _PATIENT_STEP.get((said.status, patient.status)) if patient.unit_id == unit.id else None
        if step is not None:
            told.append(
                ev.PatientStepped(
                    patient_id=patient.id,
                    incident_id=patient.incident_id,
                    step=step,
                    hospital_id=None if step == "unloaded" else said.hospital_id or unit.hospital_id,
                )
            )
    return told


def correct_stamp(
    state: State, incident_id: str, offer_id: str, stamp: Stamp, to: datetime, source: str, reason: str, now: datetime
) -> list[ev.Event]:
    """The desk sets a stamp right, or enters one that is missing. Raises NotFound, Malformed."""
    incident = get_incident(state, incident_id)
    if offer_id not in incident.runs:
        raise NotFound(
            "incident {incident} has no run {offer}; GET it to see its runs",
            code="no_run",
            incident=incident.number,
            offer=offer_id,
        )
    if to > now + CLOCK_TOLERANCE or to < incident.answered_at - OLDEST_REPORT:
        raise Malformed(
            "{stamp} at {to:%Y-%m-%d %H:%M} UTC is not within this incident's time; look at the date",
            code="stamp_out_of_time",
            stamp=stamp,
            to=to,
        )
    corrected = ev.StampCorrected(
        incident_id=incident.id, offer_id=offer_id, stamp=stamp, to=to, source=source, reason=reason
    )
    return [corrected]


def stand_down(
    state: State, unit_id: str, outcome: Outcome, reason: str | None = None, details: OutcomeDetails | None = None
) -> list[ev.Event]:
    """
    Release a unit before it arrives, or from an event that it stands by at. The incident waits again unless others are
    under way.

    Who may do so is access's business (a red incident is left, and an event too, only by whoever may sign for it).
    """
    unit = get_unit(state, unit_id)
    if outcome not in ("cancelled_before_departure", "cancelled_after_departure"):
        raise Malformed(f"outcome {outcome} is no reason to stand a unit down; say cancelled_before_departure, …")
    incident = state.incidents.get(unit.incident_id or "")
    stands_by = incident is not None and incident.kind == "standby_event" and unit.status == "on_scene"
    if incident is None or not (unit.status in ("dispatched", "en_route") or stands_by):
        raise IllegalStep("unit", unit.id, unit.status, "stood down", ["dispatched", "en_route"])
    return [
        ev.UnitReleased(unit_id=unit.id, incident_id=incident.id, because="stood_down"),
        ev.RunEnded(
            incident_id=incident.id,
            unit_id=unit.id,
            outcome=outcome,
            cause="stood_down",
            reason=reason,
            details=details,
        ),
    ]


def close(
    state: State,
    incident_id: str,
    outcome: Outcome,
    *,
    duplicate_of: str | None = None,
    details: OutcomeDetails | None = None,
) -> list[ev.Event]:
    """
    Close an incident by hand: open offers are withdrawn; units under way and a major one are stood down first.

    `duplicate_of`: the incident that goes on in its place.
    """
    incident = get_incident(state, incident_id)
    if incident.major is not None and incident.major.is_on:
        way_out = f"stand it down before closing it: POST /api/v1/incidents/{incident.id}/major/stand-down"
        raise Taken(
            "incident {incident} is a major incident; {way_out}",
            code="close_major",
            incident=incident.number,
            way_out=way_out,
        )
    if incident.active_runs:
        going = ", ".join(run.unit_id for run in incident.active_runs)
        raise Taken(
            "incident {incident} has units under way ({going}); stand them down before closing it",
            code="units_under_way",
            incident=incident.number,
            going=going,
        )
    told: list[ev.Event] = []
    for offer in incident.open_offers:
        told += take_back(incident, offer, "the incident was closed")
    closed = ev.IncidentClosed(incident_id=incident.id, outcome=outcome, duplicate_of=duplicate_of, details=details)
    return [*told, closed]


def get_unit(state: State, unit_id: str) -> Unit:
    """The unit. Raises NotFound."""
    if unit_id not in state.units:
        raise NotFound("no unit {unit}; GET /api/v1/units lists them", code="no_unit", unit=unit_id)
    return state.units[unit_id]


def _check_time(said: Report, now: datetime) -> None:
    if said.at > now + CLOCK_TOLERANCE:
        raise Malformed(
            "the report's time {at:%H:%M:%S} is ahead of ours ({now:%H:%M:%S} UTC); set the clock",
            code="clock_ahead",
            at=said.at,
            now=now,
        )
    if said.at < now - OLDEST_REPORT:
        raise Malformed(
            "the report's time {at:%Y-%m-%d %H:%M} UTC is over a day old; set the device's clock",
            code="report_too_old",
            at=said.at,
        )


def _check_report(state: State, unit: Unit, said: Report) -> None:
    if said.incident_id is not None and said.incident_id != unit.incident_id:
        theirs = f"on incident {unit.incident_id}" if unit.incident_id else "on no incident"
        raise Taken(
            "unit {unit} is {theirs}, not on {incident}; look at the newest state and report again",
            code="unit_elsewhere",
            unit=unit.id,
            theirs=theirs,
            incident=said.incident_id,
        )
    if said.incident_id is None and (before := _run_before(state, unit, said.at)):
        raise Taken(
            "at {at:%H:%M:%S} unit {unit} was on incident {incident}, and now it is on another; say which "
            "incident_id the report is about",
            code="report_which_incident",
            at=said.at.astimezone(LOCAL),
            unit=unit.id,
            incident=before.number,
        )
    if said.hospital_id is not None and said.hospital_id not in state.hospitals:
        raise NotFound(f"no hospital {said.hospital_id}; GET /api/v1/hospitals lists them")
    if said.status == "out_of_service" and unit.status == "offered":
        raise Taken(
            "unit {unit} is being asked; refuse the offer with code breakdown or no_crew, then report",
            code="unit_being_asked",
            unit=unit.id,
        )
    if (said.status == "out_of_service") != (said.reason is not None):
        known = ", ".join(get_args(OutOfServiceReason))
        raise Malformed(
            "out_of_service, and no other status, comes with a reason: {known}",
            code="out_of_service_reason",
            known=known,
        )
    next_unit_status(unit.id, unit.status, said.status)


def _run_before(state: State, unit: Unit, at: datetime) -> Incident | None:
    """The other incident that a unit, now on a run, had not left yet at that time."""
    if unit.incident_id is None:
        return None
    others = (incident for incident in state.incidents.values() if incident.id != unit.incident_id)
    return next((one for one in others if any(_lasted(run, unit, at) for run in one.runs.values())), None)


def _lasted(run: Run, unit: Unit, at: datetime) -> bool:
    return run.unit_id == unit.id and run.ended_at is not None and at < run.ended_at


def _outcome_of(unit: Unit, said: Report) -> Outcome:
    if said.outcome is not None:
        return said.outcome
    if said.status == "out_of_service":
        return _OUT_OF_SERVICE[unit.status]
    if unit.status == "at_hospital":
        return "conveyed"
    raise Malformed(
        "unit {unit} leaves the scene without a patient; say the outcome, such as treated_not_conveyed, "
        "refused_by_patient, no_patient_found or cancelled_after_departure",
        code="outcome_needed",
        unit=unit.id,
    )


def _details_of(said: Report, outcome: Outcome, now: datetime) -> OutcomeDetails | None:
    """As told; a unit that breaks down on its way has itself cancelled the run, unless it says who has."""
    told = usable(said.details, now)
    if said.status == "out_of_service" and "cancelled_by" in wanted_of(outcome):
        return told_more(OutcomeDetails(cancelled_by="crew"), told or OutcomeDetails())
    return told


def _end_run(state: State, incident: Incident, unit: Unit, said: Report, now: datetime) -> list[ev.Event]:
    """
    End the unit's run, and the incident with it when nobody else is needed or coming.

    A call that joined too late for a crew to have heard of it is not closed with the incident: it is to be decided.
    """
    outcome = _outcome_of(unit, said)
    told: list[ev.Event] = [
        ev.RunEnded(
            incident_id=incident.id,
            unit_id=unit.id,
            outcome=outcome,
            hospital_id=unit.hospital_id,
            details=_details_of(said, outcome, now),
        )
    ]
    others = [run for run in incident.active_runs if run.unit_id != unit.id]
    if outcome not in UNCOVERING and not others and not incident.open_offers and _is_served(state, incident):
        told += [
            ev.CallUnjoined(call_id=call_id, incident_id=incident.id, because="closed_unheard")
            for call_id in unheard_calls(state, incident, said.at)
        ]
        told.append(ev.IncidentClosed(incident_id=incident.id, outcome=outcome))
    return told


def _is_served(state: State, incident: Incident) -> bool:
    """
    Whether the last crew to leave has said what became of it all.

    Not of a major incident, which a person stands down, nor while some of several needs have had no unit.
    """
    if incident.major is not None and incident.major.is_on:
        return False
    return len(incident.needs) == 1 or not unserved_slots(incident, state.units)
