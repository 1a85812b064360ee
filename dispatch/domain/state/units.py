"""Units."""

from __future__ import annotations

from datetime import datetime

import msgspec

from dispatch.domain.lifecycles import FREE_STATUSES
from dispatch.domain.words import Level, OutOfServiceReason, Skill, UnitKind, UnitStatus


class Unit(msgspec.Struct, kw_only=True):
    """
    A vehicle with a crew in service. `incident_id`, `offer_id`: set from the offer to the run's end.

    `before_offer`: what it did when it was asked, if it was not simply available. `diversion_offer_id`: the open offer
    that asks it, under way, to go to a graver incident instead. `post_id` is the station where it stands or is going
    when that is not its own; `asked_post_id` the one that it has been asked to move up to; `moved_at` when it moved up
    within the last hour; `safe_at` when its crew last said that it is well.
    """

    id: str
    station_id: str
    kind: UnitKind
    skills: tuple[Skill, ...]
    status: UnitStatus
    status_at: datetime
    vehicle_id: str | None = None
    crew_id: str | None = None
    shift_until: datetime | None = None
    external: bool = False
    out_of_service_reason: OutOfServiceReason | None = None
    incident_id: str | None = None
    offer_id: str | None = None
    hospital_id: str | None = None
    before_offer: UnitStatus | None = None
    diversion_offer_id: str | None = None
    post_id: str | None = None
    asked_post_id: str | None = None
    moved_at: list[datetime] = msgspec.field(default_factory=list)
    safe_at: datetime | None = None
    version: int = 0

    @property
    def post(self) -> str:
        """The id of the station that it covers from."""
        return self.post_id or self.station_id

    @property
    def is_free(self) -> bool:
        return self.status in FREE_STATUSES

    def is_free_for(self, level: Level) -> bool:
        """Whether it may be offered an incident of this level: a crew on its break is disturbed for red only."""
        return self.is_free or (self.status == "on_break" and level == 1)
