"""What a hospital says of itself."""

from __future__ import annotations

from dispatch.domain.events.base import Event
from dispatch.domain.words import HospitalCapability


class HospitalRevised(Event, frozen=True):
    """`diversion` names what the hospital asks not to receive; it advises and never hides the hospital."""

    STREAM = "hospital"

    hospital_id: str
    diversion: tuple[HospitalCapability, ...]
