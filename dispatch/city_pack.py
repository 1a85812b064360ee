"""The city pack: stations, hospitals, units, wards, complaints and demand, read once from `data/hcmc`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from math import fsum, isclose
from pathlib import Path
from typing import Any

import msgspec
import shapely

from dispatch import city_pack_tables as tables
from dispatch.city_pack_complaints import Phrase, list_matches, phrases_of
from dispatch.city_pack_schema import (
    Complaint,
    Demand,
    DestinationNeed,
    HospitalRow,
    HourRow,
    OldWardRow,
    Package,
    StationRow,
    UnitRow,
    WardRow,
)
from dispatch.city_pack_tables import CityPackError

DEFAULT_FOLDER = Path(__file__).resolve().parent.parent / "data" / "hcmc"
# The outlines are simplified to about 22 m, so neighbours may leave a crack between them.
CRACK_DEG = 0.0005
SCALARS = ("calls", "answering", "offer", "turnout", "on_scene", "handover", "outcome")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class CityPack(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """Everything the repository knows of the city, checked; `city_hash` changes when any fact changes."""

    stations: tuple[StationRow, ...]
    hospitals: tuple[HospitalRow, ...]
    units: tuple[UnitRow, ...]
    wards: tuple[WardRow, ...]
    old_wards: tuple[OldWardRow, ...]
    package: Package
    complaints: tuple[Complaint, ...]
    destination_package: Package
    destination_needs: tuple[DestinationNeed, ...]
    demand: Demand
    city_hash: str
    outlines: tuple[Any, ...]  # one polygon a ward, in degrees, in the order of `wards`

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.outlines)

    @cached_property
    def _phrases(self) -> tuple[Phrase, ...]:
        return phrases_of(self.complaints)

    def ward_at(self, lon: float, lat: float) -> WardRow | None:
        """The ward around a point, `None` outside the city. Within 50 m of a border either side may answer."""
        point = shapely.Point(lon, lat)
        found = self._tree.query(point, predicate="intersects")
        if len(found) == 0:
            found = self._tree.query_nearest(point, max_distance=CRACK_DEG)
        return self.wards[int(min(found))] if len(found) else None

    def match_complaint(self, text: str) -> Complaint | None:
        """The complaint the words speak of most: an exact code, else the longest synonym; accents optional."""
        return next(iter(self.list_complaints(text)), None)

    def list_complaints(self, text: str) -> tuple[Complaint, ...]:
        """Every complaint the words speak of, the longest synonym first. A level belongs to the gravest."""
        return list_matches(text, self.complaints, self._phrases)


def load_city_pack(path: Path | None = None) -> CityPack:
    """
    Read and check the pack in a folder, by default that of the repository.

    Raises `CityPackError` with the file, the line, the fact and the way out.
    """
    folder = path or DEFAULT_FOLDER
    if not folder.is_dir():
        raise CityPackError(str(folder), "no such folder", "run from a clone of the repository, or give a city pack")
    wards, outlines = tables.read_wards(folder / "wards.geojson")
    package, complaints = tables.read_complaints(folder / "complaints.toml")
    destination_package, destination_needs = tables.read_destinations(folder / "destinations.toml")
    pack = CityPack(
        stations=tables.read_csv(folder / "stations.csv", StationRow),
        hospitals=tables.read_csv(folder / "hospitals.csv", HospitalRow),
        units=tables.read_csv(folder / "units.csv", UnitRow),
        wards=wards,
        old_wards=tables.read_csv(folder / "old_wards.csv", OldWardRow),
        package=package,
        complaints=complaints,
        destination_package=destination_package,
        destination_needs=destination_needs,
        demand=read_demand(folder, wards),
        city_hash=tables.hash_tables(folder),
        outlines=outlines,
    )
    check(pack)
    return pack


def read_demand(folder: Path, wards: tuple[WardRow, ...]) -> Demand:
    """demand.toml with its sections flattened, the week, and the wards' weights from their population."""
    whole = tables.read_toml(folder / "demand.toml")
    factor = whole.get("ward_factor", {})
    weights = {w.code: w.population_2019 * float(factor.get(w.code, 1)) for w in wards if w.population_2019}
    stray = factor.keys() - weights.keys()
    if stray:
        raise CityPackError(
            "demand.toml [ward_factor]", f"no such ward: {sorted(stray)}", "use a code of wards.geojson"
        )
    total = fsum(weights.values())
    hours = tables.read_csv(folder / "hour_of_week.csv", HourRow)
    if [(h.weekday, h.hour) for h in hours] != [(day, hour) for day in DAYS for hour in range(24)]:
        fact = "not the 168 hours from Mon 0 to Sun 23 in order"
        raise CityPackError("hour_of_week.csv", fact, "remake it with data/make/hour_of_week.py")
    cells: dict[str, Any] = {
        "ward_weight": {code: weight / total for code, weight in weights.items()},
        "hour_of_week": [hour.factor for hour in hours],
        "refusal_reasons": whole.get("refusal_reasons", {}),
        "complaint_mix": whole.get("complaint_mix", {}),
    }
    for section in SCALARS:
        cells |= whole.get(section, {})
    return tables.convert(cells, Demand, "demand.toml", "correct or add the key it names")


