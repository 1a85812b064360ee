"""Our own log, as `saigon115 log export` writes it: the desk's events, folded, one call an incident."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import msgspec

from dispatch.domain.clock import LOCAL
from dispatch.domain.events import read_recorded
from dispatch.domain.fold import apply
from dispatch.domain.state import Incident, Run, State
from dispatch.errors import Saigon115Error
from simulator.logs.table import Collector, LogError, LogTable, open_log, seconds

WardAt = Callable[[float, float], str | None]
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, msgspec.ValidationError)


def read_own(path: Path, ward_at: WardAt) -> LogTable:
    """
    The incidents of an exported log. `ward_at`: (lon, lat) → ward code, None outside the city.

    An event that is damaged, there twice or against the lifecycle is skipped; what it would have told is then missing.
    An incident without a unit on scene has no times. Duplicates and calls without content opened none and are not here.
    """
    calls = Collector(path.name)
    state, incidents = State(), dict[str, tuple[int, Incident]]()
    missing = 0
    for line, text in enumerate(open_log(path).splitlines(), 1):
        calls.read += 1
        try:
            recorded = read_recorded(json.loads(text))
        except UNREADABLE as error:
            calls.skip(line, "no event of ours", error)
            continue
        if recorded.seq <= state.seq:
            calls.skip(line, "the event was there before", f"seq {recorded.seq} after {state.seq}")
            continue
        missing += recorded.seq - state.seq - 1
        state.seq = recorded.seq - 1
        try:
            apply(state, recorded)
        except (Saigon115Error, *UNREADABLE) as error:
            calls.skip(line, "against the lifecycle", error)
            state.seq = recorded.seq
        for incident_id in state.incidents.keys() - incidents.keys():
            incidents[incident_id] = (line, state.incidents[incident_id])
    if not calls.read:
        raise LogError(f"{path} is empty; write one with 'saigon115 log export'")
    for line, incident in incidents.values():
        _add(calls, line, incident, ward_at)
    return calls.finish([f"{missing} events are missing between those there"] if missing else [])


def _add(calls: Collector, line: int, incident: Incident, ward_at: WardAt) -> None:
    place = incident.place
    arrived = [run for run in incident.runs.values() if "on_scene_at" in run.stamps]
    first = min((run.stamps["on_scene_at"] for run in arrived), default=None)
    main = _main_run(arrived)
    stamps = main.stamps if main else {}
    left, there = stamps.get("left_scene_at"), stamps.get("on_scene_at")
    calls.add(
        line,
        incident.id,
        incident.answered_at.astimezone(LOCAL),
        ward=ward_at(place.lon, place.lat) if place else None,
        lon=place.lon if place else None,
        lat=place.lat if place else None,
        kind=incident.kind,
        priority=incident.priority,
        complaint=incident.complaint,
        response_s=seconds(incident.answered_at, first),
        turnout_s=seconds(stamps.get("accepted_at"), stamps.get("en_route_at")),
        travel_s=seconds(stamps.get("en_route_at"), there),
        on_scene_s=seconds(there, left),
        transport_s=seconds(left, stamps.get("at_hospital_at")),
        handover_s=seconds(stamps.get("at_hospital_at"), stamps.get("handover_at")),
        occupied_s=seconds(stamps.get("accepted_at"), stamps.get("back_in_service_at")),
    )


def _main_run(arrived: list[Run]) -> Run | None:
    """The run that took somebody away, else the first on scene."""
    conveyed = [run for run in arrived if "left_scene_at" in run.stamps]
    return min(conveyed or arrived, key=lambda run: run.stamps["on_scene_at"], default=None)
