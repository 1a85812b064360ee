"""Wards for calls of other cities: by where people live here, the same for the same seed and call."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from hashlib import blake2b
from itertools import accumulate


def by_population(weights: Mapping[str, float], seed: int) -> Callable[[str], str]:
    """
    A function from a call's key to a ward, drawn by weight; one call more or less moves no other.

    Weakness: calls of the same street there are strewn over the whole city here.
    """
    wards, bounds = list(weights), list(accumulate(weights.values()))

    def place(key: str) -> str:
        digest = blake2b(f"{seed}:{key}".encode(), digest_size=8).digest()
        share = int.from_bytes(digest) / 2**64
        return wards[min(bisect_right(bounds, share * bounds[-1]), len(wards) - 1)]

    return place
