"""Taking a road's own level out, so that reports are compared with others of the same road only."""

from __future__ import annotations

import numpy as np
from sources import Floats, Ints


def within_roads(columns: Floats, road: Ints) -> Floats:
    """Columns less each road's mean of them; a road with a single row becomes zero."""
    roads, index = np.unique(road, return_inverse=True)
    order = np.argsort(index, kind="stable")
    count = np.bincount(index)
    sums = np.add.reduceat(columns[order], np.concatenate([[0], np.cumsum(count)[:-1]]), axis=0)
    return np.asarray(columns - (sums / count[:, None])[index]) if len(roads) else columns
