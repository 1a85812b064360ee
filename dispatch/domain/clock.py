"""
Local time, the duty day (ngày trực), which starts at 06:30 local, UTC+7 without summer time, and how far the clocks of
others are trusted.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone

LOCAL = timezone(timedelta(hours=7), "ICT")
DUTY_DAY_STARTS = timedelta(hours=6, minutes=30)

CLOCK_TOLERANCE = timedelta(minutes=2)
"""A device's clock may be ahead of ours by this much (guess)."""


def duty_day_start(day: date) -> datetime:
    """When a duty day begins."""
    return datetime.combine(day, time(), LOCAL) + DUTY_DAY_STARTS


def duty_day(at: datetime) -> date:
    """The duty day of an aware time: calls before 06:30:00 local belong to the day before."""
    return (at.astimezone(LOCAL) - DUTY_DAY_STARTS).date()
