"""One decision of the log made again, by the very functions of the desk."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.assignment.coverage import Coverage, estimate_busy_fraction
from dispatch.assignment.decide import assign
from dispatch.assignment.evidence import positions_of
from dispatch.assignment.saw import Advice, OfferSaw, advice_of
from dispatch.assignment.travel import Travel
from dispatch.city_pack import CityPack
from dispatch.domain.state import State
from dispatch.hospitals.saw import MOST_KEPT
from dispatch.hospitals.weigh import weigh
from dispatch.move_up.decide import move_up
from dispatch.move_up.saw import Move, MoveUpSaw, bare
from dispatch.policy.model import Policy
from simulator.redecide.acted import Act, Decided


@dataclass(frozen=True)
class Moves:
    """All moves advised, the most valuable first."""

    moves: tuple[Move, ...]


@dataclass(frozen=True)
class Hospitals:
    """Hospitals with their scores in seconds, the best first."""

    ranked: tuple[tuple[str, float], ...]


Outcome = Advice | Moves | Hospitals | None
"""What is advised; None for an incident that asks for nobody."""


@dataclass(frozen=True)
class World:
    """What is the same for all decisions of a log."""

    pack: CityPack
    coverage: Coverage | None


def outcomes(decided: Decided, state: State, travel: Travel, world: World, policy: Policy) -> list[Outcome]:
    """What comes out now, for each act on the decision. Raises `NotKept`."""
    if decided.kind == "offer":
        return _offers(decided, state, travel, world, policy)
    if decided.kind == "move-up":
        return _moves(decided, state, travel, world, policy)
    return [_hospitals(act, decided, state, travel, world, policy) for act in decided.acts]


def recorded(act: Act) -> Outcome:
    """What came out then, in the same form."""
    saw = act.saw
    if isinstance(saw, OfferSaw):
        return saw.advice
    return Moves(saw.moves) if isinstance(saw, MoveUpSaw) else Hospitals(saw.advised)


def _offers(decided: Decided, state: State, travel: Travel, world: World, policy: Policy) -> list[Outcome]:
    positions = positions_of(decided.evidence, decided.now)
    found = assign(state, positions, travel, decided.now, policy.assignment, world.coverage)
    return [advice_of(found[act.about]) if act.about in found else None for act in decided.acts]


def _moves(decided: Decided, state: State, travel: Travel, world: World, policy: Policy) -> list[Outcome]:
    if world.coverage is None:
        return [Moves(()) for _ in decided.acts]
    positions, q = positions_of(decided.evidence, decided.now), estimate_busy_fraction(state, policy.assignment)
    found = move_up(state, positions, travel, world.coverage, decided.now, policy.move_up, q)
    return [Moves(tuple(map(bare, found))) for _ in decided.acts]


def _hospitals(act: Act, decided: Decided, state: State, travel: Travel, world: World, policy: Policy) -> Outcome:
    positions = positions_of(decided.evidence, decided.now)
    advised, _ = weigh(
        state,
        act.about,
        act.unit_id,
        positions.get(act.unit_id),
        travel,
        decided.now,
        policy,
        table=world.pack.destination_needs,
        listed={row.id for row in world.pack.hospitals if row.destination},
        wish=getattr(act.saw, "wish", None),
    )
    return Hospitals(tuple((one.hospital_id, round(one.score_s, 1)) for one in advised[:MOST_KEPT]))
