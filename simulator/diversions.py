"""
Hospitals that ask to be spared for a while: `[[diversion]]` of a scenario, told to the day, and to the desk's state if
it has one, when it begins and ends. It advises, as at the desk: only policies that ask (`load_aware`) heed it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from dispatch.city_pack import CityPack
from simulator.begun import BegunHospital
from simulator.changed_roads import SPAN, spans_of
from simulator.errors import ScenarioError
from simulator.mirror import Mirror
from simulator.scenario_parts import Diversion

if TYPE_CHECKING:
    from simulator.day import Day


@dataclass(frozen=True)
class Diverting:
    """A hospital, when, and what it asks not to receive; nothing named: nobody, it is full."""

    hospital_id: str
    spans: tuple[SPAN, ...]
    kinds: tuple[str, ...]


def read_diversions(
    parts: Sequence[Diversion], pack: CityPack, start: datetime, until_s: float, where: str
) -> list[Diverting]:
    """Raises ScenarioError for a hospital or a kind that the pack does not have."""
    hospitals = {row.id for row in pack.hospitals if row.destination}
    kinds = {kind for row in pack.hospitals for kind in row.capabilities}
    found = []
    for at, part in enumerate(parts):
        place = f"{where}: diversion[{at}]"
        _known(place, "hospital for patients", part.hospital, hospitals)
        for kind in part.kinds:
            _known(place, "kind of patient", kind, kinds)
        found.append(Diverting(part.hospital, _spans(part, start, until_s, place), part.kinds))
    return found


def plan_diversions(day: Day, told: Sequence[Diverting]) -> None:
    """Put every beginning and end on the day's agenda, before it runs."""
    if told:
        board = _Board(day)
        for number, one in enumerate(told):
            for from_s, to_s in one.spans:
                day.agenda.plan(from_s, partial(board.change, one, True), number)
                day.agenda.plan(to_s, partial(board.change, one, False), number)


def _spans(part: Diversion, start: datetime, until_s: float, where: str) -> tuple[SPAN, ...]:
    """As any section says when; with `days`, those days of every month, whole or from–until daily."""
    if not part.days:
        return spans_of(part, start, until_s, where)
    if part.from_ or part.until:
        raise ScenarioError(where, "days are told together with from or until", "keep days, or from and until")
    whole = part if part.daily_from else msgspec.structs.replace(part, daily_from="00:00", daily_until="00:00")
    return tuple(
        (from_s, to_s)
        for from_s, to_s in spans_of(whole, start, until_s, where)
        if (start + timedelta(seconds=from_s + 0.5)).day in part.days
    )


class _Board:
    """Which diversions stand at each hospital now."""

    def __init__(self, day: Day) -> None:
        self._day = day
        self._standing: dict[str, list[Diverting]] = {}
        for known in day.begun.hospitals if day.begun is not None else ():
            told = self._standing.setdefault(known.id, [])
            told += [Diverting(known.id, (), known.diversion)] if known.diversion else []
            told += [Diverting(known.id, (), ())] if known.status == "full" else []

    def change(self, one: Diverting, begins: bool, _: int) -> None:
        standing = self._standing.setdefault(one.hospital_id, [])
        if begins:
            standing.append(one)
        elif one in standing:
            standing.remove(one)
        kinds = tuple(sorted({kind for other in standing for kind in other.kinds}))
        status = "full" if any(not other.kinds for other in standing) else "open"
        day, hospital_id = self._day, one.hospital_id
        known = day.hospitals.get(hospital_id) or BegunHospital(hospital_id)
        day.hospitals = {**day.hospitals, hospital_id: replace(known, status=status, diversion=kinds)}
        if isinstance(day.listener, Mirror):
            day.listener.revise(hospital_id, status, kinds)


def _known(where: str, what: str, name: str, known: set[str]) -> None:
    if name not in known:
        near = get_close_matches(name, sorted(known), 1)
        raise ScenarioError(where, f"no {what} {name!r}", f"did you mean {near[0]!r}?" if near else "see data/hcmc")
