"""Patients."""

from __future__ import annotations

from datetime import datetime

import msgspec

from dispatch.domain.words import Colour, Outcome, PatientStatus


class Patient(msgspec.Struct, kw_only=True):
    """One of an incident's patients; leaves the state with it. `unit_id`: who treats or carries them."""

    id: str
    incident_id: str
    number: int
    status: PatientStatus
    status_at: datetime
    found_at: datetime
    colour: Colour | None = None
    colour_at: datetime | None = None
    unit_id: str | None = None
    hospital_id: str | None = None
    outcome: Outcome | None = None
    personal_token: str | None = None
    version: int = 0
