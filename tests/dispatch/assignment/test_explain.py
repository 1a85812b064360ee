"""Why not the others: the words a dispatcher reads."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from dispatch.assignment.decide import assign
from dispatch.assignment.phrases import clock, duration, percent
from dispatch.assignment.recommendation import Alternative, Recommendation, Text
from dispatch.assignment.settings import AssignmentSettings
from dispatch.domain.events import Need
from dispatch.domain.state import Incident, Unit
from dispatch.positions.model import Position
from tests.factories import (
    LON,
    NOW,
    FakeTravel,
    make_incident,
    make_offer,
    make_position,
    make_state,
    make_station,
    make_unit,
)


def explained(*incidents: Incident, units: list[Unit], positions: dict[str, Position] | None = None) -> Recommendation:
    """What is said about the first incident; stations s0 … s9 stand 0.01 degrees apart eastward."""
    stations = [make_station(f"s{number}", lon=LON + number * 0.01) for number in range(10)]
    state = make_state(stations=stations, units=units, incidents=incidents, seq=7)
    return assign(state, positions or {}, FakeTravel(), NOW, AssignmentSettings())[incidents[0].id]


def said(found: Recommendation) -> list[tuple[str, str, str, str]]:
    return [(other.unit_id, other.reason, other.text.vi, other.text.en) for other in found.alternatives]


def test_a_slower_unit_says_by_how_much_and_how_old_its_fix_is() -> None:
    units = [make_unit("a", station_id="s0"), make_unit("b", station_id="s0")]
    old = {"b": make_position(LON + 0.013, age_s=95)}
    assert said(explained(make_incident(), units=units, positions=old)) == [
        (
            "b",
            "slower",
            "chậm hơn 2 phút 10 giây; vị trí cũ 1 phút 35 giây",
            "slower by 2 min 10 s; fix is 1 min 35 s old",
        )
    ]


def test_a_sooner_unit_kept_for_a_graver_call_says_for_which() -> None:
    red = make_incident("red", priority=1, number="0042")
    units = [make_unit("a", station_id="s0"), make_unit("b", station_id="s1"), make_unit("c", station_id="s2")]
    found = explained(make_incident(), red, units=units)
    assert [unit.unit_id for unit in found.units] == ["c"]
    assert said(found) == [
        ("a", "needed", "cần cho ca 0042 (đỏ)", "needed for 0042 (red)"),
        ("b", "needed", "trạm thứ hai cho ca 0042 (đỏ)", "second station for 0042 (red)"),
    ]
    assert found.why == Text(
        "đến trong 4 phút 37 giây; sớm nhất trong các kíp còn lại",
        "arrives in 4 min 37 s; soonest of those not needed elsewhere",
    )


def test_a_station_that_declined_says_when() -> None:
    at = NOW + timedelta(minutes=11)
    offers = [
        make_offer("O0", station_id="s0", status="refused", answered_at=at),
        make_offer("O1", station_id="s1", status="expired", answered_at=at),
    ]
    units = [make_unit(key, station_id=key) for key in ("s0", "s1", "s2")]
    assert said(explained(make_incident(offers=offers), units=units)) == [
        ("s0", "refused", "trạm đã từ chối 09:41", "station refused at 09:41"),
        ("s1", "silent", "trạm không trả lời 09:41", "station silent at 09:41"),
    ]


def test_units_that_do_not_fit_say_what_they_lack() -> None:
    units = [
        make_unit("bike", station_id="s0", kind="motorbike"),
        make_unit("plain", station_id="s1", skills=("convey",)),
        make_unit("whole", station_id="s2"),
    ]
    needs = (Need(("doctor", "convey")),)
    assert said(explained(make_incident(needs=needs), units=units)) == [
        ("bike", "cannot_convey", "không chở được người bệnh", "cannot convey"),
        ("plain", "lacks_skill", "không đủ chuyên môn", "lacks a skill that is needed"),
    ]


def test_busy_units_fill_up_the_five_and_those_off_duty_are_not_listed() -> None:
    units = [
        make_unit("off", station_id="s0", status="off_duty"),
        make_unit("busy", station_id="s0", status="transporting", incident_id="I2"),
        make_unit("free", station_id="s5"),
    ]
    other = make_incident("I2", number="0007", status="attended")
    found = explained(make_incident(), other, units=units)
    assert found.alternatives == (
        Alternative(
            unit_id="busy",
            station_id="s0",
            eta_s=None,
            reason="busy",
            text=Text("đang chở người bệnh, ca 0007 từ 08:30", "conveying a patient, 0007 since 08:30"),
        ),
    )


def test_five_alternatives_are_enough_and_the_chosen_is_none_of_them() -> None:
    found = explained(make_incident(), units=[make_unit(f"u{number}", station_id=f"s{number}") for number in range(9)])
    assert [other.unit_id for other in found.alternatives] == ["u1", "u2", "u3", "u4", "u5"]


def test_a_queue_says_whether_units_are_missing_or_kept() -> None:
    red = make_incident("red", priority=1)
    bike = make_unit("bike", station_id="s0", kind="motorbike")
    assert explained(make_incident(), units=[bike]).why.en == "no free unit has what is needed"
    kept = explained(make_incident(), red, units=[make_unit("van", station_id="s0")])
    assert kept.why.en == "every fitting unit is needed elsewhere"


def test_a_recommendation_is_the_json_that_the_interface_promises() -> None:
    found = explained(make_incident("I1", priority=1), units=[make_unit("a", station_id="s0")])
    unit = {
        "unit_id": "a", "station_id": "s0", "eta_s": 76.7, "travel_s": 0.0, "fix_age_s": None, "estimated": False,
        "tier": "main", "diverts_from": None, "free_in_s": None, "p_accept": 0.9, "answer_s": 10.0,
    }  # fmt: skip
    assert msgspec.json.decode(msgspec.json.encode(found)) == {
        "incident_id": "I1",
        "action": "send",
        "units": [unit],
        "parallel": [],
        "alternatives": [],
        "awaited": [],
        "wait_s": None,
        "changes": [],
        "coverage_before": None,
        "coverage_after": None,
        "solver_ms": 0.0,
        "traffic_version": "",
        "data_age_s": 0.0,
        "based_on_seq": 7,
        "at": "2026-03-02T02:30:00Z",
        "why": {"vi": "đến trong 1 phút 17 giây; sớm nhất", "en": "arrives in 1 min 17 s; soonest"},
    }


@pytest.mark.parametrize(
    ("seconds", "vi", "en"),
    [
        (0, "0 giây", "0 s"),
        (59.6, "1 phút", "1 min"),
        (130, "2 phút 10 giây", "2 min 10 s"),
        (3661, "1 giờ 1 phút", "1 h 1 min"),
    ],
)
def test_durations_are_said_as_people_say_them(seconds: float, vi: str, en: str) -> None:
    assert duration(seconds) == Text(vi, en)


def test_the_clock_is_the_citys_and_percent_has_the_languages_comma() -> None:
    assert (clock(NOW), percent(0.0123)) == ("09:30", Text("1,2 %", "1.2%"))
