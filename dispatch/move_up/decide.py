"""
Which idle units should move to which posts. Pure: the desk and the simulator call the very same function.

`dmexclp`: a unit that has just become free goes where it adds most to the coverage of the others (Jagtenberg, Bhulai,
van der Mei 2015), if that is `least_gain_returning` more than at its own post. Then, of all units, the one whose move
adds most, then the next, as long as a move adds `least_gain`. Ties: the shorter way, then the smaller ids. Greedy, so a
better set of moves may exist; each advised move is worth it by itself.

`compliance`: the table names the posts for so many free units (`compliance.table_of`); units are matched to them so
that the longest way is shortest, then the sum of ways, and those that are not where they belong move.

A move is never advised to a unit that has been asked already, that has moved `moves_per_hour` times within the hour or
moved less than `rest_s` ago, nor over a way longer than `longest_s`. Motorbikes move like vans: what counts is who
arrives. Weakness: coverage counts units, not skills, and takes a unit on the road as if it had arrived.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from dispatch.assignment.coverage import Coverage
from dispatch.assignment.phrases import duration, percent
from dispatch.assignment.recommendation import Text
from dispatch.assignment.travel import Travel
from dispatch.domain.state import State, Unit
from dispatch.move_up.advice import MoveUp
from dispatch.move_up.compliance import table_of, targets
from dispatch.move_up.settings import MoveUpSettings
from dispatch.move_up.standing import Floats, Standing, look
from dispatch.positions.model import Position

HOUR = timedelta(hours=1)
PROFILES = {"van": "ambulance", "motorbike": "motorbike"}


def move_up(
    state: State,
    positions: Mapping[str, Position],
    travel: Travel,
    coverage: Coverage,
    now: datetime,
    settings: MoveUpSettings,
    busy_fraction: float | None = None,
) -> list[MoveUp]:
    """The moves advised now, the most valuable first; empty when every unit is well where it is."""
    if settings.policy == "off":
        return []
    q = settings.busy_fraction if busy_fraction is None else busy_fraction
    standing = look(state, coverage, settings.target_s, q)
    if not standing.units:
        return []
    travel_s = _ways_s(state, standing, positions, travel)
    travel_s[[not _may_move(unit, now, settings) for unit in standing.units]] = np.inf
    travel_s[travel_s > settings.longest_s] = np.inf
    choose = _comply if settings.policy == "compliance" else _climb
    moves, post = [], standing.post.copy()
    for unit, to in choose(standing, travel_s, settings):
        before = standing.covered(post)
        start, post[unit] = int(post[unit]), to
        after = standing.covered(post)
        moves.append(_advise(standing, unit, start, to, float(travel_s[unit, to]), before, after, now, settings))
    return moves


def _ways_s(state: State, standing: Standing, positions: Mapping[str, Position], travel: Travel) -> Floats:
    """Units × posts, seconds by road from where each unit is; inf where no road leads."""
    posts = [state.stations[post_id] for post_id in standing.post_ids]
    to = np.array([(post.lon, post.lat) for post in posts], dtype=np.float64)
    spots = [positions.get(unit.id) or state.stations[unit.post] for unit in standing.units]
    here = np.array([(spot.lon, spot.lat) for spot in spots], dtype=np.float64)
    out = np.full((len(here), len(to)), np.inf)
    for kind, profile in PROFILES.items():
        rows = [row for row, unit in enumerate(standing.units) if unit.kind == kind]
        if rows:
            out[rows] = travel.times(here[rows], to, profile)
    return out


def _may_move(unit: Unit, now: datetime, settings: MoveUpSettings) -> bool:
    """Neither asked already nor sent about too often; a unit that has just become free has no post to rest at."""
    within_hour = [at for at in unit.moved_at if timedelta(0) <= now - at < HOUR]
    if unit.asked_post_id is not None or len(within_hour) >= settings.moves_per_hour or unit.status == "moving_up":
        return False
    rested = not within_hour or (now - within_hour[-1]).total_seconds() >= settings.rest_s
    return rested or unit.status == "returning"


def _climb(standing: Standing, travel_s: Floats, settings: MoveUpSettings) -> list[tuple[int, int]]:
    """DMEXCLP, move by move: first those that are on the road anyway, then all that still stand."""
    post: NDArray[np.int64] = standing.post.copy()
    returning = np.array([unit.status == "returning" for unit in standing.units])
    first = _best_moves(standing, post, np.where(returning[:, None], travel_s, np.inf), settings.least_gain_returning)
    travel_s = travel_s.copy()
    travel_s[[unit for unit, _ in first]] = np.inf
    return first + _best_moves(standing, post, travel_s, settings.least_gain)


def _best_moves(
    standing: Standing, post: NDArray[np.int64], travel_s: Floats, least_gain: float
) -> list[tuple[int, int]]:
    """The move that adds most, then the next, until none adds enough; each unit moves once. `post` is brought along."""
    units, found = np.arange(len(post)), list[tuple[int, int]]()
    open_to = np.isfinite(travel_s)
    while open_to.any():
        marginals = standing.marginals(post)
        gain = np.where(open_to, marginals - marginals[units, post][:, None], -np.inf)
        gain[units, post] = -np.inf
        if gain.max() < least_gain:
            break
        unit, to = _first_best(gain, travel_s)
        post[unit], open_to[unit] = to, False
        found.append((unit, to))
    return found


def _first_best(gain: Floats, travel_s: Floats) -> tuple[int, int]:
    """Greatest gain, to a billionth; of equal ones the shortest way, to 0.1 s, then the first unit and post."""
    rows, columns = np.nonzero(gain >= gain.max() - 1e-9)
    best = int(np.argmin(np.rint(travel_s[rows, columns] * 10)))
    return int(rows[best]), int(columns[best])


def _comply(standing: Standing, travel_s: Floats, settings: MoveUpSettings) -> list[tuple[int, int]]:
    """The units that are not at the post that the table gives them, the longest way first."""
    del settings
    wanted = table_of(standing)[: len(standing.units)]
    stay: NDArray[np.float64] = travel_s.copy()
    stay[np.arange(len(standing.post)), standing.post] = 0.0
    found = [(unit, to) for unit, to in targets(stay, wanted) if to != standing.post[unit]]
    return sorted(found, key=lambda pair: (-float(travel_s[pair]), pair))


def _advise(
    standing: Standing,
    unit: int,
    start: int,
    to: int,
    travel_s: float,
    before: float,
    after: float,
    now: datetime,
    settings: MoveUpSettings,
) -> MoveUp:
    who = standing.units[unit]
    way, then, now_share = duration(travel_s), percent(after), percent(before)
    within_hour = sum(timedelta(0) <= now - at < HOUR for at in who.moved_at)
    return MoveUp(
        unit_id=who.id,
        from_id=standing.post_ids[start],
        to_id=standing.post_ids[to],
        travel_s=round(travel_s, 1),
        coverage_before=before,
        coverage_after=after,
        moves_left=settings.moves_per_hour - within_hour,
        policy=settings.policy,
        at=now,
        why=Text(
            f"vùng phủ từ {now_share.vi} lên {then.vi}; đường đi {way.vi}",
            f"coverage from {now_share.en} to {then.en}; a way of {way.en}",
        ),
    )
