"""
Lay newer maps of part of the roads over an older, full one.

Map conflation by place, direction, name and class (`same_road`): what the newer map shows replaces what the older one
shows of it, the rest of the older map stays and is joined to it (`lost_nodes`, `loose_ends`). Two rules keep it safe:
an old street whose connection could not be given back keeps its road, and lines that merely cross are never joined.

Weakness: a road that was pulled down is not known to be; a new bridge in a layer that does not mark bridges may take
the place of an old street of the same name that it runs along.
"""

from pathlib import Path
from typing import Final

import numpy as np

from routing.overlay.arterials import read_arterials
from routing.overlay.centre import read_centre
from routing.overlay.connection import fill_gaps, find_connected, find_cut_off, give_back
from routing.overlay.draft import start_draft
from routing.overlay.fate import decide_fate
from routing.overlay.layer import Layer
from routing.overlay.loose_ends import LooseEnds
from routing.overlay.lost_nodes import LostNodes
from routing.overlay.merge import merge
from routing.overlay.report import LayerReport, OverlayReport, SkippedLayer, report_layer
from routing.roads import Roads

# Each round keeps the roads around what the one before cut off (three were enough for the city).
_ROUNDS: Final = 6
# A layer with less than this share of its nodes within the map's box shows another place (guess).
_SAME_PLACE: Final = 0.05
_MARGIN: Final = 0.05  # degrees


def lay_over(base: Roads, arterials: Path | None, centre: Path | None) -> tuple[Roads, OverlayReport]:
    """
    The base with newer main roads and newer streets of the centre over it, the newest on top; either may be absent.

    A layer that is older than the base, or shows another place, is left out. Raises `OverlayError` when a file is
    damaged or something else.
    """
    layers = [read(path) for path, read in ((arterials, read_arterials), (centre, read_centre)) if path is not None]
    reports: list[LayerReport | SkippedLayer] = []
    roads = base
    for layer in layers:
        if reason := _why_not(base, layer):
            reports.append(SkippedLayer(layer.name, layer.date, reason))
            continue
        roads, report = lay_layer(roads, layer)
        reports.append(report)
    return roads, OverlayReport(tuple(reports))


def _why_not(base: Roads, layer: Layer) -> str | None:
    if base.data_at is not None and layer.date is not None and layer.date <= base.data_at.date().isoformat():
        return f"older than the map ({base.data_at.date().isoformat()})"
    new = layer.roads
    inside = np.ones(len(new.node_id), dtype=np.bool_)
    for place, bounds in ((new.lon, base.lon), (new.lat, base.lat)):
        inside &= (bounds.min() - _MARGIN <= place) & (place <= bounds.max() + _MARGIN)
    return None if inside.mean() >= _SAME_PLACE else "shows another place than the map"


def lay_layer(old: Roads, layer: Layer) -> tuple[Roads, LayerReport]:
    """
    One layer over a map.

    Tries again with the old roads kept wherever streets came out cut off, until there are none or nothing helps.
    """
    start = start_draft(old, layer)
    fate = decide_fate(old, layer, start)
    if not fate.taken.any():
        return old, report_layer(layer, fate, start, 0)
    taken_back = 0
    connected = find_connected(old)
    for _ in range(_ROUNDS):
        draft = start.copy()
        lost = LostNodes(old, layer, fate, draft)
        taken_back += lost.keep_what_cannot_be_joined()
        lost.join()
        LooseEnds(old, layer, fate, draft).join()
        roads = merge(old, layer, fate, draft)
        back = give_back(fate, find_cut_off(connected, fate, draft, roads)) + fill_gaps(fate, draft, roads)
        taken_back += back
        if not back:
            break
    return roads, report_layer(layer, fate, draft, taken_back)
