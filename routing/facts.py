"""What there is to say about a road graph: how large, how old, who may drive how much of it."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from routing.graph import CLOSED, RoadGraph
from routing.profiles import PROFILES, Profile
from routing.weights import weigh


def graph_facts(graph: RoadGraph, profiles: Mapping[str, Profile] = PROFILES) -> dict[str, Any]:
    """
    Date, box (west, south, east, north) and counts.

    `nodes` and `arcs` are those that at least one profile can drive; `isolated_arcs` those it could if they hung
    together with the rest.
    """
    weights = {name: weigh(graph, profile) for name, profile in profiles.items()}
    open_ = np.any([of.open for of in weights.values()], axis=0)
    return {
        "date": graph.data_at.isoformat() if graph.data_at else None,
        "nodes": _count_nodes(graph, open_),
        "arcs": int(open_.sum()),
        "turns": len(graph.turns),
        "bbox": list(graph.bbox),
        "profiles": {
            name: {
                "nodes": _count_nodes(graph, of.open),
                "arcs": int(of.open.sum()),
                "isolated_arcs": int(of.isolated.sum()),
                "forbidden_turns": int((of.breaks_rule & (of.turn_ms >= CLOSED)).sum()),
            }
            for name, of in weights.items()
        },
    }


def _count_nodes(graph: RoadGraph, arcs: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> int:
    return len(np.union1d(graph.arc_tail[arcs], graph.arc_head[arcs]))
