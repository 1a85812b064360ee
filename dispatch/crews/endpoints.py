"""HTTP for crews, vehicles and units lent to 115."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from dispatch.access.guard import allow, require_own_station, require_own_unit
from dispatch.access.roles import Actor
from dispatch.assignment.runs import get_unit
from dispatch.city_pack import DEFAULT_FOLDER
from dispatch.crews import decide
from dispatch.crews.supplies import SupplyList, lacking, load_supplies
from dispatch.desk import Decision
from dispatch.domain.state import State
from dispatch.domain.words import Skill, UnitKind
from dispatch.http import AwareTime, Body, answered, json
from dispatch.ids import new_id
from dispatch.parts import parts_of

router = APIRouter(prefix="/api/v1", tags=["crews and vehicles"])

SeeWork = Depends(allow("see_work"))
Report = Depends(allow("report_unit_status"))
Lend = Depends(allow("stand_down_units"))


class SignOnBody(Body):
    unit_id: str
    vehicle_id: str | None = None
    skills: list[Skill] = Field(min_length=1, max_length=10)
    from_at: AwareTime | None = None
    until_at: AwareTime


class VehicleBody(Body):
    vehicle_id: str


class SuppliesBody(Body):
    counts: dict[str, int] = Field(min_length=1, max_length=200)
    used: bool = False


class ExternalBody(Body):
    unit_id: str = Field(pattern=r"^[\w.-]{1,40}$")
    owner: str = Field(min_length=1, max_length=120)
    owner_en: str | None = Field(default=None, max_length=120)
    phone: str | None = Field(default=None, max_length=40)
    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)
    kind: UnitKind = "van"
    skills: list[Skill] = Field(min_length=1, max_length=10)


@router.get("/crews")
async def list_crews(request: Request, actor: Actor = SeeWork) -> Response:
    """The crews on duty; a crew and a station see their own."""
    state = parts_of(request).desk.state
    return json([crew for crew in state.crews.values() if _is_theirs(state, actor, crew.unit_id)])


@router.post("/crews", status_code=201)
async def sign_on(body: SignOnBody, request: Request, actor: Actor = Report) -> Response:
    """A crew takes a vehicle and goes on duty."""
    crew_id = new_id("crew")

    def decided(state: State, now: datetime) -> Decision:
        _require_theirs(state, actor, body.unit_id)
        new = decide.SignOn(
            crew_id=crew_id,
            unit_id=body.unit_id,
            vehicle_id=body.vehicle_id,
            skills=body.skills,
            from_at=body.from_at or now,
            until_at=body.until_at,
        )
        return Decision(decide.sign_on(state, new), lambda after: _told(after, crew_id, body.unit_id), status=201)

    return answered(await parts_of(request).desk.execute(body.command(actor, "crews"), decided))


@router.delete("/crews/{crew_id}")
async def sign_off(crew_id: str, request: Request, actor: Actor = Report) -> Response:
    """The crew goes off duty; 409 while its unit has a run."""

    def decided(state: State, now: datetime) -> Decision:
        unit_id = decide.get_crew(state, crew_id).unit_id
        _require_theirs(state, actor, unit_id)
        return Decision(decide.sign_off(state, crew_id), lambda after: {"unit": after.units[unit_id]})

    command = Body().command(actor, f"crews/{crew_id}/sign-off")
    return answered(await parts_of(request).desk.execute(command, decided))


@router.post("/crews/{crew_id}/vehicle")
async def change_vehicle(crew_id: str, body: VehicleBody, request: Request, actor: Actor = Report) -> Response:
    """The crew goes on in another vehicle."""

    def decided(state: State, now: datetime) -> Decision:
        unit_id = decide.get_crew(state, crew_id).unit_id
        _require_theirs(state, actor, unit_id)
        events = decide.change_vehicle(state, crew_id, body.vehicle_id)
        return Decision(events, lambda after: _told(after, crew_id, unit_id))

    command = body.command(actor, f"crews/{crew_id}/vehicle")
    return answered(await parts_of(request).desk.execute(command, decided))


@router.get("/vehicles")
async def list_vehicles(request: Request, actor: Actor = SeeWork) -> Response:
    """Every vehicle with what it has on board and what it lacks to par; a crew and a station see their own."""
    state, supplies = parts_of(request).desk.state, _supplies()
    theirs = [v for v in state.vehicles.values() if v.unit_id is None or _is_theirs(state, actor, v.unit_id)]
    return json([{**msgspec.structs.asdict(vehicle), "lacking": lacking(vehicle, supplies)} for vehicle in theirs])


@router.get("/supplies")
async def list_supplies(actor: Actor = SeeWork) -> Response:
    """The items a vehicle should have on board, with par levels, and who has approved them."""
    return json(_supplies())


@router.post("/vehicles/{vehicle_id}/supplies")
async def stock(vehicle_id: str, body: SuppliesBody, request: Request, actor: Actor = Report) -> Response:
    """What was counted on board, or with `used` what was used up."""

    def decided(state: State, now: datetime) -> Decision:
        vehicle = decide.get_vehicle(state, vehicle_id)
        if vehicle.unit_id is not None:
            _require_theirs(state, actor, vehicle.unit_id)
        events = decide.stock(state, vehicle_id, body.counts, _supplies().codes, body.used)

        def told(after: State) -> dict[str, Any]:
            stocked = after.vehicles[vehicle_id]
            return {"vehicle": stocked, "lacking": lacking(stocked, _supplies())}

        return Decision(events, told)

    command = body.command(actor, f"vehicles/{vehicle_id}/supplies")
    return answered(await parts_of(request).desk.execute(command, decided))


@router.post("/units/external", status_code=201)
async def lend(body: ExternalBody, request: Request, actor: Actor = Lend) -> Response:
    """A unit of others (private, a hospital's, the Border Guard's boat) that takes runs by voice."""
    new = decide.External(
        unit_id=body.unit_id,
        owner=body.owner,
        owner_en=body.owner_en or body.owner,
        phone=body.phone,
        lon=body.lon,
        lat=body.lat,
        kind=body.kind,
        skills=body.skills,
    )

    def decided(state: State, now: datetime) -> Decision:
        return Decision(decide.lend(state, new), lambda after: {"unit": after.units[body.unit_id]}, status=201)

    return answered(await parts_of(request).desk.execute(body.command(actor, "units/external"), decided))


@cache
def _supplies() -> SupplyList:
    return load_supplies(DEFAULT_FOLDER / "supplies.toml")


def _told(state: State, crew_id: str, unit_id: str) -> dict[str, Any]:
    return {"crew": state.crews[crew_id], "unit": state.units[unit_id]}


def _is_theirs(state: State, actor: Actor, unit_id: str) -> bool:
    unit = state.units.get(unit_id)
    if actor.scope == "desk":
        return True
    return unit is not None and (actor.unit_id == unit.id or actor.station_id == unit.station_id)


def _require_theirs(state: State, actor: Actor, unit_id: str) -> None:
    require_own_unit(actor, unit_id)
    require_own_station(actor, get_unit(state, unit_id).station_id)
