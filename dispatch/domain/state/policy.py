"""The policy in force."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec


class PolicyInForce(msgspec.Struct, frozen=True, kw_only=True):
    """What differs from the defaults, who set it, when and why; all of it absent until somebody does."""

    sections: dict[str, dict[str, Any]] = {}
    reason: str | None = None
    approved_by: str | None = None
    set_by: str | None = None
    set_at: datetime | None = None
    version: int = 0
