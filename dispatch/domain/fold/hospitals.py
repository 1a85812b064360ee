"""Hospitals."""

from __future__ import annotations

from dispatch.domain import events as ev
from dispatch.domain.events import Recorded
from dispatch.domain.fold.table import folds, get
from dispatch.domain.state import Hospital, State


@folds(ev.HospitalRevised)
def _hospital_revised(state: State, event: ev.HospitalRevised, recorded: Recorded) -> None:
    hospital: Hospital = get(state.hospitals, "hospital", event.hospital_id)
    hospital.diversion, hospital.version = event.diversion, recorded.version
