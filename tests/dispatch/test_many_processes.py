"""Several real processes on one PostgreSQL, all after the same few units: none is ever given twice."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dispatch.database import Pool
from dispatch.desk import Command, Decision, Desk
from dispatch.domain import events as ev
from dispatch.domain.events import Recorded
from dispatch.domain.fold import apply
from dispatch.domain.place import Place
from dispatch.domain.state import State
from dispatch.domain.words import Level
from dispatch.event_log import EventLog

ROOT = Path(__file__).parents[2]
PROCESSES, STEPS, UNITS, INCIDENTS = 4, 250, 5, 24
LEVELS: tuple[Level, ...] = (1, 2, 3, 4)
AT = datetime(2026, 3, 2, tzinfo=UTC)


def city() -> list[ev.Event]:
    """Five units of three stations, one of which may not refuse, and two dozen incidents of all levels."""
    place = Place(lon=106.7, lat=10.78, kind="point", label="Chợ Bến Thành")
    told: list[ev.Event] = [
        ev.StationRegistered(
            station_id=f"S{one}", name=f"S{one}", name_en=f"S{one}", kind="own", can_refuse=one > 0, lon=106.7, lat=10.7
        )
        for one in range(3)
    ]
    told += [
        ev.UnitRegistered(unit_id=f"U{one}", station_id=f"S{one % 3}", kind="van", skills=("convey",), staffed=True)
        for one in range(UNITS)
    ]
    told += [
        ev.IncidentOpened(
            incident_id=f"I{one}", number=str(one), answered_at=AT, priority=LEVELS[one % 4], complaint="x",
            place=place, needs=(ev.Need(),) * (1 + one % 3 // 2),
        )
        for one in range(INCIDENTS)
    ]  # fmt: skip
    return told


def check(state: State, event: Recorded) -> None:
    """What must hold after every single command: a unit is on one run at most, and on the one that it says."""
    on: Counter[str] = Counter()
    for incident in state.incidents.values():
        for run in incident.active_runs:
            on[run.unit_id] += 1
            unit = state.units[run.unit_id]
            assert (unit.incident_id, unit.offer_id) == (incident.id, run.offer_id), f"at {event.seq}: {unit}"
        for offer in incident.open_offers:
            unit = state.units[offer.unit_id]
            asked = unit.offer_id if offer.diverts_from is None else unit.diversion_offer_id
            assert asked == offer.id, f"at {event.seq}: {offer} of {unit}"
    assert all(runs == 1 for runs in on.values()), f"at {event.seq}: {on}"


def check_diversion(state: State, event: ev.UnitDiverted) -> None:
    """As things stood before it: never from red, only to a graver one."""
    old, new = state.incidents[event.from_incident_id], state.incidents[event.incident_id]
    assert old.priority != 1
    assert new.priority < old.priority


async def test_no_unit_is_given_twice_by_however_many_processes(pool: Pool, database_url: str) -> None:
    desk = Desk(EventLog(pool), database_url)
    await desk.catch_up()
    await desk.execute(Command("user:an"), lambda state, now: Decision(city(), lambda after: None))
    told = hammer_all(database_url)

    state, seen = State(), Counter[str]()
    async for events in desk.events.read_all():
        for event, following in zip(events, [*events[1:], None], strict=True):
            if isinstance(event.data, ev.UnitDiverted):
                check_diversion(state, event.data)
            apply(state, event)
            seen[event.type] += 1
            if following is None or following.recorded_at != event.recorded_at:
                check(state, event)
    assert await desk.events.verify() == state.seq == seen.total()
    await desk.catch_up()
    assert desk.state == state

    for one in told:
        assert sum(one["done"].values()) + sum(one["refused"].values()) == STEPS
        assert one["refused"].get("Taken", 0) > 0
        assert len(one["shortest"]) > 20
    assert seen["UnitAssigned"] > UNITS
    assert seen["UnitDiverted"] > 0
    assert len({what for one in told for what in one["done"]}) >= 7


def hammer_all(database_url: str) -> list[dict[str, Any]]:
    """All at once; each must end well."""
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.dispatch.hammering", database_url, str(seed), str(STEPS)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for seed in range(PROCESSES)
    ]
    told = []
    for process in running:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        told.append(json.loads(out.splitlines()[-1]))
    return told
