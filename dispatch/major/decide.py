"""
Major incidents: what each command means. Pure: state in, events out.

Declaring makes an incident red and lets it ask for units by the number of patients; counts from the scene let it ask
for more, never for fewer: that is a person's decision. Standing down withdraws what is offered and asks for nobody
else; who is on the way or on the scene goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

from dispatch.assignment.offer_ends import get_incident
from dispatch.assignment.offers import withdraw_offer
from dispatch.assignment.runs import get_unit
from dispatch.domain import events as ev
from dispatch.domain.events import Need
from dispatch.domain.place import Place
from dispatch.domain.state import Incident, Major, State
from dispatch.domain.words import Colour, Level, SceneAuthority
from dispatch.errors import Malformed, NotFound, Taken

RED: Level = 1
PATIENTS_PER_UNIT = 2
"""A unit is asked for every so many patients: one that lies and one that sits (guess)."""
DOCTOR_EVERY = 4
"""The first unit asked for and every fourth after it must bring a doctor (guess)."""
MOST_UNITS = 200
"""An incident asks for no more units at once; there are 114 vehicles in the city."""
MOST_PATIENTS = 10_000
OPENS_A_SCENE: frozenset[SceneAuthority] = frozenset({"113", "114"})


def declare(state: State, incident_id: str, expected: int, reason: str | None) -> list[ev.Event]:
    """Make it a major incident, for so many patients. Raises NotFound, Malformed, Taken."""
    incident = get_incident(state, incident_id)
    _check_number(expected, "expected patients", least=1)
    if incident.major is not None and incident.major.is_on:
        raise Taken(
            "incident {incident} is a major incident already; send counts to change what it needs",
            code="major_already",
            incident=incident.number,
        )
    told: list[ev.Event] = [
        ev.MajorDeclared(incident_id=incident.id, expected=expected, reason=reason),
        ev.IncidentRevised(
            incident_id=incident.id,
            priority=None if incident.priority == RED else RED,
            needs=more_needs(incident.needs, expected),
        ),
    ]
    return told + [
        ev.MajorCommandTaken(incident_id=incident.id, unit_id=unit_id) for unit_id in _first_on_scene(incident)
    ]


def count(state: State, incident_id: str, counts: Mapping[Colour, int]) -> list[ev.Event]:
    """What the scene counts, by colour; it asks for more units when there are more patients than were expected."""
    incident, _ = get_major(state, incident_id)
    for colour, number in counts.items():
        _check_number(number, f"{colour} patients")
    told: list[ev.Event] = [ev.MajorCounted(incident_id=incident.id, counts=dict(counts))]
    living = sum(number for colour, number in counts.items() if colour != "black")
    needs = more_needs(incident.needs, living)
    return [*told, ev.IncidentRevised(incident_id=incident.id, needs=needs)] if needs != incident.needs else told


def name_commander(state: State, incident_id: str, unit_id: str) -> list[ev.Event]:
    """Another crew commands. It must be on the scene."""
    incident, _ = get_major(state, incident_id)
    unit = get_unit(state, unit_id)
    if unit.incident_id != incident.id or unit.status != "on_scene":
        raise Taken(
            "unit {unit} is not on the scene of incident {incident}; name one that is",
            code="not_on_scene",
            unit=unit.id,
            incident=incident.number,
        )
    return [ev.MajorCommandTaken(incident_id=incident.id, unit_id=unit.id)]


def set_staging(state: State, incident_id: str, place: Place | None) -> list[ev.Event]:
    """Where units gather; None lets them drive to the scene."""
    incident, _ = get_major(state, incident_id)
    return [ev.MajorStagingSet(incident_id=incident.id, place=place)]


def set_quota(state: State, incident_id: str, hospital_id: str, quota: Mapping[Colour, int]) -> list[ev.Event]:
    """What a hospital takes of this incident; an empty quota lifts the limit."""
    incident, _ = get_major(state, incident_id)
    if hospital_id not in state.hospitals:
        raise NotFound(f"no hospital {hospital_id}; GET /api/v1/hospitals lists them")
    for colour, number in quota.items():
        _check_number(number, f"{colour} patients for {hospital_id}")
    return [ev.MajorQuotaSet(incident_id=incident.id, hospital_id=hospital_id, quota=dict(quota))]


def stand_down(state: State, incident_id: str, reason: str | None) -> list[ev.Event]:
    """Send nobody else: open offers are withdrawn, and what is under way is what it needs."""
    incident, _ = get_major(state, incident_id)
    told: list[ev.Event] = []
    for offer in incident.open_offers:
        told += withdraw_offer(state, offer.id, "major_stood_down")
    coming = len(incident.active_runs)
    told.append(ev.MajorStoodDown(incident_id=incident.id, reason=reason))
    return [*told, ev.IncidentRevised(incident_id=incident.id, needs=incident.needs[: max(1, coming)])]


def tell_safety(state: State, incident_id: str, unsafe: bool, by: SceneAuthority) -> list[ev.Event]:
    """Anyone may call a scene unsafe; only the police (113) or the fire service (114) opens it again."""
    incident = get_incident(state, incident_id)
    if not unsafe and by not in OPENS_A_SCENE:
        raise Malformed(
            "the scene of {incident} is opened by 113 or 114 only; wait for their word",
            code="scene_opens_by",
            incident=incident.number,
        )
    return [ev.SceneSafetyTold(incident_id=incident.id, unsafe=unsafe, by=by)]


def more_needs(needs: tuple[Need, ...], patients: int) -> tuple[Need, ...]:
    """At least the units for so many patients: those asked for already, then more of them."""
    wanted = min(MOST_UNITS, max(1, ceil(patients / PATIENTS_PER_UNIT)))
    more = [
        Need(("doctor", "convey") if index % DOCTOR_EVERY == 0 else ("convey",)) for index in range(len(needs), wanted)
    ]
    return (*needs, *more)


def get_major(state: State, incident_id: str) -> tuple[Incident, Major]:
    """The incident and what makes it a major one. Raises NotFound, Taken."""
    incident = get_incident(state, incident_id)
    if incident.major is None or not incident.major.is_on:
        raise Taken(
            "incident {incident} is no major incident, or was stood down; declare it first",
            code="not_major",
            incident=incident.number,
        )
    return incident, incident.major


def _first_on_scene(incident: Incident) -> list[str]:
    """The unit that arrived first and is there still, if any."""
    there = [run for run in incident.active_runs if "on_scene_at" in run.stamps and "left_scene_at" not in run.stamps]
    return [min(there, key=lambda run: (run.stamps["on_scene_at"], run.unit_id)).unit_id] if there else []


def _check_number(number: int, what: str, least: int = 0) -> None:
    if not least <= number <= MOST_PATIENTS:
        raise Malformed(f"{what}: {number} is not between {least} and {MOST_PATIENTS}")
