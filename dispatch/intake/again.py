"""
What a call may be about when its number has called before, and what one key does about that. Pure.

The table of docs/domain.md, "A number that calls again". What was closed without content a moment ago is open again by
itself (`repeats.py`); everything else is offered with its reason, and a person decides: who calls twice from one
telephone may be two callers. How often the number has called is not known here (`score.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final, Literal

import msgspec

from dispatch.domain.state import Call, Incident, State
from dispatch.domain.words import Outcome

Does = Literal["join", "reopen_and_join", "reopen_call", "look"]
"""What one key does: join the call, reopen the incident and join it, reopen the earlier call, or only show it."""

Reason = Outcome | Literal["open", "undecided", "to_call_back"]
"""How the earlier one stands: open, or as what it was closed; a call may wait for a decision or to be called back."""

DOES: Final[Mapping[Outcome, Does]] = MappingProxyType(
    {
        "no_content": "reopen_and_join",
        "duplicate": "reopen_and_join",
        "cancelled_before_departure": "reopen_and_join",
        "cancelled_after_departure": "reopen_and_join",
        "refused_by_patient": "reopen_and_join",
        "no_patient_found": "reopen_and_join",
        "treated_not_conveyed": "reopen_and_join",
        "relayed": "reopen_and_join",
        "transferred": "reopen_and_join",
        "conveyed": "look",
        "dead_on_arrival": "look",
        "resuscitation_stopped": "look",
    }
)
"""
By how an incident was closed. Who was left where they were may need help again. Whose patient is gone is asked first
what it is about: another patient needs another incident. A duplicate is offered in place of the one that goes on only
where nobody knows which that is.
"""

_ORDER: Final[tuple[Does, ...]] = ("join", "reopen_and_join", "reopen_call", "look")


class Again(msgspec.Struct, frozen=True, kw_only=True):
    """One offer; `at`: when the earlier call began, or when what it was about was closed."""

    call_id: str
    does: Does
    reason: Reason
    at: datetime
    incident_id: str | None = None
    incident_number: str | None = None


def offers(state: State, call_id: str, earlier: Sequence[str]) -> list[Again]:
    """
    What the call may be about, by the earlier calls of its number, newest first: what is open before what is closed.

    As long as the earlier one is in the state: half an hour after it was closed. Nothing for a call that is closed.
    """
    call = state.calls.get(call_id)
    if call is None or call.status == "closed":
        return []
    found: dict[str, Again] = {}
    for key in earlier:
        offer = _offer(state, call, state.calls.get(key))
        if offer is not None and (offer.incident_id is None or offer.incident_id != call.incident_id):
            found.setdefault(offer.incident_id or offer.call_id, offer)
    return sorted(found.values(), key=lambda one: _ORDER.index(one.does))


def _offer(state: State, call: Call, before: Call | None) -> Again | None:
    if before is None or before.id == call.id:
        return None
    if before.incident_id is None:
        return _of_call(before, does="reopen_call" if call.incident_id is None else "look")
    incident = state.incidents.get(before.incident_id)
    return _of_incident(before, incident, _goes_on_in(state, incident)) if incident else None


def _of_call(before: Call, does: Does) -> Again | None:
    """An earlier call that has no incident; `does`: when it is closed."""
    begun_at = before.answered_at or before.rang_at
    if before.status == "closed" and before.outcome and before.closed_at:
        return Again(call_id=before.id, does=does, reason=before.outcome, at=before.closed_at)
    if before.is_to_call_back and begun_at:
        return Again(call_id=before.id, does="look", reason="to_call_back", at=begun_at)
    if before.status == "answered" and begun_at:
        return Again(call_id=before.id, does="look", reason="undecided", at=begun_at)
    return None


def _of_incident(before: Call, first: Incident, now_in: Incident) -> Again:
    """`now_in`: where the matter goes on, when the earlier call's own incident was closed as a duplicate."""
    does: Does = DOES[now_in.outcome] if now_in.outcome else "join"
    reason: Reason = now_in.outcome or ("open" if now_in is first else "duplicate")
    at = now_in.closed_at or before.answered_at or now_in.opened_at
    return Again(
        call_id=before.id, does=does, reason=reason, at=at, incident_id=now_in.id, incident_number=now_in.number
    )


def _goes_on_in(state: State, incident: Incident) -> Incident:
    """The incident that stands for a closed duplicate; the last one known of a chain."""
    seen = {incident.id}
    while incident.status == "closed" and (following := state.incidents.get(incident.duplicate_of or "")):
        if following.id in seen:
            break
        seen.add(following.id)
        incident = following
    return incident
