"""What triage has found about a call, and the protocol in force."""

from __future__ import annotations

from datetime import datetime

import msgspec

from dispatch.domain.words import Level


class Triage(msgspec.Struct, frozen=True, kw_only=True):
    """The last assessment: codes of the package of that hash, never answers."""

    level: Level
    package_hash: str
    at: datetime
    chapter: str | None = None
    criteria: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


class ProtocolInForce(msgspec.Struct, frozen=True, kw_only=True):
    """Which package holds and who adopted it; all of it absent before the first. `approved_by` None: unsigned."""

    package_id: str | None = None
    package_version: str | None = None
    package_hash: str | None = None
    approved_by: str | None = None
    effective: str | None = None
    set_by: str | None = None
    set_at: datetime | None = None
    version: int = 0
