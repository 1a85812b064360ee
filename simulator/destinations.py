"""
Which hospital the demo's crews drive to. Pure. A stand-in until `hospitals/decide` advises the desk.

The nearest that can treat the complaint, unless it is much farther than the nearest emergency department: then that
one. For arrest, airway and bleeding the nearest emergency department, always. Not medical advice: the capabilities
in the pack are general knowledge, and the limits below are guesses.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from dispatch.domain.state import Hospital

NEAREST_ALWAYS = frozenset({"cardiac_arrest", "choking", "allergy", "bleeding", "stab_gunshot", "drowning"})
"""A diversion or a missing speciality never hides the nearest emergency department from these (docs/domain.md)."""

WANTED: dict[str, tuple[str, ...]] = {
    "stroke": ("stroke",),
    "chest_pain": ("pci",),
    "trauma_traffic": ("trauma",),
    "motorbike_crash": ("trauma",),
    "fall_height": ("trauma",),
    "machine_injury": ("trauma",),
    "mass_casualty": ("trauma",),
    "pregnancy": ("obstetrics",),
    "burns": ("burns",),
    "child_sick": ("paediatrics",),
    "poisoning": ("toxicology",),
    "snake_animal": ("toxicology",),
}
"""The capability that a complaint asks for; all others: `general` (guess)."""

DETOUR_S = 900.0
"""A speciality is worth so many seconds more on the road than the nearest emergency department (guess)."""


def possible_hospitals(hospitals: Iterable[Hospital], destinations: frozenset[str]) -> list[Hospital]:
    """Emergency departments that patients may be taken to; all of them when `destinations` names none we know."""
    open_ = [hospital for hospital in hospitals if hospital.emergency]
    return [hospital for hospital in open_ if hospital.id in destinations] or open_


def choose_hospital(complaint: str, hospitals: Sequence[Hospital], times_s: NDArray[np.float64]) -> str | None:
    """The id of the hospital, by the seconds to each; None when there is none. Unreachable ones count last."""
    if not hospitals:
        return None
    by_time = [hospitals[int(i)] for i in np.argsort(times_s, kind="stable")]
    time_of = {hospital.id: float(t) for hospital, t in zip(hospitals, times_s, strict=True)}
    general = [hospital for hospital in by_time if "general" in hospital.capabilities] or by_time
    nearest = general[0]
    if complaint in NEAREST_ALWAYS:
        return nearest.id
    wanted = WANTED.get(complaint, ("general",))
    able = [hospital for hospital in by_time if _is_able(hospital, wanted)]
    if able and time_of[able[0].id] <= time_of[nearest.id] + DETOUR_S:
        return able[0].id
    return nearest.id


def _is_able(hospital: Hospital, wanted: Sequence[str]) -> bool:
    """Has one of the capabilities and does not ask to be spared it."""
    return any(one in hospital.capabilities and one not in hospital.diversion for one in wanted)
