"""The command by which a station reports its own run."""

from __future__ import annotations

from datetime import UTC, datetime

from dispatch.assignment.direct import OwnRun, report_own_run
from dispatch.desk import Answer, Command, Decision
from dispatch.domain.state import State
from dispatch.domain.words import Level
from dispatch.errors import Malformed
from dispatch.ids import new_id
from dispatch.intake.numbers import take_number
from dispatch.intake.understanding import match_complaint, place_at
from dispatch.parts import Parts


async def report(
    parts: Parts,
    command: Command,
    station_id: str,
    unit_id: str,
    priority: Level,
    complaint: str,
    lon: float | None,
    lat: float | None,
    began_at: datetime | None,
) -> Answer:
    """The incident and its run, at the station's own time."""
    began = began_at or datetime.now(UTC)
    known = match_complaint(parts, complaint, None)
    if known is None and complaint != "unknown":
        raise Malformed(f"no complaint {complaint!r}; GET /api/v1/complaints lists them")
    place = await place_at(parts, lon, lat) if lon is not None and lat is not None else None
    number, incident_id, offer_id = await take_number(parts, began), new_id("inc"), new_id("off")
    run = OwnRun(
        incident_id=incident_id,
        offer_id=offer_id,
        number=number,
        station_id=station_id,
        unit_id=unit_id,
        priority=priority,
        complaint=known.code if known else complaint,
        place=place,
        began_at=began,
    )

    def decide(state: State, now: datetime) -> Decision:
        return Decision(
            report_own_run(state, run), lambda after: {"incident": after.incidents[incident_id]}, status=201, at=began
        )

    return await parts.desk.execute(command, decide)
