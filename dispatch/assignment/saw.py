"""
What an event keeps of the decision that it acts on: the advice in bare numbers, and what it stood on. Pure.

`now` and `based_on_seq` name a decision. Its evidence stands in the first event that acts on it; later ones (the second
station of a red call, another incident of the same decision) refer to that by the same two. See docs/decisions/0011.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from dispatch.assignment.evidence import Evidence
from dispatch.assignment.recommendation import Action, Candidate, Reason, Recommendation
from dispatch.domain.words import Tier

EVIDENCE = "evidence"
"""The heavy part of what is kept, by its name."""


class Sent(msgspec.Struct, frozen=True, array_like=True):
    """A unit that was advised, or waited for."""

    unit_id: str
    eta_s: float
    tier: Tier = "main"
    diverts_from: str | None = None
    free_in_s: float | None = None


class Other(msgspec.Struct, frozen=True, array_like=True):
    """A unit that was not, and why."""

    unit_id: str
    eta_s: float | None
    reason: Reason


class Advice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A recommendation without its words. Lists keep their order: the database does not keep that of keys."""

    action: Action
    units: tuple[Sent, ...] = ()
    parallel: tuple[Sent, ...] = ()
    awaited: tuple[Sent, ...] = ()
    alternatives: tuple[Other, ...] = ()
    wait_s: float | None = None
    coverage_before: float | None = None
    coverage_after: float | None = None


class Basis(msgspec.Struct, frozen=True, kw_only=True):
    """
    When a decision was made, on which facts, settings, tables of the city, streets and road conditions.

    `evidence` None: it stands in an earlier event of the same decision.
    """

    now: datetime
    based_on_seq: int
    settings_hash: str
    city_hash: str
    network: str
    traffic_version: str
    evidence: Evidence | None = None


class OfferSaw(Basis, frozen=True, kw_only=True, omit_defaults=True):
    """What an offer keeps. Weakness: the words of the advice are not kept; the same advice gives the same words."""

    advice: Advice
    solver_ms: float = 0.0


def advice_of(recommendation: Recommendation) -> Advice:
    """A recommendation in bare numbers."""
    return Advice(
        action=recommendation.action,
        units=_sent(recommendation.units),
        parallel=_sent(recommendation.parallel),
        awaited=_sent(recommendation.awaited),
        alternatives=tuple(Other(one.unit_id, one.eta_s, one.reason) for one in recommendation.alternatives),
        wait_s=recommendation.wait_s,
        coverage_before=recommendation.coverage_before,
        coverage_after=recommendation.coverage_after,
    )


def _sent(candidates: Sequence[Candidate]) -> tuple[Sent, ...]:
    return tuple(Sent(one.unit_id, one.eta_s, one.tier, one.diverts_from, one.free_in_s) for one in candidates)


def written(saw: msgspec.Struct) -> dict[str, Any]:
    """As it stands in an event."""
    found: dict[str, Any] = msgspec.to_builtins(saw, str_keys=True)
    return found
