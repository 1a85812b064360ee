"""Small multiples as plain SVG: share of the free-flow speed by hour, one panel a road group and area."""

from __future__ import annotations

from typing import Final

import numpy as np
from fit import HOURS
from sources import AREAS, GROUPS, Floats

PANEL: Final = (300, 150)
GAP: Final = (34, 62)
MARGIN: Final = (186, 96)
LOWEST: Final = 0.4
# Fewer reports than this in a cell's hour: the value leans on its group and the city.
THIN: Final = 10
GROUP_LABELS: Final = {
    "main": "motorway, trunk, primary",
    "collector": "secondary, tertiary",
    "local": "everything smaller",
}
AREA_LABELS: Final = {
    "centre": "centre: 13 existing inner districts",
    "inner": "inner: 2, 7, 9, 12, Bình Tân, Thủ Đức",
    "outer": "outer: everywhere else",
}
# Day, first hour of it in the week, stroke, dashes.
DAYS: Final = (
    ("Monday–Friday", 0, "#1b4f72", ""),
    ("Saturday, Sunday", 120, "#ca6f1e", "6 3"),
)


def draw_hours(share: Floats, reports: Floats) -> str:
    """The picture; `share` and `reports` are (group, area, hour of the week)."""
    width = MARGIN[0] + len(AREAS) * (PANEL[0] + GAP[0])
    height = MARGIN[1] + len(GROUPS) * (PANEL[1] + GAP[1])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'font-family="system-ui, sans-serif" font-size="12" fill="#222">',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        '<text x="16" y="26" font-size="17" font-weight="600">Speed as a share of free flow, by local hour</text>',
        f'<text x="16" y="46" fill="#555">bars: reports behind the hour in this cell (all days), grey where fewer than '
        f"{THIN}: there the value leans on its group and the city</text>",
        *_legend(width),
    ]
    for row, group in enumerate(GROUPS):
        for column, area in enumerate(AREAS):
            x = MARGIN[0] + column * (PANEL[0] + GAP[0])
            y = MARGIN[1] + row * (PANEL[1] + GAP[1])
            parts.append(f'<g transform="translate({x} {y})">')
            if row == 0:
                parts.append(f'<text y="-12" font-weight="600">{AREA_LABELS[area]}</text>')
            if column == 0:
                parts.append(f'<text x="-170" y="60" font-weight="600">{group}</text>')
                parts.append(f'<text x="-170" y="78" font-size="10.5" fill="#555">{GROUP_LABELS[group]}</text>')
            parts += _axes() + _bars(reports[row, column, :HOURS], float(reports.max())) + _lines(share[row, column])
            parts.append("</g>")
    return "\n".join([*parts, "</svg>"]) + "\n"


def _legend(width: int) -> list[str]:
    parts = []
    for index, (name, _, colour, dashes) in enumerate(DAYS):
        x = width - 300 + index * 132
        parts.append(f'<path d="M{x} 22h22" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"/>')
        parts.append(f'<text x="{x + 26}" y="26">{name}</text>')
    return parts


def _axes() -> list[str]:
    parts = []
    for value in np.arange(LOWEST, 1.01, 0.2):
        y = _y(float(value))
        parts.append(f'<path d="M0 {y:.1f}h{PANEL[0]}" stroke="#e3e3e3"/>')
        parts.append(f'<text x="-6" y="{y + 4:.1f}" text-anchor="end" font-size="10.5">{value:.1f}</text>')
    for hour in range(0, HOURS + 1, 6):
        x = _x(hour)
        parts.append(f'<path d="M{x:.1f} 0v{PANEL[1]}" stroke="#eee"/>')
        parts.append(f'<text x="{x:.1f}" y="{PANEL[1] + 40}" text-anchor="middle" font-size="10.5">{hour:02}</text>')
    return parts


def _bars(reports: Floats, most: float) -> list[str]:
    base, tall = PANEL[1] + 26, 22
    parts = []
    for hour, count in enumerate(reports.tolist()):
        # A root keeps hours with ten reports visible beside those with hundreds.
        rise = tall * float(np.sqrt(count / most))
        colour = "#9fb8cc" if count >= THIN else "#c4c4c4"
        parts.append(
            f'<rect x="{_x(hour) + 1:.1f}" y="{base - rise:.1f}" width="{PANEL[0] / HOURS - 2:.1f}" '
            f'height="{rise:.1f}" fill="{colour}"><title>{hour:02}:00: {count:.0f} reports</title></rect>'
        )
    return parts


def _lines(share: Floats) -> list[str]:
    parts = []
    for _, first, colour, dashes in DAYS:
        values = share[first : first + HOURS].tolist()
        steps = " ".join(
            f"{'M' if hour == 0 else 'L'}{_x(hour):.1f} {_y(value):.1f}H{_x(hour + 1):.1f}"
            for hour, value in enumerate(values)
        )
        parts.append(
            f'<path d="{steps}" fill="none" stroke="{colour}" stroke-width="1.8" stroke-dasharray="{dashes}"/>'
        )
    return parts


def _x(hour: float) -> float:
    return PANEL[0] * hour / HOURS


def _y(share: float) -> float:
    return PANEL[1] * (1.0 - share) / (1.0 - LOWEST)
