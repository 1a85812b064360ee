"""Closing an incident by hand: who may, and on which view of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from dispatch.assignment import runs
from dispatch.assignment.offer_ends import get_incident
from dispatch.domain import events as ev
from dispatch.domain.fold.runs import UNCOVERING
from dispatch.domain.outcomes import OutcomeDetails
from dispatch.domain.state import Incident, State
from dispatch.domain.words import Outcome
from dispatch.errors import Forbidden, Stale
from dispatch.intake.joining import as_grave_as


class Closing(msgspec.Struct, frozen=True, kw_only=True):
    """
    A person closes an incident, decided on `version`; without one, on what was known when they said so: `seen_calls`.

    `duplicate_of`: the open incident that goes on in its place.
    """

    incident_id: str
    outcome: Outcome
    version: int | None = None
    duplicate_of: str | None = None
    details: OutcomeDetails | None = None
    seen_calls: Sequence[str] = ()


def close(state: State, closing: Closing, *, may_without_sending: bool) -> list[ev.Event]:
    """
    Close it. Closing one to which nobody came needs the right to, unless it is the duplicate of another open one; a
    unit that was called off did not come, nor did one that is under way yet: that is stood down first.

    Raises NotFound, Stale, Forbidden, Taken.
    """
    incident = get_incident(state, closing.incident_id)
    check_version(incident, closing.version)
    if closing.version is None and set(incident.call_ids) - set(closing.seen_calls):
        raise Stale(
            "a call has joined incident {incident} meanwhile; hear what it says and decide again",
            code="call_joined_meanwhile",
            incident=incident.number,
        )
    other = state.incidents.get(closing.duplicate_of or "")
    is_double = closing.outcome == "duplicate" and other is not None and _goes_on(other, incident)
    nobody_came = all(run.outcome in UNCOVERING for run in incident.runs.values())
    if nobody_came and not is_double and not may_without_sending:
        raise Forbidden(
            "nobody came to incident {incident}; only the supervisor or the duty doctor closes it so, or name the "
            "open incident that it is a duplicate_of",
            code="nobody_came",
            incident=incident.number,
        )
    if other is None or not is_double:
        return runs.close(state, incident.id, closing.outcome, details=closing.details)
    return [*runs.close(state, incident.id, closing.outcome, duplicate_of=other.id), _taken_over(other, incident)]


def check_version(incident: Incident, version: int | None) -> None:
    """Raises Stale when it was decided on another version."""
    if version is not None and incident.version != version:
        raise Stale(
            "incident {incident} is at version {newest}, not {version}; look at what changed and decide again",
            code="incident_changed",
            incident=incident.number,
            newest=incident.version,
            version=version,
        )


def _taken_over(other: Incident, incident: Incident) -> ev.Event:
    """
    The one that goes on is as grave as the duplicate was. Said on its own stream even where it was so already: whoever
    closes that one at the same moment on another server decides again, or each would be closed for the other's sake.
    """
    return as_grave_as(other, incident) or ev.IncidentRevised(incident_id=other.id, level_by=other.level_by)


def _goes_on(other: Incident, incident: Incident) -> bool:
    return other.id != incident.id and other.status != "closed"
