"""The log and the breadcrumbs → visits to settled addresses, for `learned.learn`. Reading only."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.database import Pool, borrowed, migrate, open_pool
from dispatch.domain import events as ev
from dispatch.domain.events.base import Recorded
from dispatch.domain.place import Place
from dispatch.event_log import EventLog
from dispatch.geocoding.learned import Visit
from dispatch.services import running_services
from dispatch.settings import read_settings

# A fix this much before or after "on scene" tells where the unit stood (guess).
WITHIN = timedelta(seconds=90)
_NEAREST_FIX = """
SELECT lon, lat FROM breadcrumbs WHERE unit_id = %s AND at BETWEEN %s AND %s
ORDER BY abs(extract(epoch FROM at - %s)) LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A unit said it was at a settled place."""

    place: Place
    unit_id: str
    at: datetime


def arrivals(recorded: Iterable[Recorded]) -> list[Arrival]:
    """
    Arrivals at addresses that were settled, of closed incidents; the last settled place counts. A status entered by
    radio or from paper tells no moment to a minute, so it is left out.
    """
    places: dict[str, Place] = {}
    going: dict[str, str] = {}
    came: dict[str, list[tuple[str, datetime]]] = {}
    closed: list[str] = []
    for one in recorded:
        match one.data:
            case ev.IncidentOpened(place=place) | ev.IncidentRevised(place=place):
                if place is not None and place.settled:
                    places[one.data.incident_id] = place
            case ev.UnitAssigned(unit_id=unit_id, incident_id=incident_id):
                going[unit_id] = incident_id
            case ev.UnitReported(unit_id=unit_id, report="on_scene", source="app" | "avl") if unit_id in going:
                came.setdefault(going[unit_id], []).append((unit_id, one.at))
            case ev.IncidentClosed(incident_id=incident_id):
                closed.append(incident_id)
            case _:
                pass
    return [
        Arrival(places[incident], unit_id, at)
        for incident in dict.fromkeys(closed)
        if incident in places
        for unit_id, at in came.get(incident, ())
    ]


async def _visits(pool: Pool) -> list[Visit]:
    recorded = [one async for batch in EventLog(pool).read_all() for one in batch]
    found: list[Visit] = []
    async with borrowed(pool) as conn:
        for one in arrivals(recorded):
            answer = await conn.execute(_NEAREST_FIX, (one.unit_id, one.at - WITHIN, one.at + WITHIN, one.at))
            if (row := await answer.fetchone()) is not None:
                found.append(Visit(one.place, float(row[0]), float(row[1]), one.at.date().isoformat()))
    return found


def read_visits() -> list[Visit]:
    """Every visit in the log of the running services, or of services started for this alone."""
    settings = read_settings()

    async def run(database_url: str) -> list[Visit]:
        async with open_pool(database_url, min_size=1, max_size=2) as pool:
            return await _visits(pool)

    with running_services(settings.state, settings.database_url, settings.redis_url) as services:
        migrate(services.database_url)
        return asyncio.run(run(services.database_url))
