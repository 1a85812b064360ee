"""What the console says about the city in use: where it comes from, how old it is, and what to mind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dispatch.city.build import load_city

SKELETON_NOTICE = {
    "vi": "Chỉ có bộ khung đường chính (không có bản đồ đầy đủ): thời gian đi tính theo đường lớn",
    "en": "Main roads only (no full map at hand): travel times follow the arterials",
}


def describe_city(city_dir: Path) -> dict[str, Any]:
    """The answer of GET /api/v1/city, from the built city's manifest."""
    about = load_city(city_dir).manifest
    kind = about["source_kind"]
    return {
        "source": about["source"],
        "kind": kind,
        "date": about["date"],
        "notice": SKELETON_NOTICE if kind == "skeleton" else None,
        "bbox": about["bbox"],
        "nodes": about["nodes"],
        "arcs": about["arcs"],
        "overlay": about["overlay"],
        "map": "/map/city.pmtiles",
        "attribution": about["attribution"],
    }
