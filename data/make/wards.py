"""
Remake wards.geojson and old_wards.csv: `python data/make/wards.py SOURCE_FOLDER`.

SOURCE_FOLDER holds wards/wards168-2025.geojson (MIT), wards/wards322-census2019.geojson (no licence stated:
only facts are taken, never its geometry), osm/hcmc-2018-01-01.osm.pbf (ODbL) for the accents of the old
names and, for the spelling OSM lacks, wards/wards168-population-2025-unchecked.csv.
"""

from __future__ import annotations

import contextlib
import csv
import json
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import shapely
from osmium.osm import Area, Relation
from shapely.geometry import shape

OUT = Path(__file__).resolve().parent.parent / "hcmc"
TOLERANCE_DEG = 0.0002  # about 22 m: keeps the file under 500 kB
SMALLEST_SHARE = 0.05  # of an old ward's area: less is drawing noise along a border
DISTRICTS = {
    "Thu Duc": "Thủ Đức",
    "Go Vap": "Gò Vấp",
    "Binh Thanh": "Bình Thạnh",
    "Tan Binh": "Tân Bình",
    "Tan Phu": "Tân Phú",
    "Phu Nhuan": "Phú Nhuận",
    "Binh Tan": "Bình Tân",
    "Cu Chi": "Củ Chi",
    "Hoc Mon": "Hóc Môn",
    "Binh Chanh": "Bình Chánh",
    "Nha Be": "Nhà Bè",
    "Can Gio": "Cần Giờ",
}
# Spelled alike twice or shortened in the sources; read in the 2025 merger's rows of the ward around each.
BY_HAND = {
    "27517": "Xã Phú Hòa Đông",
    "27526": "Xã Phước Thạnh",
    "27535": "Xã Phước Vĩnh An",
    "27664": "Thị trấn Cần Thạnh",
    "27676": "Xã Thạnh An",
    "27679": "Xã Long Hòa",
}
KINDS = {"Ward": "Phường", "Commune": "Xã", "Township": "Thị trấn"}


def plain(name: str) -> str:
    """The name without accents or case, to compare with the census spelling."""
    letters = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    return "".join(c for c in letters if not unicodedata.combining(c))


def polygons(geometry: dict[str, Any]) -> shapely.Geometry:
    """The valid polygons of a geometry; three wards of the source also carry stray lines."""
    whole = shapely.make_valid(shape(geometry))
    parts = shapely.get_parts(shapely.get_parts(whole))
    return shapely.union_all([part for part in parts if part.geom_type == "Polygon"])


def as_json(area: shapely.Geometry) -> dict[str, Any]:
    geometry: dict[str, Any] = json.loads(shapely.to_geojson(area))
    return geometry


def new_wards(source: Path) -> list[tuple[dict[str, Any], shapely.Geometry]]:
    features = json.loads((source / "wards/wards168-2025.geojson").read_text("utf-8"))["features"]
    pairs = [(f["properties"], polygons(f["geometry"])) for f in features]
    return sorted(pairs, key=lambda pair: str(pair[0]["code"]))


def write_new(wards: list[tuple[dict[str, Any], shapely.Geometry]]) -> None:
    rows = []
    for facts, area in wards:
        rounded = shapely.transform(shapely.simplify(area, TOLERANCE_DEG), lambda xy: np.round(xy, 5))
        share = facts["share_in_old_HCMC"] or 0.0
        properties = {
            "code": facts["code"],
            "name": facts["fullName"],
            "name_en": facts["nameEn"],
            "area_km2": facts["areaKm2"],
            "population_2019": facts["pop2019_areal_oldHCMC"] if share > 0.5 else None,
            "share_in_old_city": share,
        }
        geometry = as_json(polygons(as_json(rounded)))
        rows.append({"type": "Feature", "properties": properties, "geometry": geometry})
    lines = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    about = '"licence":"MIT, see LICENSE-MIT-wards.md","date":"2025-07-01"'
    text = f'{{"type":"FeatureCollection",{about},"features":[\n{lines}\n]}}\n'
    (OUT / "wards.geojson").write_text(text, "utf-8")


