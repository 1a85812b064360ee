"""What an incident asks of a hospital, by the city pack's own table. Pure."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from dispatch.city_pack_schema import DestinationNeed
from dispatch.domain.state import Incident
from dispatch.hospitals.decide import Needs


def needs_of(
    incident: Incident,
    table: Iterable[DestinationNeed],
    *,
    unit_id: str | None = None,
    wish: str | None = None,
    capabilities: Iterable[str] = (),
) -> Needs:
    """The complaint's needs, with `capabilities` that somebody saw to be needed besides."""
    needs = Needs(incident_id=incident.id, unit_id=unit_id, wish=wish)
    for row in table:
        if row.complaint == incident.complaint:
            needs = msgspec.structs.replace(
                needs, capabilities=row.capabilities, resource=row.resource, nearest_always=row.nearest_always
            )
    return msgspec.structs.replace(needs, capabilities=tuple(dict.fromkeys((*needs.capabilities, *capabilities))))
