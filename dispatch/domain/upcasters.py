"""
Events of older versions, brought to the form that this one reads. What is stored stays as it was written.

A field that was added with a default needs none. One function here for each event that changed otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

Fields = dict[str, Any]


def upcast(type_name: str, data: Fields, at: datetime) -> Fields:
    """The fields of an event as this version has them; `at` is when it happened."""
    change = _CHANGES.get(type_name)
    return change(data, at) if change else data


def _alarm_raised(data: Fields, at: datetime) -> Fields:
    """Until November 2026 an alarm stood on its incident's stream and knew neither what it was about nor since when."""
    if "about" in data:
        return data
    return {**data, "about": f"incident:{data['incident_id']}", "since": at.isoformat(), "threshold_s": 0.0}


_CHANGES: dict[str, Callable[[Fields, datetime], Fields]] = {"AlarmRaised": _alarm_raised}
