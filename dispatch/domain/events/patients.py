"""What happens to a patient. Who it is stands nowhere here: a token leads to the personal store."""

from __future__ import annotations

from dispatch.domain.events.base import Event
from dispatch.domain.words import Colour, Outcome, PatientStep


class PatientFound(Event, frozen=True):
    """`number` counts the incident's patients from 1."""

    STREAM = "patient"

    patient_id: str
    incident_id: str
    number: int
    colour: Colour | None = None
    unit_id: str | None = None
    personal_token: str | None = None


class PatientSorted(Event, frozen=True):
    """Sorted anew at the scene."""

    STREAM = "patient"

    patient_id: str
    incident_id: str
    colour: Colour


class PatientStepped(Event, frozen=True):
    """Loaded into a unit, brought to a hospital, handed over there, or done with: `outcome` says how."""

    STREAM = "patient"

    patient_id: str
    incident_id: str
    step: PatientStep
    unit_id: str | None = None
    hospital_id: str | None = None
    outcome: Outcome | None = None
