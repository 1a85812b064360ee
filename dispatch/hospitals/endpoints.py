"""HTTP for hospitals: how they stand, which one is advised, what is kept there, who is coming."""

from __future__ import annotations

from typing import Annotated, cast, get_args

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from dispatch.access.guard import allow
from dispatch.access.roles import Actor
from dispatch.desk import Command
from dispatch.domain.words import HospitalResource, HospitalStatus, OverruleReason
from dispatch.hospitals import handlers, questions
from dispatch.hospitals.reserve import LONGEST_MIN, MOST_PLACES
from dispatch.hospitals.sending import Choice
from dispatch.http import Body, answered, json
from dispatch.parts import parts_of

router = APIRouter(prefix="/api/v1", tags=["hospitals"])

SeeCity = Depends(allow("see_city"))
EditHospital = Depends(allow("edit_hospital"))
ChooseDestination = Depends(allow("choose_destination"))
ReserveBeds = Depends(allow("reserve_beds"))
SeeArrivals = Depends(allow("see_arrivals"))
ConfirmHandover = Depends(allow("confirm_handover"))

REASONS = get_args(OverruleReason)

Code = Annotated[str, Field(min_length=1, max_length=40)]
Places = Annotated[int, Field(ge=0, le=MOST_PLACES)]


class HospitalBody(Body):
    status: HospitalStatus | None = None
    diversion: list[Code] | None = Field(default=None, max_length=40)
    capacity: dict[HospitalResource, Places] | None = None


class DestinationBody(Body):
    unit_id: str
    hospital_id: str
    reason: str | None = Field(default=None, min_length=1, max_length=200)
    wish: str | None = None


class ReservationBody(Body):
    incident_id: str
    resource: HospitalResource
    minutes: float | None = Field(default=None, gt=0, le=LONGEST_MIN)
    patient_id: str | None = None


class ConfirmBody(Body):
    pass


@router.get("/hospitals")
async def list_hospitals(request: Request, actor: Actor = SeeCity) -> Response:
    """Every hospital: what it can treat, how it stands, what is free. What is kept for whom only to the desk."""
    return json(questions.list_hospitals(parts_of(request), actor))


@router.get("/hospitals/{hospital_id}")
async def show_hospital(hospital_id: str, request: Request, actor: Actor = SeeArrivals) -> Response:
    """One hospital, and the capabilities that it may ask not to receive."""
    return json(questions.show_hospital(parts_of(request), actor, hospital_id))


@router.patch("/hospitals/{hospital_id}")
async def revise_hospital(
    hospital_id: str, body: HospitalBody, request: Request, actor: Actor = EditHospital
) -> Response:
    """
    Status, diversion, free places by resource; only what is sent changes. A hospital's own account changes only itself.

    An empty `diversion` ends it. Places kept by reservations count as free until they are used. All of it advises.
    """
    command = body.command(actor, f"hospitals/{hospital_id}")
    told = (body.status, body.diversion, body.capacity)
    return answered(await handlers.revise(parts_of(request), actor, command, hospital_id, *told))


@router.get("/incidents/{incident_id}/destinations")
async def list_destinations(
    incident_id: str,
    request: Request,
    unit_id: str | None = None,
    wish: str | None = None,
    needed: Annotated[list[Code] | None, Query(max_length=10)] = None,
    actor: Actor = ChooseDestination,
) -> Response:
    """
    Hospitals for the incident's patient, the best first, with reasons and seconds.

    `wish` is the hospital that the patient asks for: it comes first, with what it costs. `needed` names capabilities
    needed beside those that the complaint asks for, such as `paediatrics`.
    """
    return json(questions.advise(parts_of(request), actor, incident_id, unit_id, wish, needed or ()))


@router.post("/incidents/{incident_id}/destination")
async def set_destination(
    incident_id: str, body: DestinationBody, request: Request, actor: Actor = ChooseDestination
) -> Response:
    """
    Send a unit of the incident to a hospital. Another one than the first advised needs a `reason`: a word of the list,
    or words of your own. With `wish` the advice is asked for that wish.
    """
    is_word = body.reason in REASONS
    choice = Choice(
        incident_id=incident_id,
        unit_id=body.unit_id,
        hospital_id=body.hospital_id,
        reason=cast("OverruleReason", body.reason) if is_word else ("other" if body.reason else None),
    )
    command = body.command(actor, f"incidents/{incident_id}/destination")
    words = None if is_word else body.reason
    return answered(await handlers.set_destination(parts_of(request), actor, command, choice, body.wish, words))


@router.post("/hospitals/{hospital_id}/reservations", status_code=201)
async def keep_place(hospital_id: str, body: ReservationBody, request: Request, actor: Actor = ReserveBeds) -> Response:
    """Keep one place of a resource for an incident; 409 when none is free, or no number was told."""
    command = body.command(actor, f"hospitals/{hospital_id}/reservations")
    asked = (body.incident_id, body.resource, body.minutes, body.patient_id)
    return answered(await handlers.keep_place(parts_of(request), actor, command, hospital_id, *asked))


@router.delete("/hospitals/{hospital_id}/reservations/{reservation_id}")
async def release_place(
    hospital_id: str, reservation_id: str, request: Request, actor: Actor = ReserveBeds
) -> Response:
    """Give a place back before its time."""
    command = Command(actor=actor.id)
    return answered(await handlers.release_place(parts_of(request), actor, command, hospital_id, reservation_id))


@router.get("/hospitals/{hospital_id}/arrivals")
async def list_arrivals(hospital_id: str, request: Request, actor: Actor = SeeArrivals) -> Response:
    """Who is coming, with live times; who waits for the hospital's word that it has taken over. Nothing personal."""
    return json(await questions.show_arrivals(parts_of(request), actor, hospital_id))


@router.post("/hospitals/{hospital_id}/arrivals/{run_id}/confirm")
async def confirm_handover(
    hospital_id: str, run_id: str, body: ConfirmBody, request: Request, actor: Actor = ConfirmHandover
) -> Response:
    """The hospital's side of the handover: it has taken over the patients of this run."""
    command = body.command(actor, f"hospitals/{hospital_id}/arrivals/{run_id}/confirm")
    return answered(await handlers.confirm(parts_of(request), actor, command, hospital_id, run_id))
