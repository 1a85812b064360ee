"""The advice on hospitals for one incident and one unit, from the state and the city's own tables. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from dispatch.assignment.offer_ends import get_incident
from dispatch.assignment.recommendation import Text
from dispatch.assignment.travel import Travel
from dispatch.city_pack_schema import DestinationNeed
from dispatch.domain.state import State
from dispatch.hospitals import decide, sending
from dispatch.hospitals.decide import DestinationAdvice
from dispatch.hospitals.needs import needs_of
from dispatch.policy.model import Policy
from dispatch.positions.model import Position


def weigh(
    state: State,
    incident_id: str,
    unit_id: str | None,
    position: Position | None,
    travel: Travel,
    now: datetime,
    policy: Policy,
    *,
    table: Sequence[DestinationNeed],
    listed: Collection[str],
    wish: str | None = None,
    needed: Sequence[str] = (),
) -> tuple[list[DestinationAdvice], list[Text]]:
    """
    The hospitals, the best first, and what must be said of it all.

    `table`: what complaints need; `listed`: where the city brings patients; `position`: the unit's. Raises NotFound.
    """
    incident, unit = get_incident(state, incident_id), state.units.get(unit_id or "")
    needs = needs_of(incident, table, unit_id=unit_id, wish=wish, capabilities=needed)
    profile = policy.assignment.profiles.get(unit.kind if unit else "van", "ambulance")
    place = sending.origin_of(incident, unit, position)
    said = decide.remarks(state, needs, place, travel, profile)
    if place is None:
        return [], said
    advised = decide.choose(state, needs, place, travel, now, policy.destination, profile=profile, destinations=listed)
    return advised, said
