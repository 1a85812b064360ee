"""A report of one file: figures and plots in Vietnamese and English, nothing fetched from anywhere."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader
from plotly.offline import get_plotlyjs

from dispatch.domain.clock import LOCAL
from simulator.animation import moving_pictures
from simulator.comparison_words import rows_of
from simulator.duty_days import KNOWN, NOT_KNOWN, by_duty_day
from simulator.plot_style import in_both, parted
from simulator.plots import LEVELS, figures
from simulator.results import Outcomes

if TYPE_CHECKING:
    from simulator.city import CityWorld

FOLDER = Path(__file__).parent
WHY_SHOWN = {
    "busiest": ("giờ bận nhất", "busiest hour"),
    "slowest": ("giờ chậm nhất", "slowest hour"),
    "quietest": ("giờ vắng nhất", "quietest hour"),
    "whole": ("cả lần chạy", "the whole run"),
}
TEMPLATE, COMPARISON = "report.html.j2", "comparison.html.j2"


STAND_IN = {
    "vi": "Dữ liệu cầu là số thay thế: dân số phường 2019, nhịp giờ của New York, "
    "thời gian phục vụ của Utrecht. Không dùng để lập kế hoạch khi chưa thay bằng hồ sơ của 115.",
    "en": "Demand is a stand-in: ward populations of 2019, New York's hours, Utrecht's service times. "
    "Do not plan with it before 115's own records replace it.",
}


def write_report(
    path: Path, title: str, outcomes: Outcomes, summary: dict[str, Any], start: datetime, world: CityWorld | None
) -> None:
    """Write the page."""
    plots = {name: figure.to_plotly_json() for name, figure in figures(outcomes, start, world, in_both).items()}
    titles = {name: parted(plot["layout"].pop("title")["text"]) for name, plot in plots.items()}
    film = None if world is None else _film(outcomes, world, start)
    local = start.astimezone(LOCAL)
    page = (
        _environment()
        .get_template(TEMPLATE)
        .render(
            title=title,
            summary=summary,
            levels={str(level): names for level, names in LEVELS.items()},
            notes=_notes(world),
            who=_who(world),
            warm_up=round(outcomes.warm_up_s / 3600, 1),
            hours=f"{outcomes.day.rules.until_s / 3600:g}",
            plots=_script_json(plots),
            titles=titles,
            film=film,
            film_json=_script_json(film),
            days=by_duty_day(outcomes, start) if world else [],
            known=KNOWN,
            not_known=NOT_KNOWN,
            library=_packed_library(),
            css=_text("report.css"),
            script=_text("report.js"),
            film_script=_text("animation.js"),
            csv_script=_text("plot_csv.js"),
            **{"from": f"{local:%Y-%m-%d %H:%M}"},
        )
    )
    path.write_text(page, encoding="utf-8")


def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(FOLDER), autoescape=True)


def _text(name: str) -> str:
    """A part of the page that stands in a file of its own."""
    return (FOLDER / name).read_text(encoding="utf-8")


@cache
def _packed_library() -> str:
    """What draws the plots, packed: a year's page stays below 3 MB. Always the same bytes."""
    return b64encode(gzip.compress(get_plotlyjs().encode(), 9, mtime=0)).decode()


def _film(outcomes: Outcomes, world: CityWorld, start: datetime) -> dict[str, Any]:
    """The moving pictures, each hour named by its clock and why it is shown."""
    film = moving_pictures(outcomes, world)
    local = start.astimezone(LOCAL)
    for window in film["windows"]:
        begins, ends = (f"{local + timedelta(seconds=window[key]):%d/%m %H:%M}" for key in ("from_s", "until_s"))
        vi, en = WHY_SHOWN[window["why"]]
        window["label"] = {"vi": f"{begins} – {ends[6:]} · {vi}", "en": f"{begins} – {ends[6:]} · {en}"}
    zero = local.replace(tzinfo=UTC)  # the page prints it as it is: the city's own clock
    return film | {"start_s": round(zero.timestamp())}


def _who(world: CityWorld | None) -> dict[str, str]:
    """Who decided, and with how many units."""
    if world is None:
        return {"vi": "", "en": ""}
    head, units, stations = world.scenario.scenario, len(world.make_units()), len(world.stations)
    names = f"{head.policy}, {head.move_up}, {head.hospital}"
    return {
        "vi": f"{units} xe, {stations} trạm; quyết định: {names}; hạt giống {head.seed}.",
        "en": f"{units} units, {stations} stations; decisions: {names}; seed {head.seed}.",
    }


def _script_json(value: Any) -> str:
    """JSON that may stand inside a script element."""
    from plotly.utils import PlotlyJSONEncoder

    return json.dumps(value, cls=PlotlyJSONEncoder, sort_keys=True, ensure_ascii=False, separators=(",", ":")).replace(
        "</", "<\\/"
    )


def _notes(world: CityWorld | None) -> list[dict[str, str]]:
    """What must stand beside every figure of a city."""
    if world is None:
        return []
    error = world.table.error["hour_and_place"]
    city = world.scenario.city
    if city is not None and (city.calls or city.demand):
        told = [
            {
                "vi": "Ca lấy từ một nhật ký; những gì nhật ký không kể (trả lời của trạm, xuất xe…) được rút.",
                "en": "Calls are a log's; what it does not tell (stations' answers, turnout …) is drawn.",
            }
        ]
    else:
        told = [STAND_IN]
    off_s, share = f"{error['mean_absolute_s']:.0f}", f"{100 * error['mean_absolute_share']:.1f}"
    share_vi = share.replace(".", ",")
    return [
        *told,
        {
            "vi": f"Thời gian đi đường lấy từ bảng; lệch trung bình {off_s} giây ({share_vi} %) so với đường thật.",
            "en": f"Travel times come from a table; it is off by {off_s} s on average ({share} %) against the roads.",
        },
    ]


def write_comparison(path: Path, result: dict[str, Any]) -> None:
    """The page of a comparison: a conclusion an option, then each figure with its interval and one sentence."""
    rows = {name: rows_of(result, name) for name in result["differences"]}
    template = _environment().get_template(COMPARISON)
    page = template.render(result=result, rows=rows, css=_text("report.css"), script=_text("report.js"))
    path.write_text(page, encoding="utf-8")
