"""
State + event → state, in place and after validation: an illegal step raises and changes nothing.

Each function below first looks, then writes. `web/src/store/fold.ts` mirrors this file event by event; both
are held to the same samples in tests/samples/.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from dispatch.domain import events as ev
from dispatch.domain.events import Recorded
from dispatch.domain.lifecycles import (
    RUN_ENDING_REPORTS,
    STAMP_OF_REPORT,
    next_incident_status,
    next_offer_status,
    next_unit_status,
)
from dispatch.domain.state import Alarm, Call, Closure, Hospital, Incident, Leaving, Offer, Run, State, Station, Unit
from dispatch.domain.words import OfferAnswer, Outcome
from dispatch.errors import IllegalStep, NotFound

KEEP_CLOSED = timedelta(minutes=30)
"""How long a closed call or incident stays in the state, by the log's own time (guess)."""

UNCOVERING: frozenset[Outcome] = frozenset({"cancelled_before_departure", "cancelled_after_departure", "relayed"})
"""Ends of a run after which the incident still needs a unit."""

_ANSWER_COUNTS: dict[OfferAnswer, str] = {"accepted": "accepted", "refused": "refused", "silent": "silent"}

Folder = Callable[[State, Any, Recorded], None]
_FOLDERS: dict[type[ev.Event], Folder] = {}


def apply(state: State, recorded: Recorded) -> None:
    """Fold one event in. Raises IllegalStep or NotFound and leaves the state as it was."""
    if recorded.seq != state.seq + 1:
        raise IllegalStep("state", f"at seq {state.seq}", "folding", f"seq {recorded.seq}", [str(state.seq + 1)])
    _FOLDERS[type(recorded.data)](state, recorded.data, recorded)
    state.seq, state.at = recorded.seq, recorded.recorded_at
    _let_go(state, recorded)


def _let_go(state: State, recorded: Recorded) -> None:
    """Closed calls and incidents leave the state once they are old by the log's own time."""
    while state.leaving and recorded.recorded_at - state.leaving[0].closed_at > KEEP_CLOSED:
        kind, _, key = state.leaving.pop(0).stream.partition(":")
        if kind == "call":
            state.calls.pop(key, None)
            continue
        incident = state.incidents.pop(key, None)
        for call_id in incident.call_ids if incident else ():
            state.calls.pop(call_id, None)


def _folds(event_type: type[ev.Event]) -> Callable[[Folder], Folder]:
    def register(folder: Folder) -> Folder:
        _FOLDERS[event_type] = folder
        return folder

    return register


def _get(table: dict[str, Any], thing: str, key: str) -> Any:
    if key not in table:
        raise NotFound(f"no {thing} {key}; GET /api/v1/snapshot lists what there is")
    return table[key]


# --- the city -------------------------------------------------------------------------------------------


@_folds(ev.StationRegistered)
def _station_registered(state: State, event: ev.StationRegistered, recorded: Recorded) -> None:
    state.stations[event.station_id] = Station(
        id=event.station_id,
        name=event.name,
        name_en=event.name_en,
        kind=event.kind,
        can_refuse=event.can_refuse,
        lon=event.lon,
        lat=event.lat,
        phone=event.phone,
        version=recorded.version,
    )


@_folds(ev.HospitalRegistered)
def _hospital_registered(state: State, event: ev.HospitalRegistered, recorded: Recorded) -> None:
    state.hospitals[event.hospital_id] = Hospital(
        id=event.hospital_id,
        name=event.name,
        name_en=event.name_en,
        lon=event.lon,
        lat=event.lat,
        emergency=event.emergency,
        capabilities=event.capabilities,
        version=recorded.version,
    )


@_folds(ev.HospitalRevised)
def _hospital_revised(state: State, event: ev.HospitalRevised, recorded: Recorded) -> None:
    hospital: Hospital = _get(state.hospitals, "hospital", event.hospital_id)
    hospital.diversion, hospital.version = event.diversion, recorded.version


