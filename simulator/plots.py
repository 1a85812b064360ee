"""The plots of a report, in one language at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go
from plotly.colors import sample_colorscale

from dispatch.domain.clock import LOCAL
from simulator.plot_style import GROUND, INK, NOTHING, TEXT, Say, titled
from simulator.plots_of_time import coverage, queue
from simulator.results import EIGHT_MIN_S, FIFTEEN_MIN_S, Outcomes, utilisation

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.city import CityWorld

DAYS_VI = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")
DAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LEVELS = {1: ("Đỏ", "Red"), 2: ("Cam", "Orange"), 3: ("Vàng", "Yellow"), 4: ("Xanh", "Green")}
LEVEL_COLOURS = {1: "#d5281e", 2: "#e8770c", 3: "#d9a900", 4: "#2f8f4e"}
BAD_TO_GOOD = "RdYlBu"
"""Red to blue: most who see few colours tell them apart."""
LONGEST_MIN = 60
HOSPITALS_MOST = 40
SHORTER = (
    ("Trạm cấp cứu vệ tinh ", ""), ("Trạm vệ tinh ", ""), (" satellite station", ""), ("Bệnh viện", "BV"),
    ("Trung tâm Y tế", "TTYT"), ("Phòng khám", "PK"), ("Đa khoa", "ĐK"), (" Hospital", ""),
)  # fmt: skip
TARGET_LINE = {"dash": "dash", "color": TEXT, "width": 1.5}


def figures(outcomes: Outcomes, start: datetime, world: CityWorld | None, say: Say) -> dict[str, Any]:
    """Every plot that there is something to show in, by name, in order."""
    seen = outcomes.counted & outcomes.served & (outcomes.day.calls.kind == 0)
    made: dict[str, Any] = {}
    if seen.any():
        made["response"] = response(outcomes.response_s[seen], say)
        made["priority"] = by_priority(outcomes, seen, say)
        made["hours"] = by_hour(outcomes, seen, start, say)
    made["queue"] = queue(outcomes, start, say)
    if world is not None:
        made["coverage"] = coverage(outcomes, world, start, say)
    if world is not None and seen.any():
        made["wards"] = by_ward(outcomes, seen, world, say)
    made["units"] = by_unit(outcomes, say)
    if world is not None:
        made["stations"] = by_station(outcomes, world, say)
        made["hospitals"] = by_hospital(outcomes, world, say)
    return made


def response(response_s: np.ndarray, say: Say) -> go.Figure:
    """How many calls were reached in each minute, and the share reached by then."""
    minutes = np.minimum(response_s / 60, LONGEST_MIN)
    counts, edges = np.histogram(minutes, np.arange(0, LONGEST_MIN + 1))
    middle = ((edges[:-1] + edges[1:]) / 2).tolist()
    share = (np.cumsum(counts) / len(minutes)).tolist()
    figure = go.Figure()
    figure.add_bar(x=middle, y=counts.tolist(), name=say("ca", "calls"), marker_color=INK, opacity=0.6)
    figure.add_scatter(
        x=edges[1:].tolist(), y=share, yaxis="y2", name=say("tỷ lệ đến kịp", "share reached"), line_color=TEXT
    )
    for row, limit_s in enumerate((EIGHT_MIN_S, FIFTEEN_MIN_S)):
        reached = f"{100 * float((response_s <= limit_s).mean()):.1f}"
        told = f"{limit_s / 60:.0f} {say('phút', 'min')}: {say(reached.replace('.', ','), reached)} %"
        low = {
            "annotation_y": 0.5 - 0.12 * row,
            "annotation_bgcolor": GROUND,
        }  # one below the other, on narrow pages too
        figure.add_vline(x=limit_s / 60, line=TARGET_LINE, opacity=1, annotation_text=told, **low)
    return titled(
        figure,
        say("Thời gian đáp ứng (từ khi nhấc máy)", "Response time (from the answer)"),
        say("phút", "minutes"),
        say("số ca", "calls"),
    ).update_layout(yaxis2={"overlaying": "y", "side": "right", "range": [0, 1.02], "dtick": 0.2, "tickformat": ".0%"})


def by_priority(outcomes: Outcomes, seen: np.ndarray, say: Say) -> go.Figure:
    """The share of each level that is reached by each minute."""
    figure = go.Figure()
    priority = outcomes.day.calls.priority
    edges = np.arange(0, LONGEST_MIN + 1)
    for level in sorted({int(one) for one in priority[seen]}):
        minutes = outcomes.response_s[seen & (priority == level)] / 60
        share = [float((minutes <= edge).mean()) for edge in edges]
        vi, en = LEVELS.get(level, (str(level), str(level)))
        figure.add_scatter(
            x=edges.tolist(), y=share, name=f"{say(vi, en)} ({len(minutes)})", line_color=LEVEL_COLOURS.get(level)
        )
    for limit_s in (EIGHT_MIN_S, FIFTEEN_MIN_S):
        figure.add_vline(x=limit_s / 60, line=TARGET_LINE, opacity=1)
    title = say("Tỷ lệ đến kịp theo mức ưu tiên", "Share reached, by level")
    return titled(figure, title, say("phút", "minutes"), "").update_yaxes(tickformat=".0%", range=[0, 1.02])


def by_hour(outcomes: Outcomes, seen: np.ndarray, start: datetime, say: Say) -> go.Figure:
    """Mean response in each hour of the week, local time."""
    local = start.astimezone(LOCAL)
    first_s = local.weekday() * 86_400.0 + local.hour * 3600.0 + local.minute * 60.0
    hour = ((outcomes.day.calls.at_s[seen] + first_s) // 3600).astype(np.int64) % 168
    count = np.bincount(hour, minlength=168)
    total_s = np.bincount(hour, weights=outcomes.response_s[seen], minlength=168)
    minutes = [float(t / n / 60) if n else None for t, n in zip(total_s, count, strict=True)]
    mean, calls = [minutes[d * 24 : d * 24 + 24] for d in range(7)], count.reshape(7, 24).tolist()
    days = [say(vi, en) for vi, en in zip(DAYS_VI, DAYS_EN, strict=True)]
    told = f"%{{y}} %{{x}}h: %{{z:.1f}} {say('phút', 'min')}, n = %{{customdata}}<extra></extra>"
    figure = go.Figure(
        go.Heatmap(
            z=mean, x=list(range(24)), y=days, colorscale=BAD_TO_GOOD, reversescale=True,
            customdata=calls, hovertemplate=told,
            meta=[say("trung bình (phút)", "mean (minutes)"), say("ca", "calls")],
        )
    )  # fmt: skip
    title = say("Đáp ứng trung bình theo giờ (phút)", "Mean response by hour (minutes)")
    figure = titled(figure, title, say("giờ", "hour"), "").update_yaxes(autorange="reversed")
    return figure.update_xaxes(dtick=3, range=[-0.5, 23.5])


def by_ward(outcomes: Outcomes, seen: np.ndarray, world: CityWorld, say: Say) -> go.Figure:
    """The share reached within 15 minutes in each new ward; wards without calls are grey."""
    row = {ward.code: at for at, ward in enumerate(world.pack.wards)}
    new = np.array([row[ward.new_ward] for ward in world.wards])
    zone = outcomes.day.calls.zone
    mine = seen & (zone >= 0)
    at = new[zone[mine]]
    count = np.bincount(at, minlength=len(row))
    kept = np.bincount(at, weights=outcomes.response_s[mine] <= FIFTEEN_MIN_S, minlength=len(row))
    share = [float(kept[i] / count[i]) if count[i] else None for i in range(len(row))]
    figure = go.Figure()
    for index, outline in enumerate(world.pack.outlines):
        if count[index] == 0 and world.pack.wards[index].population_2019 is None:
            continue
        x, y = _outline(outline)
        value = share[index]
        ward = world.pack.wards[index]
        told = "–" if value is None else f"{value:.0%}"
        figure.add_scatter(
            x=x, y=y, fill="toself", mode="lines", line={"width": 0.5, "color": GROUND}, showlegend=False,
            fillcolor=NOTHING if value is None else sample_colorscale(BAD_TO_GOOD, [value])[0],
            text=f"{say(ward.name, ward.name_en)}: {told}, n = {int(count[index])}", hoverinfo="text", hoveron="fills",
            meta=[say(ward.name, ward.name_en), value, int(count[index])],
        )  # fmt: skip
    figure.add_scatter(  # draws nothing: what the colours mean
        x=[None], y=[None], mode="markers", showlegend=False, hoverinfo="skip",
        marker={
            "colorscale": BAD_TO_GOOD, "cmin": 0, "cmax": 1, "color": [0], "showscale": True,
            "colorbar": {"tickformat": ".0%", "len": 0.6, "thickness": 14},
        },
    )  # fmt: skip
    figure.add_scatter(
        x=[one.lon for one in world.stations], y=[one.lat for one in world.stations], mode="markers", showlegend=False,
        text=[one.id for one in world.stations], hoverinfo="text",
        marker={"color": TEXT, "size": 5, "symbol": "cross"},
    )  # fmt: skip
    title = say(
        "Tỷ lệ đến trong 15 phút theo phường; + là trạm, xám là không có ca",
        "Share reached within 15 minutes by ward; + is a station, grey had no calls",
    )
    plain = {"visible": False}
    return titled(figure, title, "", "").update_layout(xaxis=plain, yaxis=plain | {"scaleanchor": "x"}, height=640)


def by_unit(outcomes: Outcomes, say: Say) -> go.Figure:
    """The share of the time that each unit was on a run, the busiest first."""
    shares = sorted(utilisation(outcomes).items(), key=lambda pair: (-pair[1], pair[0]))
    figure = go.Figure(go.Bar(x=[unit for unit, _ in shares], y=[share for _, share in shares], marker_color=INK))
    title = say("Tỷ lệ thời gian bận của từng kíp", "Utilisation of each unit")
    return titled(figure, title, "", "").update_yaxes(tickformat=".0%")


def by_station(outcomes: Outcomes, world: CityWorld, say: Say) -> go.Figure:
    """The mean share of the time that a station's units were on a run, the busiest first."""
    busy, units = utilisation(outcomes), outcomes.day.units
    shares = [[busy[unit.id] for unit in units if unit.station == row] for row in range(len(world.stations))]
    names = {row.id: say(_short(row.name_vi), _short(row.name_en)) for row in world.pack.stations}
    rows = sorted((-sum(mine) / len(mine), row, len(mine)) for row, mine in enumerate(shares) if mine)
    told = [
        (
            names.get(world.stations[row].id, world.stations[row].id),
            -share,
            say(f"{count} xe", "1 unit" if count == 1 else f"{count} units"),
        )
        for share, row, count in rows
    ]
    title = say("Tỷ lệ thời gian bận theo trạm", "Utilisation by station")
    return _lying(told, title).update_xaxes(tickformat=".0%")


