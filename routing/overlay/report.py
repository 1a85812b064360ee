"""What an overlay did, in figures: for `city info`, and for whoever doubts a route."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from routing.overlay.draft import Draft
from routing.overlay.fate import Fate
from routing.overlay.layer import Layer, Tally


@dataclass(frozen=True)
class LayerReport:
    """
    One layer. An edge is a line of the layer's file (a way, where it has node ids).

    `added` shows roads that the older map lacks, `redrawn` such as it shows otherwise, both laid over; `left_out`
    tells why the others were not. `replaced` and `kept` count the older map's ways (by parts, where a way was cut).
    """

    file: str
    date: str | None
    added: Tally
    redrawn: Tally
    left_out: Mapping[str, Tally]
    replaced: Tally
    kept: Tally
    kept_for_connection: int
    joints: Mapping[str, int]
    largest_snap_m: float

    def to_json(self) -> dict[str, Any]:
        """For the city's manifest; lengths in kilometres."""
        return {
            "file": self.file,
            "date": self.date,
            "added": self.added.to_json(),
            "redrawn": self.redrawn.to_json(),
            "left_out": {reason: tally.to_json() for reason, tally in self.left_out.items()},
            "replaced": self.replaced.to_json(),
            "kept": self.kept.to_json(),
            "kept_for_connection": self.kept_for_connection,
            "joints": dict(sorted(self.joints.items())),
            "largest_snap_m": round(self.largest_snap_m, 1),
        }


@dataclass(frozen=True)
class SkippedLayer:
    """A layer that was not laid over, and why."""

    file: str
    date: str | None
    reason: str

    def to_json(self) -> dict[str, Any]:
        """For the city's manifest."""
        return {"file": self.file, "date": self.date, "skipped": self.reason}


@dataclass(frozen=True)
class OverlayReport:
    """The layers, the older first."""

    layers: tuple[LayerReport | SkippedLayer, ...] = ()

    def to_json(self) -> list[dict[str, Any]] | str:
        """A list of layers, or "none"."""
        return [layer.to_json() for layer in self.layers] or "none"


def report_layer(layer: Layer, fate: Fate, draft: Draft, kept_for_connection: int) -> LayerReport:
    """Count what was done with a layer."""
    length = np.bincount(fate.new.way, weights=fate.new.length_m, minlength=layer.roads.ways)
    drawn_before = np.zeros(layer.roads.ways, dtype=np.bool_)
    drawn_before[list({way for stroke in np.flatnonzero(fate.gone) for way in fate.shown_by.get(int(stroke), ())})] = (
        True
    )
    known = _tally(length, ~fate.taken)
    left_out = dict(layer.left_out) | (
        {"already on the older map, with the same directions": known} if known.edges else {}
    )
    gone = fate.old.length_m * fate.gone
    stays = fate.old.length_m * ~fate.gone
    return LayerReport(
        file=layer.name,
        date=layer.date,
        added=_tally(length, fate.taken & ~drawn_before),
        redrawn=_tally(length, fate.taken & drawn_before),
        left_out=left_out,
        replaced=Tally(len(np.unique(fate.old.way[fate.gone])), float(gone.sum())),
        kept=Tally(len(np.unique(fate.old.way[~fate.gone])), float(stays.sum())),
        kept_for_connection=kept_for_connection,
        joints={"nodes shared by both maps": len(draft.twins), **draft.joints},
        largest_snap_m=draft.largest_snap_m,
    )


def _tally(length_m: Any, chosen: Any) -> Tally:
    return Tally(int(chosen.sum()), float(length_m[chosen].sum()))
