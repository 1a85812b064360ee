"""How a station usually answers: priors, the running day, and what the fold counts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dispatch.assignment.stations import chance_of_accepting, load_of, usual_answer_s
from dispatch.domain.state import DutyDay, OfferCounts, Station
from tests.factories import make_station

TODAY = date(2026, 3, 2)


def station_with(today: OfferCounts | None = None, **totals: int | float) -> Station:
    station = make_station()
    for name, value in totals.items():
        setattr(station, name, value)
    if today is not None:
        fields = {name: getattr(today, name) for name in ("accepted", "refused", "silent", "answers", "answer_s")}
        station.today = DutyDay(day=TODAY, **fields)
    return station


def test_a_station_that_was_never_asked_is_as_the_prior_says() -> None:
    assert (chance_of_accepting(make_station()), usual_answer_s(make_station(), 10.0)) == (0.9, 10.0)


def test_a_station_that_may_not_refuse_takes_it_at_once() -> None:
    station = make_station(can_refuse=False)
    assert (chance_of_accepting(station), usual_answer_s(station, 10.0)) == (1.0, 0.0)


def test_refusals_and_silences_lower_the_chance_alike() -> None:
    refused, silent = station_with(refused=5), station_with(silent=5)
    assert chance_of_accepting(refused) == chance_of_accepting(silent) == 9 / 15


def test_all_earlier_days_weigh_as_fifty_answers_and_today_in_full() -> None:
    today = OfferCounts(refused=10)
    station = station_with(today, accepted=500, refused=510)
    assert chance_of_accepting(station) == pytest.approx((9 + 25) / (10 + 50 + 10))


def test_the_usual_answer_is_drawn_towards_the_default() -> None:
    assert usual_answer_s(station_with(accepted=5, answers=5, answer_s=150.0), 10.0) == 20.0


def test_the_load_of_a_day_that_is_over_is_none() -> None:
    station = station_with(OfferCounts(accepted=3), accepted=3)
    assert load_of(station, None) == load_of(station, TODAY) == 3.0
    assert load_of(station, TODAY + timedelta(days=1)) == 0.0