@_folds(ev.UnitRegistered)
def _unit_registered(state: State, event: ev.UnitRegistered, recorded: Recorded) -> None:
    _get(state.stations, "station", event.station_id)
    state.units[event.unit_id] = Unit(
        id=event.unit_id,
        station_id=event.station_id,
        kind=event.kind,
        skills=event.skills,
        status="available" if event.staffed else "off_duty",
        status_at=recorded.at,
        version=recorded.version,
    )


# --- calls ----------------------------------------------------------------------------------------------


@_folds(ev.CallReceived)
def _call_received(state: State, event: ev.CallReceived, recorded: Recorded) -> None:
    state.calls[event.call_id] = Call(
        id=event.call_id,
        answered_at=event.answered_at,
        complaint=event.complaint,
        caller_token=event.caller_token,
        words_token=event.words_token,
        answers_token=event.answers_token,
        place=event.place,
        places=event.places,
        duplicates=event.duplicates,
        version=recorded.version,
    )


@_folds(ev.CallJoined)
def _call_joined(state: State, event: ev.CallJoined, recorded: Recorded) -> None:
    call: Call = _get(state.calls, "call", event.call_id)
    incident: Incident = _get(state.incidents, "incident", event.incident_id)
    call.incident_id, call.version = event.incident_id, recorded.version
    if event.call_id not in incident.call_ids:
        incident.call_ids.append(event.call_id)


@_folds(ev.CallClosed)
def _call_closed(state: State, event: ev.CallClosed, recorded: Recorded) -> None:
    call: Call = _get(state.calls, "call", event.call_id)
    call.outcome, call.version = event.outcome, recorded.version
    state.leaving.append(Leaving(stream=recorded.stream, closed_at=recorded.recorded_at))


# --- incidents ------------------------------------------------------------------------------------------


@_folds(ev.IncidentOpened)
def _incident_opened(state: State, event: ev.IncidentOpened, recorded: Recorded) -> None:
    state.incidents[event.incident_id] = Incident(
        id=event.incident_id,
        number=event.number,
        status="waiting",
        priority=event.priority,
        complaint=event.complaint,
        answered_at=event.answered_at,
        opened_at=recorded.at,
        level_set_at=recorded.at,
        level_by=event.level_by,
        place=event.place,
        needs=event.needs,
        version=recorded.version,
    )


@_folds(ev.IncidentRevised)
def _incident_revised(state: State, event: ev.IncidentRevised, recorded: Recorded) -> None:
    incident: Incident = _get(state.incidents, "incident", event.incident_id)
    if event.priority is not None:
        incident.priority, incident.level_set_at, incident.level_by = event.priority, recorded.at, "person"
    if event.complaint is not None:
        incident.complaint = event.complaint
    if event.place is not None:
        incident.place = event.place
    if event.needs is not None:
        incident.needs = event.needs
    incident.version = recorded.version


@_folds(ev.IncidentClosed)
def _incident_closed(state: State, event: ev.IncidentClosed, recorded: Recorded) -> None:
    incident: Incident = _get(state.incidents, "incident", event.incident_id)
    status = next_incident_status(incident.id, incident.status, "closed")
    if incident.active_runs or incident.open_offers:
        raise IllegalStep(
            "incident",
            incident.id,
            "a unit is offered or under way",
            "closed",
            ["withdraw, stand down or end the run"],
        )
    incident.status, incident.outcome, incident.version = status, event.outcome, recorded.version
    incident.closed_at = recorded.at
    state.leaving.append(Leaving(stream=recorded.stream, closed_at=recorded.recorded_at))


@_folds(ev.IncidentReopened)
def _incident_reopened(state: State, event: ev.IncidentReopened, recorded: Recorded) -> None:
    incident: Incident = _get(state.incidents, "incident", event.incident_id)
    incident.status = next_incident_status(incident.id, incident.status, "reopened")
    incident.outcome, incident.closed_at, incident.version = None, None, recorded.version
    state.leaving[:] = [leaving for leaving in state.leaving if leaving.stream != recorded.stream]


