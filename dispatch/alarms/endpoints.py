"""HTTP for alarms."""

from __future__ import annotations

import msgspec
from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from dispatch.access.guard import allow
from dispatch.access.roles import Actor
from dispatch.alarms import handlers
from dispatch.alarms.rules import with_changes
from dispatch.http import Body, answered, json
from dispatch.parts import parts_of
from dispatch.policy.model import policy_of

router = APIRouter(prefix="/api/v1", tags=["alarms"])

SeeDesk = Depends(allow("see_desk"))
Acknowledge = Depends(allow("acknowledge_alarms"))
ReportStatus = Depends(allow("report_unit_status"))


class SafeBody(Body):
    on_behalf_of: str | None = Field(default=None, max_length=200)


@router.get("/alarms")
async def list_alarms(request: Request, actor: Actor = SeeDesk) -> Response:
    """The alarms that are open, oldest first; cleared ones until somebody has seen them."""
    alarms = parts_of(request).desk.state.alarms.values()
    return json(sorted(alarms, key=lambda alarm: (alarm.raised_at, alarm.id)))


@router.get("/alarms/rules")
async def list_rules(request: Request, actor: Actor = SeeDesk) -> Response:
    """When each kind alarms, whom, and what they are told: the city pack's rules with the policy's changes."""
    parts = parts_of(request)
    rules = with_changes(parts.alarm_rules, policy_of(parts.desk.state).alarms.changes)
    return json([{"kind": kind, **msgspec.to_builtins(rule, str_keys=True)} for kind, rule in rules.items()])


@router.post("/alarms/{alarm_id}/acknowledge")
async def acknowledge(alarm_id: str, body: Body, request: Request, actor: Actor = Acknowledge) -> Response:
    """Say that an alarm was seen. `alarm` is null when it was over already and is gone now."""
    command = body.command(actor, f"alarms/{alarm_id}/acknowledge")
    return answered(await handlers.acknowledge(parts_of(request), command, alarm_id))


@router.post("/incidents/{incident_id}/alarms/{alarm_id}/acknowledge")
async def acknowledge_of_incident(
    incident_id: str, alarm_id: str, body: Body, request: Request, actor: Actor = Acknowledge
) -> Response:
    """The same, for an alarm of one incident."""
    command = body.command(actor, f"alarms/{alarm_id}")
    return answered(await handlers.acknowledge(parts_of(request), command, alarm_id, incident_id))


@router.post("/units/{unit_id}/safe")
async def say_safe(unit_id: str, body: SafeBody, request: Request, actor: Actor = ReportStatus) -> Response:
    """A crew's sign of life: it ends the crew check until the next one is due."""
    command = body.command(actor, f"units/{unit_id}/safe")
    return answered(await handlers.say_safe(parts_of(request), actor, command, unit_id, body.on_behalf_of))
