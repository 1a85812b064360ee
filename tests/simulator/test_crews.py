from __future__ import annotations

from collections import Counter
from statistics import mean, median
from typing import get_args

import pytest

from dispatch.domain.words import RefusalCode
from simulator.crews import ANSWER_MAX_S, ANSWER_MIN_S, Answer
from tests.simulator.worlds import make_crews, pack

OFFERS = [f"off-{i}" for i in range(3000)]


def test_the_same_seed_and_offer_take_equally_long_in_whatever_order_they_are_asked() -> None:
    one, other = make_crews(), make_crews()
    asked = [(one.turnout_s(key), one.on_scene_s(key), one.handover_s(key), one.answer(key)) for key in OFFERS[:50]]
    again = [
        (other.turnout_s(key), other.on_scene_s(key), other.handover_s(key), other.answer(key))
        for key in reversed(OFFERS[:50])
    ]
    assert asked == again[::-1]


def test_another_seed_takes_another_time() -> None:
    assert make_crews(1).turnout_s("O1") != make_crews(2).turnout_s("O1")


def test_times_are_those_of_the_pack() -> None:
    crews, demand = make_crews(), pack().demand
    assert median(crews.turnout_s(key) for key in OFFERS) == pytest.approx(demand.turnout_median_s, rel=0.05)
    assert mean(crews.handover_s(key) for key in OFFERS) == pytest.approx(demand.handover_mean_s, rel=0.05)
    with_patient = [key for key in OFFERS if crews.to_patient_s(key) is not None]
    assert mean(crews.on_scene_s(key) for key in with_patient) == pytest.approx(demand.on_scene_mean_s, rel=0.05)


def test_stations_refuse_and_stay_silent_as_often_as_the_pack_says() -> None:
    crews, demand = make_crews(), pack().demand
    kinds = Counter(crews.answer(key).kind for key in OFFERS)
    assert kinds["refuse"] / len(OFFERS) == pytest.approx(demand.refusal_probability, abs=0.02)
    assert kinds["silent"] / len(OFFERS) == pytest.approx(demand.no_answer_probability, abs=0.01)


def test_refusals_carry_codes_that_the_desk_knows_and_nothing_else_does() -> None:
    answers = [make_crews().answer(key) for key in OFFERS]
    codes = {answer.code for answer in answers if answer.kind == "refuse"}
    assert codes == set(get_args(RefusalCode))
    assert {answer.code for answer in answers if answer.kind != "refuse"} == {None}


def test_a_station_that_cannot_refuse_accepts() -> None:
    crews = make_crews()
    kinds = {crews.answer(key, can_refuse=False).kind for key in OFFERS[:300]}
    assert kinds == {"accept"}


def test_every_answer_comes_before_an_offer_ends() -> None:
    answers: list[Answer] = [make_crews().answer(key) for key in OFFERS]
    assert all(ANSWER_MIN_S <= answer.after_s <= ANSWER_MAX_S < 60 for answer in answers)


def test_outcomes_have_the_shares_of_the_pack() -> None:
    crews, demand = make_crews(), pack().demand
    outcomes = Counter(crews.outcome(key, can_convey=True) for key in OFFERS)
    assert outcomes["no_patient_found"] / len(OFFERS) == pytest.approx(demand.share_no_patient, abs=0.015)
    with_patient = len(OFFERS) - outcomes["no_patient_found"]
    assert outcomes["conveyed"] / with_patient == pytest.approx(demand.share_conveyed, abs=0.015)
    assert set(outcomes) == {"conveyed", "no_patient_found", "treated_not_conveyed", "refused_by_patient"}


def test_a_unit_that_cannot_convey_never_conveys() -> None:
    crews = make_crews()
    assert "conveyed" not in {crews.outcome(key, can_convey=False) for key in OFFERS}


def test_the_patient_is_reached_before_the_scene_is_left() -> None:
    crews = make_crews()
    walks = [(crews.to_patient_s(key), crews.on_scene_s(key)) for key in OFFERS[:500]]
    assert all(walk_s is None or walk_s < scene_s for walk_s, scene_s in walks)


def test_a_crew_on_the_road_turns_out_at_once() -> None:
    assert make_crews().turnout_s("O1", rolling=True) == 15.0


def test_nobody_leaves_an_arrest_as_treated() -> None:
    crews = make_crews()
    ends = {crews.outcome(key, can_convey=True, complaint="cardiac_arrest") for key in OFFERS}
    assert ends == {"conveyed", "no_patient_found", "dead_on_arrival"}


def test_who_cannot_speak_does_not_refuse() -> None:
    crews = make_crews()
    ends = {crews.outcome(key, can_convey=True, complaint="unconscious") for key in OFFERS}
    assert ends == {"conveyed", "no_patient_found"}
