"""
A call joins an incident, or is taken out of it. Pure.

Both sides of a joining stand in the log, on the call's stream and on the incident's. So whoever closes the incident at
the same moment on another server, and had not seen the call, decides again: no call vanishes into a closed incident.
"""

from __future__ import annotations

from msgspec.structs import replace

from dispatch.assignment import runs
from dispatch.assignment.offer_ends import get_incident
from dispatch.domain import events as ev
from dispatch.domain.state import Call, Incident, State
from dispatch.errors import Taken
from dispatch.intake.decide import get_call
from dispatch.intake.opening import UNKNOWN


def both_sides(call_id: str, incident_id: str) -> list[ev.Event]:
    """The facts of a call that joins an incident which is there already."""
    return [
        ev.CallJoined(call_id=call_id, incident_id=incident_id),
        ev.IncidentJoined(incident_id=incident_id, call_id=call_id),
    ]


def join(state: State, call_id: str, incident_id: str, *, reopens: bool = False) -> list[ev.Event]:
    """
    Join a call to an incident; `reopens`: also to a closed one, which is reopened in the same step.

    An incident that this call had opened alone and nobody was asked for is closed as a duplicate with it. How grave
    that one was, or the call was found to be, is not lost: the other is raised, and called what made it so grave.
    Raises NotFound, Taken.
    """
    call, target = get_call(state, call_id), get_incident(state, incident_id)
    is_closed = target.status == "closed"
    if is_closed and not reopens:
        raise Taken(
            "incident {incident} is closed; reopen it before joining a call to it, or send reopen: true",
            code="join_closed",
            incident=target.number,
        )
    own = state.incidents.get(call.incident_id or "")
    told: list[ev.Event] = [ev.IncidentReopened(incident_id=incident_id)] if is_closed else []
    told += both_sides(call_id, incident_id)
    if own and own.id != incident_id and own.call_ids == [call_id] and not own.offers and own.status == "waiting":
        told += runs.close(state, own.id, "duplicate", duplicate_of=incident_id)
        revised = as_grave_as(target, own)
        return [*told, revised] if revised else told
    return told + _raised(call, own, target)


def unjoin(call: Call, left: Incident | None, own: Incident | None) -> list[ev.Event]:
    """
    Take a call out of the incident `left` that it was wrongly joined to, which stays as it is.

    The call goes back to the incident it had before, `own`, reopened if it was closed as a duplicate. Closed otherwise
    it stays closed, and the call waits to be decided: in a closed incident nobody would see it. Raises Taken.
    """
    if left is None or call.status != "joined":
        raise Taken(
            "call {call} is {call_status} and in no incident; nothing to take it out of",
            code="call_in_no_incident",
            call=call.id,
            call_status=call.status,
        )
    if left.opened_for == call.id:
        raise Taken(
            "incident {incident} was opened for call {call}; correct it, or take the other call out",
            code="opened_for_call",
            incident=left.number,
            call=call.id,
        )
    told: list[ev.Event] = [ev.CallUnjoined(call_id=call.id, incident_id=left.id)]
    if own is None:
        return told
    is_double = own.status == "closed" and own.outcome == "duplicate"
    if is_double:
        told.append(ev.IncidentReopened(incident_id=own.id))
    if is_double or own.status != "closed":
        told += both_sides(call.id, own.id)
    return told


def as_grave_as(incident: Incident, other: Incident) -> ev.IncidentRevised | None:
    """
    What makes an incident as grave as the other, in whose place it goes on; None when it is.

    It is called then what the graver one was: hospitals are chosen by that. It needs what the other needed, unless it
    needs more units itself or is a major one, whose units go by its commander's counts.
    """
    is_graver = other.priority < incident.priority
    is_major = incident.major is not None and incident.major.is_on
    needs_more = len(other.needs) > len(incident.needs) or (is_graver and len(other.needs) == len(incident.needs))
    takes_needs = other.priority <= incident.priority and needs_more and not is_major
    if not is_graver and not takes_needs:
        return None
    return ev.IncidentRevised(
        incident_id=incident.id,
        priority=other.priority if is_graver else None,
        complaint=_known(other.complaint) if is_graver else None,
        level_by=other.level_by,
        needs=other.needs if takes_needs else None,
    )


def _raised(call: Call, own: Incident | None, target: Incident) -> list[ev.Event]:
    """By how grave its own incident is, which goes on beside it with its units, or what the call was found to be."""
    graver_by = own.priority if own else call.triage.level if call.triage else None
    if graver_by is None or graver_by >= target.priority:
        return []
    revised = ev.IncidentRevised(incident_id=target.id, priority=graver_by)
    if own:
        return [replace(revised, complaint=_known(own.complaint), level_by=own.level_by)]
    return [replace(revised, complaint=_known(call.complaint), level_by="protocol")]


def _known(complaint: str | None) -> str | None:
    return None if complaint == UNKNOWN else complaint
