"""
The centre's indicators duty day by duty day (from 06:30), as docs/domain.md reads them, and those that no simulation
can know. Unconfirmed until 115 signs. A stamp that is missing is left out, never imputed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dispatch.domain.clock import DUTY_DAY_STARTS, LOCAL, duty_day
from simulator.results import FIFTEEN_MIN_S, Outcomes
from simulator.runs import OUTCOMES

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
    days = [
        (max(outcomes.warm_up_s, first + one * DAY_S), min(day.rules.until_s, first + (one + 1) * DAY_S), one)
        for one in range(
            int(np.floor((outcomes.warm_up_s - first) / DAY_S)), int(np.ceil((day.rules.until_s - first) / DAY_S))
        )
    ]
    days = [one for one in days if one[1] - one[0] >= 60.0]
    number = np.floor((calls.at_s - first) / DAY_S).astype(np.int64)
    parts = [slice(*np.searchsorted(number, (one, one + 1)).tolist()) for _, _, one in days]
    accepted, offered = _offers(outcomes)
    busy = _busy(outcomes, [(from_s, until_s) for from_s, until_s, _ in days])
    rows: list[dict[str, Any]] = []
    for (from_s, until_s, _), part, units in zip(days, parts, busy, strict=True):
        all_of_day, response_s = outcomes.counted[part], outcomes.response_s[part]
        response_s = response_s[mine[part] & outcomes.served[part]]
        asked = offered[part][all_of_day]
        rows.append(
            {
                "day": duty_day(start + timedelta(seconds=from_s)).isoformat(),
                "hours": round((until_s - from_s) / 3600, 1),
                "emergencies": int(mine[part].sum()),
                "response_s": _mean(response_s),
                "within_15": float((response_s <= FIFTEEN_MIN_S).mean()) if len(response_s) else None,
                "cs5": float(accepted[part][all_of_day].sum() / asked.sum()) if asked.any() else None,
                "cs38": units / max(1, len(day.units)),
            }
        )
    for key, took_s in _spans(outcomes):
        for row, part in zip(rows, parts, strict=True):
            row[key] = _mean(took_s[part][mine[part]])
    return rows


def _spans(outcomes: Outcomes) -> Iterator[tuple[str, Floats]]:
    """One after the other: each takes eight bytes a call."""
    yield "cs12", outcomes.stamp("en_route_s") - outcomes.day.calls.at_s
    yield "cs14", outcomes.span("en_route_s", "on_scene_s")
    yield "cs24", outcomes.span("on_scene_s", "left_s")
    yield "cs25", outcomes.span("on_scene_s", "at_hospital_s")
    yield "cs26", outcomes.span("at_hospital_s", "handover_s")


def _first_boundary_s(start: datetime) -> float:
    """When the duty day of the start began, in seconds since the start: 0 or below."""
    local = start.astimezone(LOCAL)
    begins = datetime.combine(duty_day(start), datetime.min.time(), LOCAL) + DUTY_DAY_STARTS
    return (begins - local).total_seconds()


def _offers(outcomes: Outcomes) -> tuple[Floats, Floats]:
    """By call: offers accepted, and offers made. A unit that is diverted was not asked."""
    day = outcomes.day
    turned = {
        (row["unit"], row["free_s"])
        for block in day.runs.blocks()
        for row in block[block["outcome"] == OUTCOMES.index("diverted")]
    }
    accepted = np.zeros(len(day.calls))
    for block in day.runs.blocks():
        np.add.at(accepted, block["call"], 1.0)
        if turned:
            for row in block[np.isin(block["offered_s"], [at_s for _, at_s in turned])]:
                accepted[row["call"]] -= (row["unit"], row["offered_s"]) in turned
    return accepted, np.asarray(day.asked, dtype=np.float64)


def _busy(outcomes: Outcomes, spans: Sequence[tuple[float, float]]) -> list[float]:
    """Units on a run, on average over the hours of each of these spans, which follow each other."""
    day, edges = outcomes.day, np.array([span[0] for span in spans] + [span[1] for span in spans[-1:]])
    busy_s = np.zeros(len(spans))
    for block in day.runs.blocks():
        begins_s, ends_s = block["accepted_s"], np.nan_to_num(block["free_s"], nan=day.rules.until_s)
        first, last = np.searchsorted(edges, [begins_s.min(), ends_s.max()])
        for one in range(max(first - 1, 0), min(last + 1, len(spans))):
            from_s, until_s = spans[one]
            busy_s[one] += (np.clip(ends_s, from_s, until_s) - np.clip(begins_s, from_s, until_s)).sum()
    return [float(spent_s / (until_s - from_s)) for spent_s, (from_s, until_s) in zip(busy_s, spans, strict=True)]


def _mean(values: Floats) -> float | None:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else None
