"""`saigon115 simulate ahead`: from a snapshot, or from the running desk."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dispatch.city_pack import load_city_pack
from simulator.ahead.asked import AheadAsked, check_alternatives, load_alternatives
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
    workers: int | None,
    city: Path | None,
) -> list[dict[str, Any]]:
    """Look ahead and write the results; a line of figures for each alternative. Raises ScenarioError."""
    asked = AheadAsked(
        hours=hours,
        replications=replications,
        seed=seed,
        calls_per_hour=calls_per_hour,
        alternatives=load_alternatives(alternatives) if alternatives else (),
    )
    start = _start(snapshot, url, lambda: city or default_city(), say)
    check_alternatives(asked, start, load_city_pack(), str(alternatives or "ahead"))
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
    return fetch_start(url, token, city, say)
