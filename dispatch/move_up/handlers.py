"""Commands about moves: read the state, call the decision, append what it says."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from dispatch.access.guard import require_own_station, require_own_unit
from dispatch.access.roles import Actor
from dispatch.assignment.runs import get_unit
from dispatch.assignment.saw import written
from dispatch.desk import Answer, Command, Decision
from dispatch.domain import events as ev
from dispatch.domain.state import State
from dispatch.move_up import commands
from dispatch.move_up.commands import MoveRequest
from dispatch.move_up.saw import MoveUpSaw, bare
from dispatch.parts import Parts


async def ask(parts: Parts, command: Command, unit_id: str, station_id: str, reason: str | None) -> Answer:
    """Ask a crew to move; what was advised at that moment is stored with it."""
    advised = next((move for move in parts.move_ups.latest if move.unit_id == unit_id), None)
    request = MoveRequest(
        unit_id=unit_id,
        station_id=station_id,
        overruled=advised is None or advised.to_id != station_id,
        reason=await parts.personal.code_or_token(unit_id, reason),
        saw=_saw(parts) if advised else {},
    )
    return await parts.desk.execute(command, lambda state, now: _decision(commands.ask(state, request), unit_id))


async def answer(
    parts: Parts, actor: Actor, command: Command, unit_id: str, accept: bool, on_behalf_of: str | None
) -> Answer:
    """The crew's yes or no, by itself or entered for it by the desk."""
    spoke = await parts.personal.code_or_token(unit_id, on_behalf_of)

    def decide(state: State, now: datetime) -> Decision:
        require_own_unit(actor, unit_id)
        require_own_station(actor, get_unit(state, unit_id).station_id)
        say = commands.accept if accept else commands.refuse
        return _decision(say(state, unit_id, spoke), unit_id)

    return await parts.desk.execute(command, decide)


async def withdraw(parts: Parts, command: Command, unit_id: str) -> Answer:
    """Take the request back."""
    return await parts.desk.execute(command, lambda state, now: _decision(commands.withdraw(state, unit_id), unit_id))


def _saw(parts: Parts) -> dict[str, Any]:
    """The decision that the advice is of, and what it stood on."""
    look = parts.move_ups.look
    if look is None:
        return {}
    in_force = parts.travel.conditions
    is_known = in_force.version == look.traffic_version and not len(in_force.live_arc)
    evidence = msgspec.structs.replace(look.evidence, travel=()) if is_known else look.evidence
    return written(
        MoveUpSaw(
            now=look.now,
            based_on_seq=look.based_on_seq,
            settings_hash=look.settings_hash,
            city_hash=parts.pack.city_hash,
            network=parts.roads.locator.key,
            traffic_version=look.traffic_version,
            evidence=evidence,
            moves=tuple(map(bare, look.moves)),
        )
    )


def _decision(events: list[ev.Event], unit_id: str) -> Decision:
    def told(after: State) -> dict[str, Any]:
        return {"unit": after.units[unit_id]}

    return Decision(events, told)
