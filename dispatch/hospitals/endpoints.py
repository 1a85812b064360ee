"""HTTP for hospitals: who they are, and what they ask not to receive."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from dispatch.access.guard import allow
from dispatch.access.roles import Actor
from dispatch.desk import Decision
from dispatch.domain import events as ev
from dispatch.domain.state import State
from dispatch.errors import NotFound
from dispatch.http import Body, answered, json
from dispatch.parts import parts_of

router = APIRouter(prefix="/api/v1", tags=["hospitals"])

SeeCity = Depends(allow("see_city"))
EditHospital = Depends(allow("edit_hospital"))


class HospitalBody(Body):
    diversion: list[Annotated[str, Field(min_length=1, max_length=40)]] = Field(max_length=40)


@router.get("/hospitals")
async def list_hospitals(request: Request, actor: Actor = SeeCity) -> Response:
    """Every hospital of the city pack, with its diversion."""
    return json(list(parts_of(request).desk.state.hospitals.values()))


@router.patch("/hospitals/{hospital_id}")
async def revise_hospital(
    hospital_id: str, body: HospitalBody, request: Request, actor: Actor = EditHospital
) -> Response:
    """Set what the hospital asks not to receive; an empty list ends the diversion. Diversion advises only."""

    def decide(state: State, now: datetime) -> Decision:
        if hospital_id not in state.hospitals:
            raise NotFound(f"no hospital {hospital_id}; GET /api/v1/hospitals lists them")
        events: list[ev.Event] = [ev.HospitalRevised(hospital_id=hospital_id, diversion=tuple(body.diversion))]
        return Decision(events, lambda after: after.hospitals[hospital_id])

    command = body.command(actor, f"hospitals/{hospital_id}")
    return answered(await parts_of(request).desk.execute(command, decide))
