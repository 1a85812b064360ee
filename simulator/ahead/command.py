"""`saigon115 simulate ahead`: from a snapshot, or from the running desk."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from dispatch.city_pack import CityPack, load_city_pack
from simulator.ahead.asked import AUTO, DESK, PACK, AheadAsked, check_alternatives, load_alternatives
from simulator.ahead.forecast import short_of
from simulator.ahead.logged import hours_of_log
from simulator.ahead.look import default_city
from simulator.ahead.snapshot import fetch_start, read_start
from simulator.ahead.start import Start
from simulator.ahead.write import main_figures, run_ahead
from simulator.errors import ScenarioError

TOKEN = "SAIGON115_TOKEN"


def look_from(
    snapshot: Path | None,
    url: str | None,
    out: Path,
    say: Callable[[str], None],
    *,
    hours: float,
    alternatives: Path | None,
    replications: int,
    seed: int,
    calls_per_hour: float | None,
    forecast: str,
    workers: int | None,
    city: Path | None,
) -> list[dict[str, Any]]:
    """Look ahead and write the results; a line of figures for each alternative. Raises ScenarioError."""
    asked = AheadAsked(
        hours=hours,
        replications=replications,
        seed=seed,
        calls_per_hour=calls_per_hour,
        forecast=forecast,
        alternatives=load_alternatives(alternatives) if alternatives else (),
    )
    pack = load_city_pack()
    start = _with_log(_start(snapshot, url, lambda: city or default_city(), say), forecast, pack)
    check_alternatives(asked, start, pack, str(alternatives or "ahead"))
    return main_figures(run_ahead(start, asked, out, say, city=city, workers=workers))


def _start(snapshot: Path | None, url: str | None, city: Callable[[], Path], say: Callable[[str], None]) -> Start:
    if (snapshot is None) == (url is None):
        raise ScenarioError("ahead", "it needs a snapshot or --url, one of them", "name a file, or a running desk")
    if snapshot is not None:
        return read_start(snapshot, city, say)
    token = os.environ.get(TOKEN)
    if not token:
        way_out = "make one with 'saigon115 token create --role supervisor'"
        raise ScenarioError("ahead", f"no token in {TOKEN}", way_out)
    assert url is not None
    return fetch_start(url, token)


def _with_log(start: Start, forecast: str, pack: CityPack) -> Start:
    """With what the forecast is to learn from, in place of what the start brings."""
    if forecast == AUTO:
        return start
    if forecast == DESK:
        if fact := short_of(start.logged):
            raise ScenarioError("ahead", f"forecast: {fact}", "ask a running desk with --url, or name its log's file")
        return start
    return msgspec.structs.replace(start, logged=None if forecast == PACK else hours_of_log(forecast, pack))
