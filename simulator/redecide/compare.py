"""Whether two outcomes of one decision are the same, and if not, in what."""

from __future__ import annotations

from collections.abc import Sequence
from math import isclose
from typing import Any, Literal

from dispatch.assignment.saw import Advice, Sent
from dispatch.move_up.saw import Move
from simulator.redecide.again import Hospitals, Moves, Outcome

What = Literal["who goes", "who else could", "times", "coverage"]
"""In what two outcomes differ, the gravest first: a graver difference hides the lesser ones."""


def difference(then: Outcome, now: Outcome) -> What | None:
    """None when they are the same. Coverage is a sum of many shares: its last bits may differ between machines."""
    if isinstance(then, Advice) and isinstance(now, Advice):
        return _between_advice(then, now)
    if isinstance(then, Moves) and isinstance(now, Moves):
        return _between_moves(then.moves, now.moves)
    if isinstance(then, Hospitals) and isinstance(now, Hospitals):
        return _between_hospitals(then.ranked, now.ranked)
    return None if then == now else "who goes"


def _between_advice(then: Advice, now: Advice) -> What | None:
    if _who(then) != _who(now):
        return "who goes"
    if [(one.unit_id, one.reason) for one in then.alternatives] != [
        (one.unit_id, one.reason) for one in now.alternatives
    ]:
        return "who else could"
    if _times(then) != _times(now):
        return "times"
    shares = ((then.coverage_before, now.coverage_before), (then.coverage_after, now.coverage_after))
    return None if all(_is_close(*pair) for pair in shares) else "coverage"


def _between_moves(then: Sequence[Move], now: Sequence[Move]) -> What | None:
    if list(map(_move, then)) != list(map(_move, now)):
        return "who goes"
    if [one.travel_s for one in then] != [one.travel_s for one in now]:
        return "times"
    pairs = list(zip(then, now, strict=True))
    before = all(_is_close(a.coverage_before, b.coverage_before) for a, b in pairs)
    return None if before and all(_is_close(a.coverage_after, b.coverage_after) for a, b in pairs) else "coverage"


def _between_hospitals(then: Sequence[tuple[str, float]], now: Sequence[tuple[str, float]]) -> What | None:
    """The first is where the patient goes."""
    names = [[hospital_id for hospital_id, _ in ranked] for ranked in (then, now)]
    if names[0][:1] != names[1][:1]:
        return "who goes"
    if names[0] != names[1]:
        return "who else could"
    return None if list(then) == list(now) else "times"


def _who(advice: Advice) -> tuple[Any, ...]:
    return (advice.action, *(tuple(map(_unit, some)) for some in (advice.units, advice.parallel, advice.awaited)))


def _unit(one: Sent) -> tuple[Any, ...]:
    return one.unit_id, one.tier, one.diverts_from


def _times(advice: Advice) -> list[float | None]:
    sent = (*advice.units, *advice.parallel, *advice.awaited)
    return [
        advice.wait_s,
        *(one.eta_s for one in sent),
        *(one.free_in_s for one in sent),
        *(one.eta_s for one in advice.alternatives),
    ]


def _move(one: Move) -> tuple[Any, ...]:
    return one.unit_id, one.from_id, one.to_id, one.moves_left, one.policy


def _is_close(then: float | None, now: float | None) -> bool:
    if then is None or now is None:
        return then == now
    return isclose(then, now, rel_tol=1e-9, abs_tol=1e-12)


def say(outcome: Outcome) -> str:
    """An outcome in a few words."""
    if outcome is None:
        return "nothing"
    if isinstance(outcome, Advice):
        return _say_advice(outcome)
    if isinstance(outcome, Moves):
        rows = [f"{one.unit_id} from {one.from_id} to {one.to_id} ({one.travel_s:g} s)" for one in outcome.moves]
    else:
        rows = [f"{hospital_id} ({score_s:g} s)" for hospital_id, score_s in outcome.ranked]
    return ", ".join(rows[:4]) or "none"


def _say_advice(advice: Advice) -> str:
    def named(some: Sequence[Sent]) -> str:
        return ", ".join(f"{one.unit_id} ({one.eta_s:g} s)" for one in some)

    parts = [f"send {named(advice.units)}" if advice.units else "wait"]
    parts += [f"second station {named(advice.parallel)}"] if advice.parallel else []
    parts += [f"wait for {named(advice.awaited)}"] if advice.awaited else []
    others = ", ".join(f"{one.unit_id} ({one.eta_s:g} s)" for one in advice.alternatives if one.eta_s is not None)
    parts += [f"else {others}"] if others else []
    return "; ".join(parts)
