"""The base map of the city: read, sort into layers, cut into tiles, put in place."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from dispatch.basemap.carried import read_beyond, read_carried
from dispatch.basemap.errors import BasemapError
from dispatch.basemap.extract import read_extract
from dispatch.basemap.features import MAX_ZOOM, MIN_ZOOM, Feature, to_line
from dispatch.basemap.supplement import Coverage
from dispatch.basemap.tiles import ATTRIBUTION, make_tiles
from dispatch.basemap.wards import read_wards
from dispatch.paths import data_dir

Progress = Callable[[str, float], None]

NAME = "city.pmtiles"
_READING = 0.6  # share of the time that reading takes, measured


def build_basemap(
    extract: Path | None, out_dir: Path, progress: Progress, *, pack: Path | None = None
) -> dict[str, Any]:
    """
    Write `out_dir`/city.pmtiles from a full extract, or with None from the city pack; say what it holds.

    The file is whole or not there: a failed build leaves the one before it in place.
    """
    started = time.monotonic()
    if extract is not None and not extract.is_file():
        raise BasemapError(f"{extract} is no file. Give an extract with --osm FILE, or none to use the city pack.")
    pack = data_dir() if pack is None else pack
    try:
        counts = _build(_features(extract, pack, _part(progress, 0, _READING)), out_dir, _part(progress, _READING, 1))
    except OSError as problem:
        raise BasemapError(
            f"{out_dir} cannot be written ({problem}). Free some space or give another --out."
        ) from problem
    progress("base map ready", 1.0)
    return {
        "path": str(out_dir / NAME),
        "kind": "extract" if extract is not None else "skeleton",
        "source": extract.name if extract is not None else pack.name,
        "layers": dict(sorted(counts.items())),
        "zooms": [MIN_ZOOM, MAX_ZOOM],
        "bytes": (out_dir / NAME).stat().st_size,
        "seconds": round(time.monotonic() - started, 1),
        "attribution": ATTRIBUTION,
    }


def _build(features: Iterable[Feature], out_dir: Path, progress: Progress) -> Counter[str]:
    """Through a folder of its own, so that the last step is a rename; how many features each layer has."""
    out_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".basemap-", dir=out_dir) as work:
        lines, tiles = Path(work) / "features.geojsonl", Path(work) / NAME
        counts = _write(features, lines)
        make_tiles(lines, tiles, progress)
        tiles.replace(out_dir / NAME)
    return counts


def _features(extract: Path | None, pack: Path, progress: Progress) -> Iterator[Feature]:
    progress("reading the wards", 0.0)
    wards = pack / "wards.geojson"
    if wards.is_file():
        yield from read_wards(wards)
    if extract is None:
        progress("reading the city pack", 0.3)
        yield from read_carried(pack)
        return
    coverage = Coverage()
    for feature in read_extract(extract, progress):
        coverage.see(feature)
        yield feature
    progress("adding what lies around", 1.0)
    yield from coverage.missing(read_beyond(pack))


def _write(features: Iterable[Feature], path: Path) -> Counter[str]:
    counts: Counter[str] = Counter()
    with path.open("w", encoding="utf-8") as out:
        for feature in features:
            out.write(to_line(feature) + "\n")
            counts[feature.layer] += 1
    return counts


def _part(progress: Progress, start: float, end: float) -> Progress:
    """Progress of one stage as a share of the whole."""
    return lambda text, fraction: progress(text, start + (end - start) * fraction)
