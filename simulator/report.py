"""A report of one file: figures and plots in Vietnamese and English, nothing fetched from anywhere."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader
from plotly.offline import get_plotlyjs

from simulator.plots import figures
from simulator.results import Outcomes

if TYPE_CHECKING:
    from simulator.city import CityWorld

TEMPLATE, COMPARISON = "report.html.j2", "comparison.html.j2"
FIGURE_NAMES = {
    "response_mean_s": ("Đáp ứng trung bình (s)", "Mean response (s)"),
    "response_p90_s": ("Đáp ứng p90 (s)", "Response p90 (s)"),
    "within_target": ("Tỷ lệ trong đích", "Share within target"),
    "red_response_mean_s": ("Ca đỏ: đáp ứng trung bình (s)", "Red: mean response (s)"),
    "red_within_target": ("Ca đỏ: tỷ lệ trong đích", "Red: share within target"),
    "wait_mean_s": ("Chờ kíp nhận (s)", "Wait for a unit (s)"),
    "lost": ("Ca mất", "Calls lost"),
}
"""Of the figures that are compared: Vietnamese, English."""


def write_report(
    path: Path, title: str, outcomes: Outcomes, summary: dict[str, Any], start: datetime, world: CityWorld | None
) -> None:
    """Write the page."""
    plots = {
        language: {name: figure.to_plotly_json() for name, figure in figures(outcomes, start, world, say).items()}
        for language, say in (("vi", lambda vi, en: vi), ("en", lambda vi, en: en))
    }
    environment = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)
    page = environment.get_template(TEMPLATE).render(
        title=title,
        summary=summary,
        notes=_notes(world),
        plots=_script_json(plots),
        names=list(plots["en"]),
        library=get_plotlyjs(),
    )
    path.write_text(page, encoding="utf-8")


def _script_json(value: Any) -> str:
    """JSON that may stand inside a script element."""
    from plotly.utils import PlotlyJSONEncoder

    return json.dumps(value, cls=PlotlyJSONEncoder, sort_keys=True, ensure_ascii=False).replace("</", "<\\/")


def _notes(world: CityWorld | None) -> list[dict[str, str]]:
    """What must stand beside every figure of a city."""
    if world is None:
        return []
    error = world.table.error["hour_and_place"]
    off_s, share = f"{error['mean_absolute_s']:.0f}", f"{error['mean_absolute_share']:.1%}"
    return [
        {
            "vi": "Dữ liệu cầu là số thay thế: dân số phường 2019, nhịp giờ của New York, "
            "thời gian phục vụ của Utrecht. Không dùng để lập kế hoạch khi chưa thay bằng hồ sơ của 115.",
            "en": "Demand is a stand-in: ward populations of 2019, New York's hours, Utrecht's service times. "
            "Do not plan with it before 115's own records replace it.",
        },
        {
            "vi": f"Thời gian đi đường lấy từ bảng; lệch trung bình {off_s} giây ({share}) so với đường thật.",
            "en": f"Travel times come from a table; it is off by {off_s} s on average ({share}) against the roads.",
        },
    ]


def write_comparison(path: Path, result: dict[str, Any]) -> None:
    """The page of a comparison: differences to the baseline with their intervals, and the means."""
    environment = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)
    path.write_text(environment.get_template(COMPARISON).render(result=result, names=FIGURE_NAMES), encoding="utf-8")
