"""
Remake hospitals.csv: `python data/make/hospitals.py SOURCE_FOLDER`.

SOURCE_FOLDER holds osm/hospitals-2026-07-31.json (ODbL). hospital_choices.csv beside this file says, for each of
its entries, which id it gets or why it is dropped; hospitals_added.csv holds the few hosts OpenStreetMap lacks.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
OUT = HERE.parent / "hcmc" / "hospitals.csv"
DATE = "2026-07-31"
UNCONFIRMED = "emergency, capabilities and destination: general knowledge, unconfirmed"


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def tidy(name: str) -> str:
    """The mappers' slips in one word, and only there, put right."""
    for slip in ("Bệnh Viện", "Bệnh viên", "BỆNH VIỆN"):
        name = name.replace(slip, "Bệnh viện")
    return name.replace("MẮT", "Mắt").strip()


def from_osm(source: Path) -> list[dict[str, str]]:
    choices = {row["osm_id"]: row for row in read(HERE / "hospital_choices.csv")}
    items = json.loads((source / f"osm/hospitals-{DATE}.json").read_text("utf-8"))["items"]
    unknown = [f"{item['id']} {item['name']}" for item in items if item["id"] not in choices]
    if unknown:
        sys.exit(f"new hospitals in the source: add a line for each to hospital_choices.csv: {unknown}")
    rows = []
    for item in items:
        choice = choices[item["id"]]
        if choice["drop_reason"]:
            continue
        lat, lon = item["c"]
        judged = choice["emergency"] == "true" or choice["capabilities"] != ""
        rows.append(
            {
                "id": choice["id"],
                "name_vi": tidy(item["name"]),
                "name_en": choice["name_en"],
                "lon": f"{lon:.5f}",
                "lat": f"{lat:.5f}",
                "emergency": choice["emergency"],
                "capabilities": choice["capabilities"],
                "destination": choice["destination"],
                "source": f"OpenStreetMap {item['id']}",
                "source_date": DATE,
                "status": "assumed" if judged else "confirmed",
                "note": UNCONFIRMED if judged else "",
            }
        )
    return rows


def main() -> None:
    rows = sorted(from_osm(Path(sys.argv[1])) + read(HERE / "hospitals_added.csv"), key=lambda row: row["id"])
    with OUT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{len(rows)} hospitals")


if __name__ == "__main__":
    main()