@_folds(ev.AlarmRaised)
def _alarm_raised(state: State, event: ev.AlarmRaised, recorded: Recorded) -> None:
    incident: Incident = _get(state.incidents, "incident", event.incident_id)
    incident.alarms[event.alarm_id] = Alarm(id=event.alarm_id, kind=event.kind, raised_at=recorded.at)
    incident.version = recorded.version


@_folds(ev.AlarmAcknowledged)
def _alarm_acknowledged(state: State, event: ev.AlarmAcknowledged, recorded: Recorded) -> None:
    incident: Incident = _get(state.incidents, "incident", event.incident_id)
    alarm: Alarm = _get(incident.alarms, "alarm", event.alarm_id)
    alarm.acknowledged_at, alarm.acknowledged_by = recorded.at, recorded.actor
    incident.version = recorded.version


# --- offers and runs ------------------------------------------------------------------------------------


@_folds(ev.OfferMade)
def _offer_made(state: State, event: ev.OfferMade, recorded: Recorded) -> None:
    incident: Incident = _get(state.incidents, "incident", event.incident_id)
    if incident.status == "closed":
        raise IllegalStep("incident", incident.id, incident.status, "offered", ["reopened"])
    incident.offers[event.offer_id] = Offer(
        id=event.offer_id,
        station_id=event.station_id,
        unit_id=event.unit_id,
        channel=event.channel,
        status="open",
        made_at=recorded.at,
        made_by=recorded.actor,
        expires_at=event.expires_at,
        overruled=event.overruled,
        reason=event.reason,
    )
    incident.version = recorded.version


@_folds(ev.OfferAccepted)
def _offer_accepted(state: State, event: ev.OfferAccepted, recorded: Recorded) -> None:
    incident: Incident = _get(state.incidents, "incident", event.incident_id)
    offer: Offer = _get(incident.offers, "offer", event.offer_id)
    status = next_offer_status(offer.id, offer.status, "accepted")
    incident.status = next_incident_status(incident.id, incident.status, "unit_assigned")
    offer.status, offer.answered_at, offer.unit_id = status, recorded.at, event.unit_id
    incident.runs[offer.id] = Run(
        offer_id=offer.id,
        unit_id=event.unit_id,
        station_id=event.station_id,
        stamps={"offered_at": offer.made_at, "accepted_at": recorded.at},
    )
    incident.version = recorded.version


def _offer_ended(state: State, event: Any, recorded: Recorded, step: str) -> Offer:
    incident: Incident = _get(state.incidents, "incident", event.incident_id)
    offer: Offer = _get(incident.offers, "offer", event.offer_id)
    offer.status = next_offer_status(offer.id, offer.status, step)
    offer.answered_at, incident.version = recorded.at, recorded.version
    return offer


@_folds(ev.OfferRefused)
def _offer_refused(state: State, event: ev.OfferRefused, recorded: Recorded) -> None:
    _offer_ended(state, event, recorded, "refused").code = event.code


@_folds(ev.OfferExpired)
def _offer_expired(state: State, event: ev.OfferExpired, recorded: Recorded) -> None:
    _offer_ended(state, event, recorded, "expired")


@_folds(ev.OfferWithdrawn)
def _offer_withdrawn(state: State, event: ev.OfferWithdrawn, recorded: Recorded) -> None:
    _offer_ended(state, event, recorded, "withdrawn")


@_folds(ev.RunEnded)
def _run_ended(state: State, event: ev.RunEnded, recorded: Recorded) -> None:
    incident: Incident = _get(state.incidents, "incident", event.incident_id)
    run = next((run for run in incident.active_runs if run.unit_id == event.unit_id), None)
    if run is None:
        raise NotFound(f"unit {event.unit_id} has no open run on incident {event.incident_id}")
    run.outcome = event.outcome
    run.hospital_id = event.hospital_id or run.hospital_id
    if event.outcome in UNCOVERING and not incident.active_runs and incident.status != "waiting":
        incident.status = next_incident_status(incident.id, incident.status, "uncovered")
    incident.version = recorded.version


# --- units ----------------------------------------------------------------------------------------------


