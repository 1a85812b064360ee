"""Stations."""

from __future__ import annotations

import msgspec

from dispatch.domain.words import StationKind


class Station(msgspec.Struct, kw_only=True):
    id: str
    name: str
    name_en: str
    kind: StationKind
    can_refuse: bool
    lon: float
    lat: float
    phone: str | None = None
    offered: int = 0
    accepted: int = 0
    refused: int = 0
    silent: int = 0
    version: int = 0
