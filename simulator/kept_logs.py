"""
The recorded logs that a scenario may name: `log:ID`, one that the desk keeps, or a file beside the scenario.

    <state>/simulations/logs/<id>/   about.json · calls.parquet · demand.json (of a log of a day or more)

A kept log holds no ids and no words of the log that it was read from: times, wards, points, kinds, levels, complaints
and lengths of time, in the form of `logs.table.SCHEMA`.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from dispatch.city_pack import CityPack
from dispatch.paths import default_state_dir
from simulator.errors import ScenarioError
from simulator.logs.formats import read_log
from simulator.logs.table import ZONE

REFERENCE = re.compile(r"log:([0-9]{8}-[0-9]{6}-[0-9a-f]{9})")
CALLS, DEMAND, ABOUT = "calls.parquet", "demand.json", "about.json"


def logs_folder(state: Path) -> Path:
    """Where the desk with this state folder keeps logs."""
    return state / "simulations" / "logs"


def kept_file(reference: str, name: str, where: str) -> Path | None:
    """A file of the kept log that a `log:ID` names; None for what is no such reference. Raises ScenarioError."""
    if not reference.startswith("log:"):
        return None
    found = REFERENCE.fullmatch(reference)
    folder = logs_folder(default_state_dir()) / found[1] if found else None
    if folder is None or not folder.is_dir():
        raise ScenarioError(where, f"no log {reference!r} is kept here", "GET /api/v1/simulations/logs lists them")
    if not (folder / name).is_file():
        raise ScenarioError(where, f"{reference!r} has no demand: it covers less than a day", "name it as calls")
    return folder / name


def demand_file(reference: str, where: str) -> Path:
    """The fitted demand that `[city] demand` names."""
    return kept_file(reference, DEMAND, where) or Path(where).parent / reference


def calls_between(
    reference: str, where: str, pack: CityPack, start: datetime, duration_s: float, seed: int
) -> pl.DataFrame:
    """The calls of a log that were answered in these hours, in order. Raises ScenarioError when there is none."""
    kept = kept_file(reference, CALLS, where)
    calls = pl.read_parquet(kept) if kept else read_log(Path(where).parent / reference, pack, "auto", seed).calls
    start = start.astimezone(ZONE)
    end = start + timedelta(seconds=duration_s)
    found = calls.filter((pl.col("at") >= start) & (pl.col("at") < end))
    if not len(found):
        first, last = (f"{moment:%Y-%m-%d %H:%M}" for moment in (calls["at"][0], calls["at"][-1]))
        raise ScenarioError(
            where,
            f"the log has no call from {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}",
            f"its own are from {first} to {last}: set start and duration_s",
        )
    return found
