"""What a request to move keeps of the advice that it acts on. Pure."""

from __future__ import annotations

import msgspec

from dispatch.assignment.saw import Basis
from dispatch.move_up.advice import MoveUp
from dispatch.move_up.settings import MoveUpPolicy


class Move(msgspec.Struct, frozen=True, array_like=True):
    """One advised move without its words."""

    unit_id: str
    from_id: str
    to_id: str
    travel_s: float
    coverage_before: float
    coverage_after: float
    moves_left: int
    policy: MoveUpPolicy


class MoveUpSaw(Basis, frozen=True, kw_only=True, omit_defaults=True):
    """
    `moves`: all that the decision advised, the most valuable first.

    Its evidence has no travel times when the streets knew no live speeds: log and built city tell them then, and units
    × posts of them would be five times as much as all the rest.
    """

    moves: tuple[Move, ...]


def bare(move: MoveUp) -> Move:
    """A move in bare numbers."""
    return Move(
        unit_id=move.unit_id,
        from_id=move.from_id,
        to_id=move.to_id,
        travel_s=move.travel_s,
        coverage_before=move.coverage_before,
        coverage_after=move.coverage_after,
        moves_left=move.moves_left,
        policy=move.policy,
    )
