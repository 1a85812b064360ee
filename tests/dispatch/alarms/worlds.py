"""Small worlds for alarms, and a desk that tells what was decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from dispatch.alarms.decide import AlarmEvent, decide_alarms, is_due
from dispatch.alarms.rules import FILE, Rule, Rules, read_rules
from dispatch.alarms.view import Memory, View, remember
from dispatch.city_pack import DEFAULT_FOLDER
from dispatch.crews.supplies import SupplyList
from dispatch.domain.events import Event, Recorded, stream_of
from dispatch.domain.fold import apply
from dispatch.domain.state import Incident, Run, State, Unit
from dispatch.domain.words import AlarmKind, Level, Stamp, UnitStatus
from dispatch.positions.model import Position
from tests.factories import NOW, make_incident, make_state, make_unit

RULES = read_rules(DEFAULT_FOLDER / FILE)


def only(*kinds: AlarmKind) -> dict[AlarmKind, Rule]:
    return {kind: RULES[kind] for kind in kinds}


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def on_run(
    status: UnitStatus, *, since_s: float = 0.0, level: Level = 2, safe_s: float | None = None, **stamps_s: float
) -> tuple[Incident, Unit]:
    """An incident and its unit, in `status` since then; `stamps_s` are the run's stamps in seconds after NOW."""
    incident = make_incident(priority=level, status="assigned" if status in ("dispatched", "en_route") else "attended")
    known: tuple[Stamp, ...] = ("accepted_at", "on_scene_at", "at_patient_at", "at_hospital_at", "handover_at")
    stamps = {stamp: at(stamps_s[stamp]) for stamp in known if stamp in stamps_s}
    incident.runs["O1"] = Run(offer_id="O1", unit_id="U1", station_id="S1", stamps=stamps)
    unit = make_unit(status=status, incident_id="I1", offer_id="O1")
    unit.status_at = at(since_s)
    unit.safe_at = None if safe_s is None else at(safe_s)
    return incident, unit


def world(incident: Incident, unit: Unit | None = None) -> State:
    return make_state(incidents=[incident], units=[unit] if unit else [])


class Watch:
    """The leader's loop without its clock: every look is folded at once."""

    def __init__(self, state: State, rules: Rules = RULES, supplies: SupplyList | None = None) -> None:
        self.state, self.rules, self.supplies = state, rules, supplies
        self.memory = Memory()
        self.positions: dict[str, Position] = {}

    def look(
        self, seconds: float, uncovered: float | None = None, positions: Mapping[str, Position] | None = None
    ) -> list[AlarmEvent]:
        self.positions |= positions or {}
        now = at(seconds)
        self.memory = remember(self.memory, self.state, self.positions, now, self.rules, uncovered)
        view = View(self.state, self.positions, now, self.rules, self.memory, uncovered, self.supplies)
        told = decide_alarms(view)
        for event in told:
            assert is_due(self.state, event)
            tell(self.state, event, now)
        return told

    def kinds(self, seconds: float, uncovered: float | None = None) -> list[tuple[str, AlarmKind]]:
        """What was told, in short: the event's name and the kind of alarm."""
        known = {alarm.id: alarm.kind for alarm in self.state.alarms.values()}
        told = self.look(seconds, uncovered)
        known |= {alarm.id: alarm.kind for alarm in self.state.alarms.values()}
        return [(type(event).__name__.removeprefix("Alarm"), known[event.alarm_id]) for event in told]


def tell(state: State, event: Event, now: datetime, actor: str = "system:alarms") -> None:
    stream = stream_of(event)
    apply(
        state,
        Recorded(
            seq=state.seq + 1, stream=stream, version=state.version_of(stream) + 1, type=type(event).__name__,
            actor=actor, at=now, recorded_at=now, data=event,
        ),
    )  # fmt: skip