def by_hospital(outcomes: Outcomes, world: CityWorld, say: Say) -> go.Figure:
    """Mean time from arrival to handover at each hospital that received anybody, the most visited first."""
    rows = outcomes.main[outcomes.main >= 0]
    place = outcomes.day.runs.column("hospital")[rows].astype(np.int64) - world.first_hospital
    took_s = outcomes.span("at_hospital_s", "handover_s")[outcomes.main >= 0][place >= 0]
    place = place[place >= 0]
    count = np.bincount(place, minlength=len(world.hospitals))
    mean = np.bincount(place, weights=took_s, minlength=len(world.hospitals)) / np.maximum(count, 1) / 60
    order = [int(at) for at in np.argsort(-count, kind="stable") if count[at]][:HOSPITALS_MOST]
    told = [
        (
            say(_short(world.hospitals[at].name_vi), _short(world.hospitals[at].name_en)),
            float(mean[at]),
            f"n = {int(count[at])}",
        )
        for at in order
    ]
    title = say(
        "Bàn giao trung bình tại bệnh viện (phút), nơi nhận nhiều nhất trước",
        "Mean handover at the hospital (minutes), the most visited first",
    )
    return _lying(told, title)


def _lying(rows: list[tuple[str, float, str]], title: str) -> go.Figure:
    """Bars that lie, so that long names can be read: name, length, and what stands in the bar."""
    names, values, texts = ([row[at] for row in rows] for at in range(3))
    figure = go.Figure(go.Bar(x=values, y=names, text=texts, orientation="h", marker_color=INK))
    height = 110 + 20 * len(rows)
    return titled(figure, title, "", "").update_yaxes(autorange="reversed").update_layout(height=height)


def _short(name: str) -> str:
    """What all names share is left out or abbreviated."""
    for long, short in SHORTER:
        name = name.replace(long, short)
    return name


def _outline(shape: Any) -> tuple[list[float | None], list[float | None]]:
    """A polygon's rings one after the other, parted by gaps."""
    x: list[float | None] = []
    y: list[float | None] = []
    for part in getattr(shape, "geoms", [shape]):
        for lon, lat in part.simplify(0.0005).exterior.coords:
            x.append(round(lon, 5))
            y.append(round(lat, 5))
        x.append(None)
        y.append(None)
    return x[:-1], y[:-1]
