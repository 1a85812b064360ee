"""HTTP for the policy."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from dispatch.access.guard import allow
from dispatch.access.roles import Actor
from dispatch.http import Body, answered, json
from dispatch.parts import parts_of
from dispatch.policy import handlers
from dispatch.policy.decide import Revision

router = APIRouter(prefix="/api/v1", tags=["policy"])

SeePolicy = Depends(allow("see_policy"))
EditPolicy = Depends(allow("edit_policy"))


class PolicyBody(Body):
    sections: dict[str, dict[str, Any]]
    reason: str = Field(min_length=3, max_length=300)
    approved_by: str = Field(min_length=3, max_length=100)
    version: int | None = None


@router.get("/policy")
async def show_policy(request: Request, actor: Actor = SeePolicy) -> Response:
    """Every setting a medical director may change: value, default, meaning, unit and bounds; who set it and why."""
    return json(handlers.show(parts_of(request).desk.state))


@router.put("/policy")
async def set_policy(body: PolicyBody, request: Request, check: bool = False, actor: Actor = EditPolicy) -> Response:
    """
    Set the policy: by section, only what differs from the defaults; all else goes back to its default.

    With `check=true` nothing is set: the answer is what would hold. `version` refuses a change decided on another.
    Reason and signature stand in the log for ever and must name no patient.
    """
    asked = Revision(sections=body.sections, reason=body.reason, approved_by=body.approved_by, version=body.version)
    if check:
        return json(handlers.check(parts_of(request), asked))
    return answered(await handlers.set_policy(parts_of(request), body.command(actor, "policy"), asked))
