"""
How a station usually answers, from what the log counts of it. Pure.

Each estimate starts from a stated prior, as if a station had answered a few times already, and leans on the present
day: of all the answers before it at most `MEMORY` weigh. A centre-run station cannot refuse and takes no time.
"""

from __future__ import annotations

from datetime import date

from dispatch.domain.state import OfferCounts, Station

PRIOR_ACCEPTED, PRIOR_DECLINED = 9.0, 1.0
"""Beta(9, 1): nine of ten offers accepted, held as firmly as ten answers (guess)."""

PRIOR_ANSWERS = 5.0
"""The default time to answer is held as firmly as so many answers (guess)."""

MEMORY = 50.0
"""Answers of earlier days weigh together at most as much as so many (guess): a station's staffing changes."""

_NONE = OfferCounts()


def chance_of_accepting(station: Station) -> float:
    """
    The chance, 0 to 1, that the next offer is accepted: the mean of the Beta posterior; 1 for one that may not refuse.

    A silence is a no; a withdrawn offer says nothing. Weakness: it does not know the hour or the kind of incident.
    """
    if not station.can_refuse:
        return 1.0
    accepted, declined = PRIOR_ACCEPTED, PRIOR_DECLINED
    today, before = _today(station), _share_before(station)
    accepted += today.accepted + before * (station.accepted - today.accepted)
    declined += _declined(today) + before * (_declined(station) - _declined(today))
    return accepted / (accepted + declined)


def usual_answer_s(station: Station, default_s: float) -> float:
    """Seconds from offer to answer, drawn towards `default_s`; silences aside; 0 for one that may not refuse."""
    if not station.can_refuse:
        return 0.0
    today, before = _today(station), _share_before(station)
    answers = PRIOR_ANSWERS + today.answers + before * (station.answers - today.answers)
    answer_s = PRIOR_ANSWERS * default_s + today.answer_s + before * (station.answer_s - today.answer_s)
    return answer_s / answers


def load_of(station: Station, day: date | None) -> float:
    """Runs accepted on this duty day; None: on the day of its last offer, which may be over."""
    if station.today is None or (day is not None and station.today.day != day):
        return 0.0
    return float(station.today.accepted)


def _today(station: Station) -> OfferCounts:
    return station.today or _NONE


def _declined(counts: OfferCounts) -> int:
    return counts.refused + counts.silent


def _share_before(station: Station) -> float:
    """What one answer of an earlier day weighs, so that all of them weigh at most `MEMORY`."""
    today = _today(station)
    answered = station.accepted + _declined(station) - today.accepted - _declined(today)
    return min(1.0, MEMORY / answered) if answered else 1.0
