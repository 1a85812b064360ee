"""
A snapshot of the desk → what a look ahead starts from: a file, a running desk by its address, or a start that was kept.

A file is what `GET /api/v1/snapshot` answers, with `positions` (unit id → lon, lat, at) and `at` beside it if they are
known. Without positions units are at their posts, or where their status says; without `at` it is the time of the last
event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec

from dispatch.city_pack import load_city_pack
from dispatch.domain.state import FOLD_VERSION, State
from dispatch.positions.model import Position
from dispatch.roads.decide import conditions_at, find_arcs, newest_by_arc
from routing.locate import Locator
from routing.travel_times import TravelTimes
from simulator.ahead.freeze import Way, freeze, settle
from simulator.ahead.start import START_VERSION, Start
from simulator.errors import ScenarioError

TIMEOUT_S = 60.0
START_PATH = "/api/v1/simulations/start"
WAY_OUT = "save what GET /api/v1/snapshot answers, or name a running desk with --url"
Say = Callable[[str], None]


@dataclass(frozen=True)
class Snapshot:
    """The desk's state at a moment, and where its units were."""

    state: State
    positions: Mapping[str, Position]
    at: datetime


def read_start(path: Path, city: Callable[[], Path], say: Say) -> Start:
    """From a file: a start is taken as it is, a snapshot is frozen on the roads of the city. Raises ScenarioError."""
    try:
        told = msgspec.json.decode(path.read_bytes())
    except OSError as error:
        raise ScenarioError(path, f"cannot be read ({error.strerror})", WAY_OUT) from None
    except msgspec.DecodeError as error:
        raise ScenarioError(path, f"is no JSON ({error})", WAY_OUT) from None
    if not isinstance(told, dict):
        raise ScenarioError(path, "is no snapshot of a desk", WAY_OUT)
    if "start_version" in told:
        return _kept_start(told, path)
    return start_of(_snapshot(told, str(path)), city, say)


def fetch_start(url: str, token: str) -> Start:
    """From a running desk, with a token that may simulate: as the desk itself would begin. Raises ScenarioError."""
    headers = {"Authorization": f"Bearer {token}"}
    try:
        with httpx.Client(base_url=url, headers=headers, timeout=TIMEOUT_S, trust_env=False) as http:
            return _kept_start(_get(http, url, START_PATH), url)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ScenarioError(url, f"does not answer ({error})", "start the desk, or correct the address") from None


def start_of(snapshot: Snapshot, city: Callable[[], Path], say: Say) -> Start:
    """Frozen, with the ways measured under the closures that stand and the traffic of the hour."""
    frozen = freeze(snapshot.state, snapshot.positions, snapshot.at, load_city_pack())
    if not frozen.start.units:
        raise ScenarioError("snapshot", "no unit of the city is on duty in it", "take it from a desk at work")
    say("loading the roads")
    travel = TravelTimes.load(city())
    locator = Locator(travel.graph, travel.streets)
    closures = snapshot.state.closures.values()
    found = [(one, arcs) for one in closures if (arcs := find_arcs(one, locator)) is not None]
    travel.apply(conditions_at(snapshot.at, newest_by_arc([], snapshot.at), found))
    return settle(frozen, lambda ways: times_by_road(travel, ways))


def times_by_road(travel: TravelTimes, ways: Sequence[Way]) -> list[float]:
    """Seconds of each way under the conditions in force."""
    return [float(travel.times([here], [there], profile)[0, 0]) for here, there, profile in ways]


def _get(http: httpx.Client, url: str, path: str) -> Any:
    answer = http.get(path)
    if answer.status_code in (401, 403):
        way_out = "make one with 'saigon115 token create --role supervisor' and put it into SAIGON115_TOKEN"
        raise ScenarioError(url, f"does not let this token see {path} ({answer.status_code})", way_out)
    if answer.status_code != httpx.codes.OK:
        raise ScenarioError(url, f"answers {answer.status_code} to {path}", "name the address of a Saigon115 desk")
    try:
        return answer.json()
    except ValueError:
        raise ScenarioError(url, f"answers no JSON to {path}", "name the address of a Saigon115 desk") from None


def _kept_start(told: Any, path: Path | str) -> Start:
    version = told.get("start_version") if isinstance(told, dict) else None
    if version != START_VERSION:
        fact = f"is a start of version {version!r}, and this program reads {START_VERSION}"
        raise ScenarioError(path, fact, "look ahead from the desk anew")
    try:
        return msgspec.convert(told, Start)
    except msgspec.ValidationError as error:
        raise ScenarioError(path, f"is no start of a look ahead ({error})", WAY_OUT) from None


def _snapshot(told: dict[str, Any], where: str) -> Snapshot:
    state = told.get("state")
    if not isinstance(state, dict):
        raise ScenarioError(where, "is no snapshot of a desk: it has no 'state'", WAY_OUT)
    version = state.get("fold_version")
    if version != FOLD_VERSION:
        fact = f"its state is of form {version!r}, and this program reads {FOLD_VERSION}"
        raise ScenarioError(where, fact, "take it from a desk of this version")
    try:
        found = msgspec.convert(state, State)
        positions = msgspec.convert(told.get("positions") or {}, dict[str, Position])
        at = msgspec.convert(told["at"], datetime) if told.get("at") else found.at
    except msgspec.ValidationError as error:
        raise ScenarioError(where, f"is no snapshot of a desk ({error})", WAY_OUT) from None
    if at is None:
        raise ScenarioError(where, "nothing has ever happened in it", "take it from a desk at work")
    if at.tzinfo is None:
        raise ScenarioError(where, f"at {at.isoformat()} has no zone", "write it with Z or an offset")
    return Snapshot(found, positions, at)
