"""Hospitals."""

from __future__ import annotations

import msgspec

from dispatch.domain.words import HospitalCapability


class Hospital(msgspec.Struct, kw_only=True):
    id: str
    name: str
    name_en: str
    lon: float
    lat: float
    emergency: bool
    capabilities: tuple[HospitalCapability, ...] = ()
    diversion: tuple[HospitalCapability, ...] = ()
    version: int = 0
