"""Figures and words as a dispatcher says them, in Vietnamese and English."""

from __future__ import annotations

from datetime import datetime, timedelta

from dispatch.assignment.recommendation import Text
from dispatch.domain.words import Level, UnitStatus

CITY_TIME = timedelta(hours=7)
"""UTC+7 all year."""

LEVEL_NAMES: dict[Level, Text] = {
    1: Text("đỏ", "red"),
    2: Text("cam", "orange"),
    3: Text("vàng", "yellow"),
    4: Text("xanh", "green"),
}

BUSY_WITH: dict[UnitStatus, Text] = {
    "offered": Text("trạm đang được hỏi", "station is being asked"),
    "dispatched": Text("đã nhận ca", "has accepted a call"),
    "en_route": Text("đang đến hiện trường", "on its way to a scene"),
    "on_scene": Text("đang ở hiện trường", "at a scene"),
    "transporting": Text("đang chở người bệnh", "conveying a patient"),
    "at_hospital": Text("đang ở bệnh viện", "at a hospital"),
    "on_break": Text("đang nghỉ", "on a break"),
}


def duration(seconds: float) -> Text:
    """`Text("2 phút 10 giây", "2 min 10 s")`; from an hour on without seconds."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        parts = [(hours, "giờ", "h"), (minutes, "phút", "min")]
    else:
        parts = [(minutes, "phút", "min"), (rest, "giây", "s")]
    said = [part for part in parts if part[0]] or [parts[-1]]
    return Text(
        " ".join(f"{count} {vi}" for count, vi, _ in said),
        " ".join(f"{count} {en}" for count, _, en in said),
    )


def clock(at: datetime) -> str:
    """The city's time of day, `09:41`."""
    return (at + CITY_TIME).strftime("%H:%M")


def percent(share: float) -> Text:
    """`Text("1,2 %", "1.2%")`."""
    figure = f"{100 * share:.1f}"
    return Text(f"{figure.replace('.', ',')} %", f"{figure}%")


def join(parts: list[Text]) -> Text:
    """Remarks in a row."""
    return Text("; ".join(part.vi for part in parts), "; ".join(part.en for part in parts))
