"""What the desk is advised to do about one incident, with the reasons, as it stands on the feed."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from dispatch.domain.words import Tier

Action = Literal["send", "queue"]
Reason = Literal[
    "slower",
    "needed",
    "leaves_gap",
    "equal",
    "cannot_convey",
    "lacks_skill",
    "by_water",
    "refused",
    "silent",
    "busy",
    "under_way",
    "not_free_yet",
    "had_more_runs",
    "shift_ends",
]
"""Why a unit was not chosen; `Alternative.text` says it in words."""


class Text(msgspec.Struct, frozen=True):
    """The same words in both languages of the screen."""

    vi: str
    en: str


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """
    A unit to be sent, or waited for. `eta_s`: seconds from now to arrival: `free_in_s`, with a margin, when it is not
    free yet + `answer_s`, the station's usual time to answer + the time that refusals cost on average + turnout +
    `travel_s`. `p_accept`: chance that the station accepts, 0 to 1.

    `tier`: `first` goes ahead and covers no need. `diverts_from`: id of the incident that it is under way to and would
    leave. `fix_age_s` is the age of its last fix, None when it has none and is taken to be at its post. `estimated`:
    the travel time is a straight-line estimate, because no road of ours joins the two points.
    """

    unit_id: str
    station_id: str
    eta_s: float
    travel_s: float
    fix_age_s: float | None = None
    estimated: bool = False
    tier: Tier = "main"
    diverts_from: str | None = None
    free_in_s: float | None = None
    p_accept: float = 1.0
    answer_s: float = 0.0


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """
    What would change the answer, everything else held: `unit_id` would go instead if `of_unit_id` took `margin_s`
    longer (cause `delay`), or if its station refused (cause `refusal`; `margin_s` is None).
    """

    cause: Literal["delay", "refusal"]
    of_unit_id: str
    unit_id: str
    margin_s: float | None
    text: Text


class Alternative(msgspec.Struct, frozen=True, kw_only=True):
    """A unit that was not chosen and why. `eta_s` is None for one that is not free."""

    unit_id: str
    station_id: str
    eta_s: float | None
    reason: Reason
    text: Text


class Recommendation(msgspec.Struct, frozen=True, kw_only=True):
    """
    The advice for one incident: send these units, or let it wait.

    `units`: one for each slot that can be served now, in the order of the incident's needs, then the one that goes
    ahead of them. `parallel`: for red, the unit of a second station, offered at the same moment as `units[0]`.
    `awaited`: units that are not free yet and are worth waiting for; they are not offered now. `wait_s`: seconds, when
    nobody is sent, until one of those is expected to be free, or else any that fits; a guess; None when none will.
    Coverage is a share of expected
    demand, 0 to 1, before and after these units leave; None when the city has no coverage table. `data_age_s`:
    age of the oldest fix among the units named here, 0 when none has a fix. `solver_ms` covers the whole
    decision, all incidents together, and is filled in by the caller: a decision has no clock. So is
    `traffic_version`, which names the road conditions that it stands on.
    """

    incident_id: str
    action: Action
    units: tuple[Candidate, ...]
    parallel: tuple[Candidate, ...]
    alternatives: tuple[Alternative, ...]
    coverage_before: float | None
    coverage_after: float | None
    data_age_s: float
    based_on_seq: int
    at: datetime
    why: Text
    awaited: tuple[Candidate, ...] = ()
    wait_s: float | None = None
    changes: tuple[Change, ...] = ()
    solver_ms: float = 0.0
    traffic_version: str = ""
