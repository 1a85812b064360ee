"""HTTP for patients."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from dispatch.access.guard import allow
from dispatch.access.roles import Actor
from dispatch.assignment.offer_ends import get_incident
from dispatch.desk import Decision
from dispatch.domain.scope import is_own_incident, own_units
from dispatch.domain.state import State
from dispatch.domain.words import Colour, Outcome, PatientStep
from dispatch.errors import Forbidden
from dispatch.http import Body, answered, json
from dispatch.ids import new_id
from dispatch.parts import parts_of
from dispatch.patients import decide

router = APIRouter(prefix="/api/v1", tags=["patients"])

SeeWork = Depends(allow("see_work"))
Report = Depends(allow("report_unit_status"))


class PatientBody(Body):
    colour: Colour | None = None
    unit_id: str | None = None
    words: str | None = Field(default=None, max_length=2000)


class PatientChange(Body):
    colour: Colour | None = None
    step: PatientStep | None = None
    unit_id: str | None = None
    hospital_id: str | None = None
    outcome: Outcome | None = None


@router.get("/incidents/{incident_id}/patients")
async def list_patients(incident_id: str, request: Request, actor: Actor = SeeWork) -> Response:
    """The incident's patients by number; nothing about who they are."""
    state = parts_of(request).desk.state
    _require_own(state, actor, incident_id)
    return json(decide.patients_of(state, incident_id))


@router.post("/incidents/{incident_id}/patients", status_code=201)
async def register(incident_id: str, body: PatientBody, request: Request, actor: Actor = Report) -> Response:
    """A patient is found. `words` about them go encrypted to the personal store and into no event."""
    parts, patient_id = parts_of(request), new_id("pat")
    token = await parts.personal.keep(incident_id, "patient", body.words) if body.words else None

    def decided(state: State, now: datetime) -> Decision:
        _require_own(state, actor, incident_id)
        events = decide.register(state, incident_id, patient_id, body.colour, body.unit_id or actor.unit_id, token)
        return Decision(events, lambda after: {"patient": after.patients[patient_id]}, status=201)

    command = body.command(actor, f"incidents/{incident_id}/patients")
    return answered(await parts.desk.execute(command, decided))


@router.patch("/patients/{patient_id}")
async def revise(patient_id: str, body: PatientChange, request: Request, actor: Actor = Report) -> Response:
    """Sort anew, load, unload, hand over, or end with an outcome."""

    def decided(state: State, now: datetime) -> Decision:
        patient = decide.get_patient(state, patient_id)
        _require_own(state, actor, patient.incident_id)
        events = decide.revise(state, patient_id, body.colour, body.step, body.unit_id, body.hospital_id, body.outcome)
        return Decision(events, lambda after: {"patient": after.patients[patient_id]})

    command = body.command(actor, f"patients/{patient_id}")
    return answered(await parts_of(request).desk.execute(command, decided))


def _require_own(state: State, actor: Actor, incident_id: str) -> None:
    """A crew and a station see and tell of the patients of their own incidents only."""
    incident = get_incident(state, incident_id)
    if actor.scope != "desk" and not is_own_incident(incident, own_units(state, actor.scope), actor.scope):
        raise Forbidden(f"{actor.id} is not on incident {incident.number} and may not see or change its patients")
