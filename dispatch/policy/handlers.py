"""Show and revise the policy."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from dispatch.desk import Answer, Command, Decision
from dispatch.domain.state import State
from dispatch.parts import Parts
from dispatch.policy.decide import Revision, revise
from dispatch.policy.meanings import describe
from dispatch.policy.model import Policy, Sections, not_in_use, plain, settings_hash, with_changes


def show(state: State) -> dict[str, Any]:
    """Values in force, defaults, what each means, and who set what differs, when and why."""
    set_now = msgspec.to_builtins(state.policy)
    return {**set_now, **_values(state.policy.sections), "defaults": plain(Policy()), "settings": describe()}


def check(parts: Parts, asked: Revision) -> dict[str, Any]:
    """The values that the revision would bring; nothing is set."""
    told = revise(parts.desk.state, asked)
    return {"check": True, "sections": told.sections, **_values(told.sections)}


async def set_policy(parts: Parts, command: Command, asked: Revision) -> Answer:
    """Set it; recommendations made from the next one on go by it."""

    def decide(state: State, now: datetime) -> Decision:
        return Decision([revise(state, asked)], show)

    return await parts.desk.execute(command, decide)


def _values(sections: Sections) -> dict[str, Any]:
    policy = with_changes(sections)
    return {"values": plain(policy), "not_in_use": not_in_use(sections), "settings_hash": settings_hash(policy)}
