"""Commands and questions about roads: find them on the map, decide, append or keep, and answer once it is in force."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import numpy as np

from dispatch.desk import Answer, Command, Decision
from dispatch.domain.state import Closure, State
from dispatch.parts import Parts
from dispatch.roads import decide as roads
from dispatch.roads.conditions import InForce
from dispatch.roads.model import ClosureRequest


async def take_speeds(parts: Parts, reports: Sequence[Any]) -> dict[str, Any]:
    """Judge each by itself, keep the good ones, and answer when they are in force."""
    now = datetime.now(UTC)
    accepted, rejected = await asyncio.to_thread(roads.judge, reports, parts.roads.locator, now)
    await parts.roads.live.take(accepted)
    await parts.roads.settle()
    return {
        "accepted": len(accepted),
        "rejected": [{"index": one.index, "reason": one.reason} for one in rejected],
        "version": parts.roads.version,
    }


async def show_traffic(parts: Parts) -> dict[str, Any]:
    """The live speeds in force as GeoJSON, and what else holds."""
    in_force = parts.roads.in_force
    features = await asyncio.to_thread(_features, parts, in_force) if in_force else []
    return {
        "type": "FeatureCollection",
        "version": parts.roads.version,
        "hour": in_force.hour if in_force else None,
        "applied_at": in_force.at if in_force else None,
        "features": features,
    }


async def close_road(parts: Parts, command: Command, request: ClosureRequest) -> Answer:
    """Close a road, or tell that it is flooded or slow."""
    closed = await asyncio.to_thread(roads.make_closing, request, parts.roads.locator, datetime.now(UTC))

    def decide(state: State, now: datetime) -> Decision:
        return Decision([closed], lambda after: shown(after.closures[request.id], now), status=201)

    answer = await parts.desk.execute(command, decide)
    await parts.roads.settle()
    return answer


async def reopen_road(parts: Parts, command: Command, closure_id: str, reason: str) -> Answer:
    """Lift a closure before its time; the answer is the closure as it was."""

    def decide(state: State, now: datetime) -> Decision:
        reopened = roads.reopen_road(state, closure_id, reason)
        lifted = {**shown(state.closures[closure_id], now), "in_force": False}
        return Decision([reopened], lambda after: lifted)

    answer = await parts.desk.execute(command, decide)
    await parts.roads.settle()
    return answer


def list_closures(parts: Parts) -> dict[str, Any]:
    """Every closure that stands, now or later; `not_located` names those that fit no street of the map in use."""
    now = datetime.now(UTC)
    closures = [shown(closure, now) for closure in parts.desk.state.closures.values()]
    return {"closures": closures, "not_located": sorted(parts.roads.not_located)}


def shown(closure: Closure, now: datetime) -> dict[str, Any]:
    """The closure as the API has it."""
    return {**msgspec.structs.asdict(closure), "in_force": roads.is_in_force(closure, now)}


def _features(parts: Parts, in_force: InForce) -> list[dict[str, Any]]:
    """A line for each stretch of each report that holds."""
    free_kph, live = parts.travel.free_kph, in_force.live
    order = np.argsort(live.report, kind="stable")
    reports, starts = np.unique(live.report[order], return_index=True)
    arcs_of = np.split(live.arc[order], starts[1:])[: len(reports)]  # of no arcs, split makes one part
    features: list[dict[str, Any]] = []
    for report, arcs in zip(reports.tolist(), arcs_of, strict=True):
        speed, located = in_force.speeds[report], parts.roads.locator.describe(arcs)
        free = _mean_kph(parts.travel.graph.arc_length_m[arcs], free_kph[arcs])
        properties = {
            "way_id": located.way_ids[0],
            "name": located.names[0] if located.names else None,
            "speed_kph": speed.kph,
            "free_kph": round(free, 1),
            "share": round(speed.kph / free, 3),
            "at": speed.at,
            "until": speed.until,
            "source": speed.source,
        }
        features += [
            {"type": "Feature", "geometry": {"type": "LineString", "coordinates": line}, "properties": properties}
            for line in located.lines
        ]
    return features


def _mean_kph(length_m: Any, kph: Any) -> float:
    """The speed over several pieces one after the other."""
    return float(length_m.sum() / (length_m / kph).sum())
