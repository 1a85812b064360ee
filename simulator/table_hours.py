"""
The kinds of hour that a travel table knows: hours of the week whose streets are about equally slow share a band, and
each band's times are those of one hour of it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from dispatch.domain.clock import LOCAL
from routing.hours import HOURS_FILE, HourOfWeek
from routing.travel_times import TRAFFIC_DIR
from simulator.places import HOURS

STEP = 0.04
"""Hours share a band when their mean share of the free-flow speed rounds to the same multiple of this (guess)."""
MONDAY = datetime(2026, 3, 2, tzinfo=LOCAL)


def hours_of(city: Path) -> HourOfWeek | None:
    """The usual traffic of a built city, if it has any."""
    folder = city / TRAFFIC_DIR
    return HourOfWeek.load(folder) if (folder / HOURS_FILE).exists() else None


def hours_of_bands(city: Path) -> list[int | None]:
    """The hour of the week that each band of the usual table was taken from."""
    return bands_of(hours_of(city))[1]


def bands_of(hours: HourOfWeek | None) -> tuple[list[int], list[int | None]]:
    """Each hour's band, and the hour that each band's times are taken from; None: empty streets."""
    if hours is None:
        return [0] * HOURS, [None]
    share = hours.share[:, :-1].mean(axis=1)
    levels, band = np.unique(np.rint(share / STEP), return_inverse=True)
    middle = [
        int(np.flatnonzero(band == one)[np.argsort(share[band == one])[(band == one).sum() // 2]])
        for one in range(len(levels))
    ]
    return band.tolist(), list(middle)


def moment_of(hour: int | None) -> datetime | None:
    """A moment in that hour of the week."""
    return None if hour is None else MONDAY + timedelta(hours=hour, minutes=30)
