"""
What one unit, station or hospital may see: its own units and incidents, the hospitals, closed roads. Never the desk's
calls. A hospital's part is in `hospital_scope`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from dispatch.domain.events import Recorded
from dispatch.domain.hospital_scope import PREFIX, comes_to, hospital_state, without_reservations
from dispatch.domain.state import Incident, Offer, Run, State


def own_units(state: State, scope: str) -> set[str]:
    """The units behind a scope such as `unit:115-007` or `station:trung-vuong`."""
    kind, _, key = scope.partition(":")
    if kind == "unit":
        return {key} & state.units.keys()
    if kind == "hospital":
        return {unit.id for unit in state.units.values() if unit.hospital_id == key}
    return {unit.id for unit in state.units.values() if unit.station_id == key}


def is_own_incident(incident: Incident, units: set[str], scope: str) -> bool:
    """
    Whether an open offer or an active run ties the incident to one of the units or to the station itself, or an offer
    that was withdrawn from them and is not acknowledged yet: they must see that they need not come.
    """
    if scope.startswith(PREFIX):
        return comes_to(incident, scope.removeprefix(PREFIX))
    withdrawn = [one for one in incident.offers.values() if one.status == "withdrawn" and one.acknowledged_at is None]
    ties: list[Offer | Run] = [*incident.open_offers, *incident.active_runs, *withdrawn]
    return any(tie.unit_id in units or scope == f"station:{tie.station_id}" for tie in ties)


def own_incidents(state: State, scope: str, among: Iterable[str] | None = None) -> frozenset[str]:
    """The ids of the incidents that are the scope's now; with `among`, only those of these ids."""
    units = own_units(state, scope)
    ids = state.incidents.keys() if among is None else state.incidents.keys() & among
    return frozenset(key for key in ids if is_own_incident(state.incidents[key], units, scope))


def scoped_state(state: State, scope: str) -> State:
    """A state with only what the scope may see. It shares its things with the original: read it, never fold it."""
    if scope.startswith(PREFIX):
        return hospital_state(state, scope.removeprefix(PREFIX))
    units = own_units(state, scope)
    stations = {state.units[unit_id].station_id for unit_id in units} | {scope.removeprefix("station:")}
    incidents = {i.id: i for i in state.incidents.values() if is_own_incident(i, units, scope)}
    return State(
        seq=state.seq,
        at=state.at,
        incidents=incidents,
        alarms={a.id: a for a in state.alarms.values() if a.incident_id in incidents},
        patients={p.id: p for p in state.patients.values() if p.incident_id in incidents},
        outcomes={o.id: o for o in state.outcomes.values() if o.unit_id in units or o.incident_id in incidents},
        units={unit_id: state.units[unit_id] for unit_id in sorted(units)},
        stations={key: state.stations[key] for key in sorted(stations & state.stations.keys())},
        hospitals={key: without_reservations(one, frozenset(incidents)) for key, one in state.hospitals.items()},
        closures=state.closures,
    )


def without_evidence(event: Recorded) -> Recorded:
    """As the desk hears an event: the positions and times behind a decision stand in the log, and nobody folds them."""
    saw = getattr(event.data, "saw", None)
    if not saw or "evidence" not in saw:
        return event
    return _with_saw(event, {key: value for key, value in saw.items() if key != "evidence"})


def without_saw(event: Recorded) -> Recorded:
    """As a crew or a station hears it: which other units came into question is not theirs to know."""
    return _with_saw(event, {}) if getattr(event.data, "saw", None) else event


def _with_saw(event: Recorded, saw: dict[str, Any]) -> Recorded:
    data: Any = event.data
    return msgspec.structs.replace(event, data=msgspec.structs.replace(data, saw=saw))


def concerns(event: Recorded, scope: str, state: State) -> bool:
    """Whether an event that was just folded is the scope's business."""
    units = own_units(state, scope)
    if scope.startswith(PREFIX) and event.stream.startswith("outcome:"):
        return False
    incident_id = getattr(event.data, "incident_id", None)
    is_for_all = incident_id is None and event.stream.startswith(("hospital:", "road:"))
    if is_for_all or event.stream == scope or event.stream.removeprefix("unit:") in units:
        return True
    incident = state.incidents.get(incident_id or "")
    named = getattr(event.data, "unit_id", None) in units or scope == f"station:{getattr(event.data, 'station_id', '')}"
    return named or (incident is not None and is_own_incident(incident, units, scope))
