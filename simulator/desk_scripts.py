"""
What the demo's people at the desk do next when nobody at the console did it. Pure; in real time, whatever the speed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.domain.state import Alarm, Call, Incident, State
from simulator.crews import Crews
from simulator.demand import DemandCall
from simulator.motion import apart_m

SERVER_GOES_ON_S = 15.0
"""After a refusal the desk makes the next offer itself; only later does the demo's dispatcher step in (guess)."""
RECOMMENDATION_LIVES_S = 12.0
"""The feed repeats a standing recommendation every few seconds; an older one no longer stands."""
PLACE_OFF_M = 200.0
"""An incident that opened by itself farther than this from the caller is put right by the call-taker (guess)."""
NOTHING_HEARD_S = 12.0
"""A call-taker listens so long before closing a call without content (guess)."""


@dataclass(frozen=True)
class Advice:
    """A recommendation to send, as the feed last told it: the units, when it was first and last seen."""

    unit_ids: tuple[str, ...]
    first_seen_at: datetime
    last_seen_at: datetime


def offers_due(incident: Incident, advice: Advice, now: datetime, crews: Crews, person_s: float) -> tuple[str, ...]:
    """The units that the demo's dispatcher offers now, because nobody at the console did."""
    if incident.status == "closed" or incident.open_offers or incident.active_runs:
        return ()
    if now - advice.last_seen_at > timedelta(seconds=RECOMMENDATION_LIVES_S):
        return ()
    ended_at = max((offer.answered_at for offer in incident.offers.values() if offer.answered_at), default=None)
    if ended_at is not None and now < ended_at + timedelta(seconds=SERVER_GOES_ON_S):
        return ()
    patience_s = crews.person_s("dispatcher", incident.id, person_s)
    return advice.unit_ids if now >= advice.first_seen_at + timedelta(seconds=patience_s) else ()


@dataclass(frozen=True)
class OpenIncident:
    """The call-taker has understood where it is."""


@dataclass(frozen=True)
class CloseCall:
    """Nobody needs help."""


@dataclass(frozen=True)
class JoinCall:
    """The call is about an incident that is known."""

    incident_id: str


@dataclass(frozen=True)
class SettlePlace:
    """The incident opened by itself somewhere else; the caller has said where it is, read back word by word."""

    incident_id: str
    version: int


def call_step(
    call: Call, told: DemandCall, state: State, calls_by_key: Mapping[str, str], now: datetime, patience_s: float
) -> OpenIncident | CloseCall | JoinCall | SettlePlace | None:
    """What the demo's call-taker does with a call; `told` is what the caller told, `calls_by_key` the others' ids."""
    if call.outcome is not None:
        return None
    waited_s = (now - (call.answered_at or now)).total_seconds()
    if told.kind == "no_content":
        return CloseCall() if call.incident_id is None and waited_s >= min(patience_s, NOTHING_HEARD_S) else None
    if waited_s < patience_s:
        return None
    if told.same_as is not None:
        first = state.calls.get(calls_by_key.get(told.same_as, ""))
        original = state.incidents.get(first.incident_id or "") if first else None
        if original and original.status != "closed" and call.incident_id != original.id:
            return JoinCall(original.id)
    if call.incident_id is None:
        return OpenIncident()
    return _settle(state.incidents.get(call.incident_id), call, told)


def _settle(incident: Incident | None, call: Call, told: DemandCall) -> SettlePlace | None:
    """Put the place right, unless somebody has settled it or a crew is there already."""
    if incident is None or incident.place is None or incident.place.settled or incident.call_ids[:1] != [call.id]:
        return None
    if incident.status not in ("waiting", "assigned"):
        return None
    off_m = apart_m((incident.place.lon, incident.place.lat), (told.lon, told.lat))
    return SettlePlace(incident.id, incident.version) if off_m > PLACE_OFF_M else None


def alarms_due(alarms: Iterable[Alarm], now: datetime, crews: Crews, person_s: float) -> list[Alarm]:
    """Alarms that the demo's supervisor acknowledges now."""
    return [
        alarm
        for alarm in alarms
        if alarm.acknowledged_at is None
        and now >= alarm.raised_at + timedelta(seconds=crews.person_s("supervisor", alarm.id, 1.5 * person_s))
    ]
