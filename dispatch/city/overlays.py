"""
Newer maps of parts of the city that lie beside an extract, to be laid over it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from routing.overlay.lay import lay_over
from routing.overlay.report import OverlayReport
from routing.roads import Roads

_ARTERIALS: Final = "arterials-*.geojson.gz"
_CENTRE: Final = "centre-roads-*.overpass.json.gz"


@dataclass(frozen=True)
class CityOverlay:
    """The files to lay over the extract; none by default."""

    arterials: Path | None = None
    centre: Path | None = None

    @property
    def files(self) -> list[Path]:
        """Those there are."""
        return [file for file in (self.arterials, self.centre) if file is not None]

    def lay_over(self, roads: Roads) -> tuple[Roads, OverlayReport]:
        """The roads with these files over them, and what became of both."""
        return lay_over(roads, self.arterials, self.centre)


def find_overlay(*folders: Path) -> CityOverlay:
    """The last by name of each kind (names carry dates), in the first folder that has any of that kind."""
    return CityOverlay(_find(_ARTERIALS, folders), _find(_CENTRE, folders))


def _find(pattern: str, folders: tuple[Path, ...]) -> Path | None:
    for folder in folders:
        if found := sorted(path for path in folder.glob(pattern) if path.is_file()):
            return found[-1].resolve()
    return None


def describe_overlay(found: Any, source_kind: str) -> Iterator[str]:
    """Lines for `city info` on what the manifest says about the overlay."""
    if found == "none":
        reason = ": the skeleton has no side streets to join newer roads to" if source_kind == "skeleton" else ""
        yield f"overlay none{reason}"
        return
    for layer in found:
        if "skipped" in layer:
            yield f"overlay {layer['file']} left out: {layer['skipped']}"
            continue
        yield f"overlay {layer['file']}, data of {layer['date'] or 'unknown date'}"
        yield f"  added {_edges(layer['added'])}, drawn anew {_edges(layer['redrawn'])}"
        yield f"  older ways replaced {_edges(layer['replaced'])}, kept {_edges(layer['kept'])}"
        for reason, tally in layer["left_out"].items():
            yield f"  left out {_edges(tally)}: {reason}"
        for kind, count in layer["joints"].items():
            yield f"  joints {count}: {kind}"
        yield f"  farthest move {layer['largest_snap_m']} m; kept to connect {layer['kept_for_connection']} pieces"


def _edges(tally: Mapping[str, Any]) -> str:
    return f"{tally['edges']} ({tally['km']} km)"