def osm_names(source: Path) -> dict[str, list[tuple[str, shapely.Geometry | None]]]:
    """ "kind plain name" → (name with accents, area if its rings close) of the boundaries of 2018."""
    found: dict[str, list[tuple[str, shapely.Geometry | None]]] = {}
    wkb = osmium.geom.WKBFactory()
    extract = osmium.FileProcessor(source / "osm/hcmc-2018-01-01.osm.pbf").with_areas()
    for thing in extract.with_filter(osmium.filter.KeyFilter("admin_level")):
        name = unicodedata.normalize("NFC", thing.tags.get("name") or "")
        if name.startswith(tuple(KINDS.values())) and isinstance(thing, Area | Relation):
            area = None
            if isinstance(thing, Area):
                with contextlib.suppress(RuntimeError):
                    area = shapely.from_wkb(wkb.create_multipolygon(thing))
            found.setdefault(plain(name), []).append((name, area))
    return found


def merged_names(source: Path) -> set[str]:
    """The old names, with accents, in the table of the 2025 merger (hand-made: used for spelling only)."""
    with (source / "wards/wards168-population-2025-unchecked.csv").open(encoding="utf-8") as file:
        words = [part.strip() for row in csv.DictReader(file) for part in row["merged_from"].split(",")]
    return {unicodedata.normalize("NFC", word.removeprefix("Xã ").removeprefix("Phường ")) for word in words}


def with_accents(
    facts: dict[str, Any], point: shapely.Geometry, osm: dict[str, Any], spellings: set[str]
) -> tuple[str, str]:
    """Name with accents and where it comes from; empty when no source is sure."""
    kind, ascii_name = KINDS[facts["Level"]], facts["Com_Name"]
    if ascii_name.startswith("Ward "):
        return ascii_name.replace("Ward", "Phường"), "numbered"
    if facts["Com_ID"] in BY_HAND:
        return BY_HAND[facts["Com_ID"]], "by-hand"
    known = osm.get(plain(f"{kind} {ascii_name}"), [])
    for name, area in known:
        if area is not None and shapely.covers(area, point):
            return name, "osm-2018"
    if len({name for name, _ in known}) == 1:
        return known[0][0], "osm-2018-name-only"
    same = {spelling for spelling in spellings if plain(spelling) == plain(ascii_name)}
    return (f"{kind} {same.pop()}", "wards168") if len(same) == 1 else ("", "")


def old_rows(source: Path, wards: list[tuple[dict[str, Any], shapely.Geometry]]) -> Iterator[dict[str, object]]:
    osm = osm_names(source)
    spellings = merged_names(source) | {str(w["name"]) for w, _ in wards}
    features = json.loads((source / "wards/wards322-census2019.geojson").read_text("utf-8"))["features"]
    for feature in sorted(features, key=lambda f: str(f["properties"]["Com_ID"])):
        facts, area = feature["properties"], polygons(feature["geometry"])
        point = shapely.point_on_surface(area)
        shares = {
            w["code"]: shapely.area(shapely.intersection(area, g)) / shapely.area(area)
            for w, g in wards
            if shapely.intersects(g, area)
        }
        name, name_source = with_accents(facts, point, osm, spellings)
        district = facts["Dist_Name"]
        yield {
            "code": facts["Com_ID"],
            "name": name,
            "name_ascii": facts["Com_Name"],
            "name_source": name_source,
            "kind": KINDS[facts["Level"]],
            "district": DISTRICTS.get(district, district.replace("District", "Quận")),
            "lon": round(point.x, 5),
            "lat": round(point.y, 5),
            "population_2019": int(facts["Pop_2019"]),
            "new_ward": max((w["code"] for w, g in wards if shapely.covers(g, point)), key=lambda c: shares[c]),
            "new_wards_by_area": ";".join(
                f"{code}:{share:.2f}"
                for code, share in sorted(shares.items(), key=lambda x: -x[1])
                if share >= SMALLEST_SHARE
            ),
        }


def main() -> None:
    source = Path(sys.argv[1])
    wards = new_wards(source)
    write_new(wards)
    rows = list(old_rows(source, wards))
    with (OUT / "old_wards.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    unsure = [row["name_ascii"] for row in rows if not row["name"]]
    print(f"{len(wards)} wards, {len(rows)} old wards, {len(unsure)} without accents: {unsure}")


if __name__ == "__main__":
    main()
