"""
The fitted curves → `hours.csv` (share of the free-flow speed) and the parts of the variance → `spread.csv`.

Reports compare hours, not hours with an empty street. Two statements close that gap. By day: the best hours flow at
the level of service reported in them, `day_level` (reported ways are busy ones: rather too slow than too fast). By
night hardly anybody reports, and who does is stuck: between 23:00 and 06:00 the curve is pulled to free flow as if
`NIGHT_PRIOR` further reports had said so (guess), the same for every day of the week.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
from fit import HOURS, SATURDAY, Fit
from sources import AREAS, GROUPS, LEVELS, Floats, Reports
from variance import BANDS, Part, split_variance

DAYS: Final = 7
NIGHT: Final = (23, 0, 1, 2, 3, 4, 5)
NIGHT_PRIOR: Final = 200
# So many best hours of a working day make the day's reference.
BEST: Final = 3
# A road reported in fewer half hours was reported because it was jammed.
OFTEN: Final = 8
SLOWEST: Final = 0.2
# A band of hours counts as much as the whole day when it was seen on so many dates (guess).
BAND_PRIOR: Final = 20


def write_hours(fit: Fit, levels: Reports, speeds: Reports) -> str:
    """One row a group, area and hour of the week; what is counted are way-half-hours and road-hours."""
    day_kind = np.array([0, 0, 0, 0, 0, SATURDAY, SATURDAY])
    of_level = np.zeros((len(GROUPS), len(AREAS), HOURS), dtype=np.int64)
    placed = levels.area >= 0
    np.add.at(of_level, (levels.group[placed], levels.area[placed], levels.hour[placed]), 1)
    of_speed = np.zeros((DAYS, HOURS), dtype=np.int64)
    np.add.at(of_speed, (day_kind[speeds.day % DAYS], speeds.hour), 1)
    level = np.log(day_level(fit, levels)[0])
    heard = np.bincount(levels.hour, minlength=HOURS) + np.bincount(speeds.hour, minlength=HOURS)
    night = np.isin(np.arange(HOURS), NIGHT)
    believed = np.where(night, heard / (heard + NIGHT_PRIOR), 1.0)

    def rows() -> Iterator[tuple[object, ...]]:
        for group, group_name in enumerate(GROUPS):
            for area, area_name in enumerate(AREAS):
                working = fit.curve(group, area, 0)
                reference = np.sort(working)[-BEST:].mean() - level
                for day in range(DAYS):
                    curve = np.where(night, working, fit.curve(group, area, int(day_kind[day]))) - reference
                    share = np.clip(np.exp(curve * believed), SLOWEST, 1.0)
                    for hour in range(HOURS):
                        counts = of_level[group, area, hour], of_speed[day_kind[day], hour]
                        yield group_name, area_name, day * HOURS + hour, f"{share[hour]:.3f}", *counts

    return _to_csv(("group", "area", "hour", "share", "level_reports", "speed_reports"), rows())


def day_level(fit: Fit, levels: Reports) -> tuple[float, Part]:
    """
    Speed in the best hours as a share of what level A means, over ways reported often; and how far ways differ.

    The difference is what is left of their variance when the noise of each mean is taken off.
    """
    best = np.argsort(fit.effects["city"][0])[-2 * BEST :]
    often = (np.bincount(levels.road)[levels.road] >= OFTEN) & np.isin(levels.hour, best)
    count = np.bincount(levels.road[often])
    mean = np.bincount(levels.road[often], levels.log_ratio[often])[count > 0] / count[count > 0]
    variance = mean.var() - (fit.noise[0] ** 2 / count[count > 0]).mean()
    return float(np.exp(mean.mean()) / LEVELS[0]), Part(float(np.sqrt(max(variance, 0.0))), len(mean))


def write_spread(fit: Fit, levels: Reports, speeds_10min: Reports) -> str:
    """`common` by hour of the day, then `trip`, `piece` and `road`, each a standard deviation of log speed."""
    whole = split_variance(speeds_10min)
    by_hour: dict[int, tuple[float, int]] = {}
    for hours in BANDS.values():
        part = split_variance(speeds_10min, hours)["common"]
        dates = len(np.unique(speeds_10min.day[np.isin(speeds_10min.hour, hours)]))
        variance = (dates * part.sd**2 + BAND_PRIOR * whole["common"].sd ** 2) / (dates + BAND_PRIOR)
        by_hour |= dict.fromkeys(hours, (variance**0.5, dates))
    rows: list[tuple[object, ...]] = [
        ("common", hour, f"{sd:.3f}", dates) for hour, (sd, dates) in sorted(by_hour.items())
    ]
    parts = {"trip": whole["trip"], "piece": whole["piece"], "road": day_level(fit, levels)[1]}
    rows += [(name, "", f"{part.sd:.3f}", part.observations) for name, part in parts.items()]
    return _to_csv(("part", "hour", "sd", "observations"), rows)


def column_of(hours_csv: str, name: str) -> Floats:
    """One column of the table as (group, area, 168), for the plot."""
    values = [float(row[name]) for row in csv.DictReader(io.StringIO(hours_csv))]
    return np.array(values).reshape(len(GROUPS), len(AREAS), DAYS * HOURS)


def _to_csv(columns: Iterable[str], rows: Iterable[tuple[object, ...]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()
