"""The leader's loop over alarms: every second one look, each alarm a command of its own."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import structlog

from dispatch.alarms.decide import AlarmEvent, decide_alarms, is_due
from dispatch.alarms.rules import Rules, with_changes
from dispatch.alarms.view import Memory, View, remember
from dispatch.assignment.coverage import Coverage, estimate_busy_fraction
from dispatch.city_pack import DEFAULT_FOLDER
from dispatch.crews.supplies import load_supplies
from dispatch.desk import Command, Decision
from dispatch.domain.state import State
from dispatch.errors import Refused, Taken, Unavailable
from dispatch.move_up.standing import look
from dispatch.parts import Parts
from dispatch.policy.model import Policy, policy_of

TICK_S = 1.0
ACTOR = "system:alarms"

log = structlog.get_logger()


async def watch_alarms(parts: Parts) -> None:
    """Run while this node leads. What the log already holds of an occasion is not tried again."""
    memory, told = Memory(), set[str]()
    supplies = load_supplies(DEFAULT_FOLDER / "supplies.toml")
    while True:
        state, now, policy = parts.desk.state, datetime.now(UTC), policy_of(parts.desk.state)
        rules: Rules = with_changes(parts.alarm_rules, policy.alarms.changes)
        uncovered = uncovered_share(state, parts.coverage, policy)
        memory = remember(memory, state, parts.positions.latest, now, rules, uncovered)
        view = View(state, parts.positions.latest, now, rules, memory, uncovered, supplies)
        for event in decide_alarms(view):
            if event.alarm_id not in told:
                await _tell(parts, event, told)
        await asyncio.sleep(TICK_S)


def uncovered_share(state: State, coverage: Coverage, policy: Policy) -> float:
    """Share of the demand that no free unit is expected to cover within the policy's coverage target, 0 to 1."""
    busy = estimate_busy_fraction(state, policy.assignment)
    standing = look(state, coverage, policy.assignment.coverage_target_s, busy)
    return 1.0 - standing.covered(standing.post)


async def _tell(parts: Parts, event: AlarmEvent, told: set[str]) -> None:
    def decide(state: State, now: datetime) -> Decision:
        return Decision([event] if is_due(state, event) else [], lambda after: None)

    try:
        await parts.desk.execute(Command(actor=ACTOR), decide)
    except Taken:
        told.add(event.alarm_id)
    except (Refused, Unavailable) as error:
        log.info("alarm watch tries again", alarm=event.alarm_id, reason=str(error))
