"""
The centre's indicators duty day by duty day (from 06:30), as docs/domain.md reads them, and those that no simulation
can know. Unconfirmed until 115 signs. A stamp that is missing is left out, never imputed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dispatch.domain.clock import DUTY_DAY_STARTS, LOCAL, duty_day
from simulator.results import FIFTEEN_MIN_S, Outcomes

Floats = NDArray[np.float64]
DAY_S = 86_400.0
KNOWN = {
    "cs5": ("CS5 = CS7", "tiếp nhận / chuyển trạm", "accepted / offered"),
    "cs12": ("CS12 = CS22", "nhấc máy → xe ra (s)", "answer → vehicle out (s)"),
    "cs14": ("CS14 = CS23", "xe ra → hiện trường (s)", "vehicle out → scene (s)"),
    "cs24": ("CS24", "tại hiện trường (s)", "on scene (s)"),
    "cs25": ("CS25", "đến viện − đến hiện trường (s)", "hospital arrival − scene arrival (s)"),
    "cs26": ("CS26", "bàn giao (s)", "handover (s)"),
    "cs38": ("CS38", "hiệu suất xe", "utilisation"),
}
"""By key: the indicator, Vietnamese, English."""
NOT_KNOWN = (
    ("CS2", "cuộc gọi được nhấc máy: không ai bỏ máy khi mô phỏng", "calls answered: nobody hangs up here"),
    ("CS3, CS4", "cuộc gọi có nội dung, ca cấp cứu trên đó: chỉ mô phỏng ca có xe",
     "calls with content, emergencies among them: only what takes a unit is simulated"),
    ("CS8", "hủy, quấy rối, không có người bệnh: không có ai hủy giữa đường",
     "cancelled, prank, no patient: nobody cancels on the way"),
    ("CS37", "tỷ lệ xe có GPS: mọi xe đều có", "share with GPS: every unit has it"),
)  # fmt: skip


def by_duty_day(outcomes: Outcomes, start: datetime) -> list[dict[str, Any]]:
    """One row a duty day after the warm-up; a day that the run cuts short says so by its hours."""
    day, calls = outcomes.day, outcomes.day.calls
    mine = outcomes.counted & (calls.kind == 0)
    first = _first_boundary_s(start)
    number = np.floor((calls.at_s - first) / DAY_S).astype(np.int64)
    stamps = outcomes.stamps()
    spans = {
        "cs12": stamps["en_route_s"] - calls.at_s,
        "cs14": stamps["on_scene_s"] - stamps["en_route_s"],
        "cs24": stamps["left_s"] - stamps["on_scene_s"],
        "cs25": stamps["at_hospital_s"] - stamps["on_scene_s"],
        "cs26": stamps["handover_s"] - stamps["at_hospital_s"],
    }
    accepted, offered = _offers(outcomes)
    begins_s = np.array([run.accepted_s for run in day.runs])
    ends_s = np.nan_to_num(np.array([run.free_s for run in day.runs]), nan=day.rules.until_s)
    rows = []
    for one in range(
        int(np.floor((outcomes.warm_up_s - first) / DAY_S)), int(np.ceil((day.rules.until_s - first) / DAY_S))
    ):
        from_s = max(outcomes.warm_up_s, first + one * DAY_S)
        until_s = min(day.rules.until_s, first + (one + 1) * DAY_S)
        if until_s - from_s < 60.0:
            continue
        of_day, all_of_day = mine & (number == one), outcomes.counted & (number == one)
        response_s = outcomes.response_s[of_day & outcomes.served]
        rows.append(
            {
                "day": duty_day(start + timedelta(seconds=from_s)).isoformat(),
                "hours": round((until_s - from_s) / 3600, 1),
                "emergencies": int(of_day.sum()),
                "response_s": _mean(response_s),
                "within_15": float((response_s <= FIFTEEN_MIN_S).mean()) if len(response_s) else None,
                "cs5": float(accepted[all_of_day].sum() / offered[all_of_day].sum())
                if offered[all_of_day].any()
                else None,
                **{key: _mean(values[of_day]) for key, values in spans.items()},
                "cs38": _busy(begins_s, ends_s, from_s, until_s) / max(1, len(day.units)),
            }
        )
    return rows


def _first_boundary_s(start: datetime) -> float:
    """When the duty day of the start began, in seconds since the start: 0 or below."""
    local = start.astimezone(LOCAL)
    begins = datetime.combine(duty_day(start), datetime.min.time(), LOCAL) + DUTY_DAY_STARTS
    return (begins - local).total_seconds()


def _offers(outcomes: Outcomes) -> tuple[Floats, Floats]:
    """By call: offers accepted, and offers made. A unit that is diverted was not asked."""
    day = outcomes.day
    turned = {(run.unit, run.free_s) for run in day.runs if run.outcome == "diverted"}
    accepted = np.zeros(len(day.calls))
    for run in day.runs:
        accepted[run.call] += (run.unit, run.offered_s) not in turned
    return accepted, np.asarray(day.asked, dtype=np.float64)


def _busy(begins_s: Floats, ends_s: Floats, from_s: float, until_s: float) -> float:
    """Units on a run, on average over these hours."""
    busy_s = np.clip(ends_s, from_s, until_s) - np.clip(begins_s, from_s, until_s)
    return float(busy_s.sum() / (until_s - from_s))


def _mean(values: Floats) -> float | None:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else None
