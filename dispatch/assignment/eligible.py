"""Which incidents ask for units, which slots are open, and which units are free."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from dispatch.domain.events import Need
from dispatch.domain.fold.runs import UNCOVERING
from dispatch.domain.state import Incident, Offer, Run, State, Unit
from dispatch.domain.words import Level, OfferStatus, Skill, UnitStatus

SKILL_BITS: dict[Skill, int] = {"doctor": 1, "nurse": 2, "convey": 4}
TREATING = SKILL_BITS["doctor"] | SKILL_BITS["nurse"]
DECLINED: frozenset[OfferStatus] = frozenset({"refused", "expired"})
UNSTAFFED: frozenset[UnitStatus] = frozenset({"off_duty", "out_of_service"})
RED: Level = 1


def list_waiting(state: State) -> list[Incident]:
    """
    Incidents with a slot that nobody covers and nobody is asked for; gravest first, then longest waiting.

    Also those that some units are under way to or at already: a mass casualty grows, a station of several declines.
    """
    asking = [incident for incident in state.incidents.values() if incident.status != "closed"]
    asking = [incident for incident in asking if open_slots(incident, state.units)]
    return sorted(asking, key=lambda incident: (incident.priority, incident.answered_at, incident.id))


def wants_second(incident: Incident) -> bool:
    """A red incident that was offered to two stations, of which one has declined and the other has not answered."""
    if incident.priority != RED:
        return False
    asked = [offer for offer in incident.open_offers if offer.tier == "main"]
    return len(asked) == 1 and bool(declined_offers(incident))


def list_free(state: State, offered: Collection[str] | None = None) -> list[Unit]:
    """
    Units that may be offered now, by id: at a post or on the road without a patient, and in no open offer (`offered`,
    where that is known already).

    How old a unit's fix is does not matter here.
    """
    offered = in_open_offers(state) if offered is None else offered
    free = (unit for unit in state.units.values() if unit.is_free and unit.id not in offered)
    return sorted(free, key=lambda unit: unit.id)


def in_open_offers(state: State) -> set[str]:
    """The units that some station is being asked for."""
    return {offer.unit_id for incident in state.incidents.values() for offer in incident.open_offers}


def skill_bits(skills: Iterable[Skill]) -> int:
    """A set of skills as bits, to compare many units at once."""
    bits = 0
    for skill in skills:
        bits |= SKILL_BITS[skill]
    return bits


def unit_bits(unit: Unit) -> int:
    """What a unit can do. A motorbike never conveys a patient, whatever its list of skills says."""
    bits = skill_bits(unit.skills)
    return bits & ~SKILL_BITS["convey"] if unit.kind == "motorbike" else bits


def declined_offers(incident: Incident) -> dict[str, Offer]:
    """The stations that refused this incident or let its offer expire, each with its last such offer."""
    return {offer.station_id: offer for offer in incident.offers.values() if offer.status in DECLINED}


def open_slots(incident: Incident, units: Mapping[str, Unit], without: Collection[str] = ()) -> list[int]:
    """
    Which of the incident's needs nobody covers, by their index: no run of tier `main`, no open offer of one.

    An offer that `wants_second` covers nothing, nor does a unit that is asked to go elsewhere, or is one of `without`.
    Each unit covers one need; as many needs as possible count as covered. A run that served and ended covers its need
    until the incident waits again; then it is asked for in full, never too little.
    """
    coming = [run.unit_id for run in incident.runs.values() if _covers(run, incident)]
    if not wants_second(incident):
        coming += [offer.unit_id for offer in incident.open_offers if offer.tier == "main"]
    coming = [unit_id for unit_id in coming if unit_id not in without and not _is_leaving(unit_id, incident, units)]
    return slots_beside(incident, units, coming)


def unserved_slots(incident: Incident, units: Mapping[str, Unit]) -> list[int]:
    """The needs for which nobody is on the way, there, or has been: what is only asked for counts as nobody."""
    return slots_beside(incident, units, [run.unit_id for run in incident.runs.values() if _covers(run, incident)])


def slots_beside(incident: Incident, units: Mapping[str, Unit], coming: Iterable[str]) -> list[int]:
    """The needs that these units, by id, leave open between them: each covers one, and as many as possible count."""
    skills = [unit_bits(units[unit_id]) if unit_id in units else 0 for unit_id in coming]
    covered = _cover(incident.needs, skills) if skills else set()
    return [index for index in range(len(incident.needs)) if index not in covered]


def _covers(run: Run, incident: Incident) -> bool:
    if run.tier != "main":
        return False
    return run.is_active or (incident.status != "waiting" and run.outcome not in UNCOVERING)


def _is_leaving(unit_id: str, incident: Incident, units: Mapping[str, Unit]) -> bool:
    """Whether the unit is under way to this incident and is being asked to go to another one instead."""
    unit = units.get(unit_id)
    return unit is not None and unit.diversion_offer_id is not None and unit.diversion_offer_id not in incident.offers


def _cover(needs: Sequence[Need], skills: Sequence[int]) -> set[int]:
    """The needs that the units with these skills can cover together (augmenting paths; Kuhn 1955)."""
    wanted = [skill_bits(need.skills) for need in needs]
    if len(wanted) == 1:
        return {0} if any(not wanted[0] & ~bits for bits in skills) else set()
    need_of: dict[int, int] = {}

    def place(need: int, tried: set[int]) -> bool:
        for unit, bits in enumerate(skills):
            if unit in tried or wanted[need] & ~bits:
                continue
            tried.add(unit)
            if unit not in need_of or place(need_of[unit], tried):
                need_of[unit] = need
                return True
        return False

    return {need for need in range(len(needs)) if place(need, set())}
