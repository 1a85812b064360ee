"""Which incidents ask for units, which slots are open, and which units may be offered them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dispatch.domain.events import Need
from dispatch.domain.state import Incident, Offer, State, Unit
from dispatch.domain.words import OfferStatus, Skill

SKILL_BITS: dict[Skill, int] = {"doctor": 1, "nurse": 2, "convey": 4}
DECLINED: frozenset[OfferStatus] = frozenset({"refused", "expired"})


RED = 1


def list_waiting(state: State) -> list[Incident]:
    """
    Incidents with no unit under way, nobody to wait for and a slot to fill; gravest first, then longest waiting.

    Nobody to wait for: no open offer, or for red one fewer than the two stations that are to be asked at once.
    """
    asked = (incident for incident in state.waiting if not incident.open_offers or wants_second(incident))
    return [incident for incident in asked if open_slots(incident, state.units)]


def wants_second(incident: Incident) -> bool:
    """A red incident that was offered to two stations, of which one has declined and the other has not answered."""
    return incident.priority == RED and len(incident.open_offers) == 1 and bool(declined_offers(incident))


def list_free(state: State) -> list[Unit]:
    """
    Units that may be offered now, by id: at a post or on the road without a patient, and in no open offer.

    How old a unit's fix is does not matter here.
    """
    offered = {offer.unit_id for incident in state.incidents.values() for offer in incident.open_offers}
    free = (unit for unit in state.units.values() if unit.is_free and unit.id not in offered)
    return sorted(free, key=lambda unit: unit.id)


def skill_bits(skills: Iterable[Skill]) -> int:
    """A set of skills as bits, to compare many units at once."""
    return sum(SKILL_BITS[skill] for skill in set(skills))


def unit_bits(unit: Unit) -> int:
    """What a unit can do. A motorbike never conveys a patient, whatever its list of skills says."""
    bits = skill_bits(unit.skills)
    return bits & ~SKILL_BITS["convey"] if unit.kind == "motorbike" else bits


def declined_offers(incident: Incident) -> dict[str, Offer]:
    """The stations that refused this incident or let its offer expire, each with its last such offer."""
    return {offer.station_id: offer for offer in incident.offers.values() if offer.status in DECLINED}


def open_slots(incident: Incident, units: dict[str, Unit]) -> list[int]:
    """
    Which of the incident's needs no active run and no open offer covers, by their index. An offer that `wants_second`
    covers nothing.

    Each unit covers one need; as many needs as possible count as covered. A run that ended no longer covers
    anything, even if it served: an incident that waits again is asked for in full, never too little.
    """
    coming = [run.unit_id for run in incident.active_runs]
    coming += [] if wants_second(incident) else [offer.unit_id for offer in incident.open_offers]
    if not coming:
        return list(range(len(incident.needs)))
    skills = [unit_bits(units[unit_id]) if unit_id in units else 0 for unit_id in coming]
    covered = _cover(incident.needs, skills)
    return [index for index in range(len(incident.needs)) if index not in covered]


def _cover(needs: Sequence[Need], skills: Sequence[int]) -> set[int]:
    """The needs that the units with these skills can cover together (augmenting paths; Kuhn 1955)."""
    wanted = [skill_bits(need.skills) for need in needs]
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