def check(pack: CityPack) -> None:
    """What no single row can tell: references, duplicates, places, sums."""
    tables.unique((row.id for row in pack.stations), "stations.csv", "id")
    tables.unique((row.id for row in pack.hospitals), "hospitals.csv", "id")
    tables.unique((row.id for row in pack.units), "units.csv", "id")
    tables.unique((row.code for row in pack.wards), "wards.geojson", "code")
    tables.unique((row.code for row in pack.complaints), "complaints.toml", "code")
    check_stations(pack)
    check_units(pack)
    check_demand(pack)
    check_destinations(pack)


def check_stations(pack: CityPack) -> None:
    hosts = {row.id for row in pack.hospitals}
    for line, row in enumerate(pack.stations, 2):
        where = f"stations.csv line {line}, station {row.id}"
        if row.host_hospital_id not in hosts:
            raise CityPackError(
                where, f"host {row.host_hospital_id} is not in hospitals.csv", "add it or correct the id"
            )
        if row.can_refuse == (row.kind in ("centre", "waterway")):
            fact = f"can_refuse is {row.can_refuse} for kind {row.kind}"
            raise CityPackError(where, fact, "stations run by the centre cannot refuse, all others can")
    check_places(pack, "stations.csv", pack.stations)
    check_places(pack, "hospitals.csv", pack.hospitals)


def check_places(pack: CityPack, table: str, places: Sequence[StationRow | HospitalRow]) -> None:
    for line, place in enumerate(places, 2):
        if pack.ward_at(place.lon, place.lat) is None:
            where = f"{table} line {line}, {place.id}"
            fact = f"{place.lon}, {place.lat} lies in none of the {len(pack.wards)} wards"
            raise CityPackError(where, fact, "correct lon and lat (lon comes first)")


def check_units(pack: CityPack) -> None:
    stations = {row.id for row in pack.stations}
    for line, row in enumerate(pack.units, 2):
        where = f"units.csv line {line}, unit {row.id}"
        if row.station_id not in stations:
            raise CityPackError(where, f"station {row.station_id} is not in stations.csv", "add it or correct the id")
        if row.kind == "motorbike" and "convey" in row.skills:
            raise CityPackError(where, "a motorbike cannot convey", "take `convey` from its skills")


def check_demand(pack: CityPack) -> None:
    codes = {row.code for row in pack.complaints}
    stray = pack.demand.complaint_mix.keys() - codes
    if stray:
        raise CityPackError(
            "demand.toml [complaint_mix]", f"no such complaint: {sorted(stray)}", "use a code of complaints.toml"
        )
    for name in ("complaint_mix", "refusal_reasons"):
        total = fsum(getattr(pack.demand, name).values())
        if not isclose(total, 1.0, abs_tol=1e-6):
            raise CityPackError(f"demand.toml [{name}]", f"the shares sum to {total:.4f}", "make them sum to 1")


def check_destinations(pack: CityPack) -> None:
    tables.unique((row.complaint for row in pack.destination_needs), "destinations.toml", "complaint")
    codes = {row.code for row in pack.complaints}
    if stray := [row.complaint for row in pack.destination_needs if row.complaint not in codes]:
        raise CityPackError("destinations.toml", f"no such complaint: {stray}", "use a code of complaints.toml")
    had = {capability for row in pack.hospitals for capability in row.capabilities}
    for row in pack.destination_needs:
        if unknown := [one for one in row.capabilities if one not in had]:
            where = f"destinations.toml, complaint {row.complaint}"
            raise CityPackError(where, f"no hospital has {unknown}", "use a capability of hospitals.csv")
