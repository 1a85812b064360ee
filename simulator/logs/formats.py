"""Which adapter reads a file, by name or by how it begins."""

from __future__ import annotations

from pathlib import Path

from dispatch.city_pack import CityPack
from simulator.logs.own import read_own
from simulator.logs.placing import by_population
from simulator.logs.public import (
    NYC_COLUMNS,
    VA_COLUMNS,
    read_montgomery,
    read_new_york,
    read_virginia_beach,
)
from simulator.logs.table import LogError, LogTable, open_log

PUBLIC = {"new-york": read_new_york, "virginia-beach": read_virginia_beach, "montgomery": read_montgomery}
FORMATS = ("auto", "own", *PUBLIC)


def read_log(path: Path, pack: CityPack, form: str = "auto", seed: int = 1) -> LogTable:
    """
    A log as a table of calls. `seed` draws the wards of another city's calls.

    Raises `LogError` for a file of no known form.
    """
    if form not in FORMATS:
        raise LogError(f"no format {form!r}; choose one of {', '.join(FORMATS)}")
    name = recognise(path) if form == "auto" else form
    if name == "own":
        return read_own(path, lambda lon, lat: ward.code if (ward := pack.ward_at(lon, lat)) else None)
    return PUBLIC[name](path, by_population(pack.demand.ward_weight, seed))


def recognise(path: Path) -> str:
    """The format by the first line. Raises `LogError` when it looks like none."""
    first = open_log(path)[:4096].decode("utf-8-sig", "replace").partition("\n")[0].strip()
    cells = {cell.strip().strip('"') for cell in first.split(",")}
    if first.startswith("{"):
        return "own"
    for name, columns in (("new-york", NYC_COLUMNS), ("virginia-beach", VA_COLUMNS)):
        if set(columns) <= cells:
            return name
    if any(service in first for service in (",EMS:", ",Fire:", ",Traffic:")):
        return "montgomery"
    raise LogError(f"{path} begins with {first[:60]!r}, which no adapter knows; say --format, or see docs/siting.md")