def _step_unit(state: State, unit_id: str, step: str, recorded: Recorded) -> Unit:
    unit: Unit = _get(state.units, "unit", unit_id)
    status = next_unit_status(unit.id, unit.status, step)
    if status != unit.status:
        unit.status, unit.status_at = status, recorded.at
    unit.version = recorded.version
    return unit


@_folds(ev.UnitOffered)
def _unit_offered(state: State, event: ev.UnitOffered, recorded: Recorded) -> None:
    unit = _step_unit(state, event.unit_id, "offered", recorded)
    unit.incident_id, unit.offer_id = event.incident_id, event.offer_id


@_folds(ev.UnitAssigned)
def _unit_assigned(state: State, event: ev.UnitAssigned, recorded: Recorded) -> None:
    unit = _step_unit(state, event.unit_id, "assigned", recorded)
    unit.incident_id, unit.offer_id, unit.hospital_id = event.incident_id, event.offer_id, None


@_folds(ev.UnitReleased)
def _unit_released(state: State, event: ev.UnitReleased, recorded: Recorded) -> None:
    unit = _step_unit(state, event.unit_id, "released", recorded)
    unit.incident_id = unit.offer_id = unit.hospital_id = None


@_folds(ev.UnitReported)
def _unit_reported(state: State, event: ev.UnitReported, recorded: Recorded) -> None:
    unit: Unit = _get(state.units, "unit", event.unit_id)
    incident = state.incidents.get(unit.incident_id or "")
    run = incident.runs.get(unit.offer_id or "") if incident else None
    if incident and event.report == "on_scene":
        next_incident_status(incident.id, incident.status, "unit_arrived")
    _step_unit(state, event.unit_id, event.report, recorded)
    unit.hospital_id = event.hospital_id or unit.hospital_id
    if incident and event.report == "on_scene":
        incident.status = next_incident_status(incident.id, incident.status, "unit_arrived")
    if run and event.report in STAMP_OF_REPORT:
        run.stamps.setdefault(STAMP_OF_REPORT[event.report], recorded.at)
        run.hospital_id = event.hospital_id or run.hospital_id
    if event.report in RUN_ENDING_REPORTS:
        unit.incident_id = unit.offer_id = unit.hospital_id = None


# --- roads ----------------------------------------------------------------------------------------------


@_folds(ev.RoadClosed)
def _road_closed(state: State, event: ev.RoadClosed, recorded: Recorded) -> None:
    if event.id in state.closures:
        raise IllegalStep("road closure", event.id, "in the state", "closed", ["reopened"])
    state.closures[event.id] = Closure(
        id=event.id,
        kind=event.kind,
        road=event.road,
        direction=event.direction,
        depth_cm=event.depth_cm,
        speed_kph=event.speed_kph,
        from_at=event.from_at,
        until_at=event.until_at,
        reason=event.reason,
        set_by=recorded.actor,
        set_at=recorded.at,
        names=event.names,
        way_ids=event.way_ids,
        length_m=event.length_m,
        lines=event.lines,
        version=recorded.version,
    )


@_folds(ev.RoadReopened)
def _road_reopened(state: State, event: ev.RoadReopened, recorded: Recorded) -> None:
    _get(state.closures, "road closure", event.id)
    del state.closures[event.id]


# --- stations and the desk ------------------------------------------------------------------------------


@_folds(ev.StationOffered)
def _station_offered(state: State, event: ev.StationOffered, recorded: Recorded) -> None:
    station: Station = _get(state.stations, "station", event.station_id)
    station.offered += 1
    station.version = recorded.version


@_folds(ev.StationAnswered)
def _station_answered(state: State, event: ev.StationAnswered, recorded: Recorded) -> None:
    station: Station = _get(state.stations, "station", event.station_id)
    if counter := _ANSWER_COUNTS.get(event.answer):
        setattr(station, counter, getattr(station, counter) + 1)
    station.version = recorded.version


@_folds(ev.AutoDispatchHeld)
def _auto_dispatch_held(state: State, event: ev.AutoDispatchHeld, recorded: Recorded) -> None:
    state.auto_dispatch_held, state.desk_version = event.held, recorded.version
