"""Which hospital is advised: brute force over random cities, and what weighs how much."""

from __future__ import annotations

import random
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.assignment.recommendation import Text
from dispatch.domain.state import Hospital, State
from dispatch.hospitals.decide import Needs, choose, remarks
from dispatch.hospitals.settings import DestinationSettings
from tests.dispatch.hospitals.worlds import HERE, S_PER_DEGREE, SETTINGS, advised, at, city, ids, kept
from tests.factories import NOW, FakeTravel, make_unit

CAPABILITIES = ("general", "stroke", "pci", "trauma")

hospitals = st.lists(
    st.builds(
        at,
        st.sampled_from([f"h{n}" for n in range(8)]),
        st.integers(0, 3600).map(float),
        capabilities=st.lists(st.sampled_from(CAPABILITIES), unique=True),
        emergency=st.booleans(),
        status=st.sampled_from(("open", "busy", "full")),
        diversion=st.lists(st.sampled_from(CAPABILITIES), unique=True),
        capacity=st.dictionaries(st.sampled_from(("ed_bed", "ct")), st.integers(0, 2)),
    ),
    max_size=8,
    unique_by=lambda hospital: hospital.id,
)
needs_of_a_patient = st.builds(
    Needs,
    capabilities=st.lists(st.sampled_from((*CAPABILITIES, "unheard_of")), min_size=1, unique=True).map(tuple),
    resource=st.sampled_from(("ed_bed", "ct")),
    nearest_always=st.booleans(),
    wish=st.none() | st.sampled_from(("h0", "h1", "nowhere")),
)
loads = st.lists(
    st.tuples(
        st.sampled_from([f"h{n}" for n in range(8)]), st.sampled_from(("at_hospital", "transporting", "on_scene"))
    ),
    max_size=6,
)
settings_of_a_city = st.builds(
    DestinationSettings,
    missing_s=st.integers(0, 2000).map(float),
    diversion_s=st.integers(0, 2000).map(float),
    busy_s=st.integers(0, 600).map(float),
    full_s=st.integers(0, 2000).map(float),
    none_free_s=st.integers(0, 2000).map(float),
    handover_per_unit_s=st.integers(0, 600).map(float),
    handover_most_s=st.sampled_from((1900.0, 7200.0)),
    handover_weight=st.sampled_from((0.0, 0.5, 1.0)),
)


def loaded(found: list[Hospital], load: list[tuple[str, str]]) -> State:
    state = city(*found)
    for number, (hospital_id, status) in enumerate(load):
        unit = make_unit(f"U{number}", status=status)  # type: ignore[arg-type]  # drawn from the words
        unit.hospital_id = hospital_id
        state.units[unit.id] = unit
    return state


def score(state: State, hospital: Hospital, needs: Needs, settings: DestinationSettings) -> float:
    """The objective of `decide`, written out once more and in no hurry."""
    total = (hospital.lat - HERE[1]) * S_PER_DEGREE
    there = coming = 0
    for unit in state.units.values():
        if unit.hospital_id == hospital.id:
            there += unit.status == "at_hospital"
            coming += unit.status in ("transporting", "on_scene")
    wait = 1830.0 + settings.handover_per_unit_s * there + settings.handover_per_unit_s * 0.5 * coming
    total += settings.handover_weight * min(wait, settings.handover_most_s)
    lacking = set(needs.capabilities) - set(hospital.capabilities)
    if lacking == set(needs.capabilities) and "general" not in hospital.capabilities:
        lacking.add("general")
    total += settings.missing_s * len(lacking)
    if set(needs.capabilities) & set(hospital.diversion):
        total += settings.diversion_s
    total += {"open": 0.0, "busy": settings.busy_s, "full": settings.full_s}[hospital.status]
    if hospital.capacity.get(needs.resource, 1) == 0:
        total += settings.none_free_s
    return total


@given(hospitals, needs_of_a_patient, loads, settings_of_a_city)
def test_the_advice_is_what_brute_force_finds(
    found: list[Hospital], needs: Needs, load: list[tuple[str, str]], settings: DestinationSettings
) -> None:
    state = loaded(found, load)
    emergency = [one for one in found if one.emergency]
    nearest = min(
        [one for one in emergency if "general" in one.capabilities] or emergency,
        key=lambda one: (one.lat, one.id),
        default=None,
    )
    expected = sorted(
        {one.id: one for one in found if one.id == needs.wish or one in (emergency or found)}.values(),
        key=lambda one: (
            one.id != needs.wish,
            needs.nearest_always and one is not nearest,
            round(score(state, one, needs, settings), 6),
            one.lat,
            one.id,
        ),
    )
    found_advice = advised(state, needs, settings)
    assert ids(found_advice) == [one.id for one in expected]
    assert [one.score_s for one in found_advice] == pytest.approx(
        [score(state, one, needs, settings) for one in expected]
    )


@given(hospitals, needs_of_a_patient, st.randoms())
def test_the_order_of_input_is_irrelevant(found: list[Hospital], needs: Needs, shuffle: random.Random) -> None:
    other = list(found)
    shuffle.shuffle(other)
    assert advised(city(*found), needs) == advised(city(*other), needs)


@given(hospitals, needs_of_a_patient)
def test_status_diversion_and_a_full_house_hide_no_hospital(found: list[Hospital], needs: Needs) -> None:
    open_ = [msgspec.structs.replace(one, status="open", diversion=(), capacity={}, reservations={}) for one in found]
    assert set(ids(advised(city(*found), needs))) == set(ids(advised(city(*open_), needs)))


@given(hospitals, needs_of_a_patient)
def test_for_arrest_airway_or_bleeding_the_nearest_emergency_department_is_first_or_right_after_the_wish(
    found: list[Hospital], needs: Needs
) -> None:
    advice = advised(city(*found), msgspec.structs.replace(needs, nearest_always=True))
    if any(one.emergency for one in found):
        place = next(at for at, one in enumerate(advice) if one.nearest_emergency)
        assert place == (1 if advice[0].wished and not advice[0].nearest_emergency else 0)


@given(st.floats(0, 3600), st.floats(0, 3600))
def test_with_all_else_equal_the_nearer_wins(one: float, other: float) -> None:
    advice = advised(city(at("one", one), at("other", other)))
    assert advice[0].travel_s <= advice[1].travel_s


@pytest.mark.parametrize(("farther_s", "first"), [(899.0, "able"), (901.0, "near")])
def test_a_capability_beats_distance_by_as_much_as_is_stated(farther_s: float, first: str) -> None:
    able = at("able", 300.0 + farther_s, capabilities=("general", "stroke"))
    advice = advised(city(at("near"), able), Needs(capabilities=("stroke",)))
    assert advice[0].hospital_id == first
    assert [one.missing for one in advice if one.hospital_id == "near"] == [("stroke",)]


def test_a_special_hospital_that_has_nothing_of_what_is_needed_lacks_general_care_too() -> None:
    eyes = at("eyes", 100.0, capabilities=("eye",))
    advice = advised(city(at("general", 900.0), eyes), Needs(capabilities=("stroke",)))
    assert [(one.hospital_id, one.missing) for one in advice] == [
        ("general", ("stroke",)),
        ("eyes", ("stroke", "general")),
    ]


def test_units_there_and_on_the_way_lengthen_the_handover_and_the_asking_unit_does_not() -> None:
    state = loaded([at("h1")], [("h1", "at_hospital"), ("h1", "transporting"), ("h1", "on_scene")])
    (advice,) = advised(state, Needs(unit_id="U2"))
    assert (advice.units_there, advice.units_coming, advice.handover_s) == (1, 1, 1830.0 + 300.0 + 150.0)
    assert advice.reasons[-1] == Text(
        "Bàn giao khoảng 38 phút: 1 xe đang ở đó, 1 đang tới",
        "Handover about 38 min: 1 units there, 1 on the way",
    )


def test_a_kept_place_is_free_for_whom_it_is_kept_and_for_all_once_its_time_is_over() -> None:
    hospital = at("h1", capacity={"ed_bed": 1})
    hospital.reservations["R1"] = kept()
    ours, theirs = (advised(city(hospital), Needs(incident_id=one))[0] for one in ("I1", "I2"))
    assert [(one.free, one.reserved, one.terms["none_free"]) for one in (ours, theirs)] == [
        (1, True, 0.0),
        (0, False, SETTINGS.none_free_s),
    ]
    later = NOW + timedelta(hours=1)
    (over,) = choose(city(hospital), Needs(incident_id="I2"), HERE, FakeTravel(), later, SETTINGS)
    assert (over.free, over.reserved) == (1, False)


def test_a_wish_stands_first_and_says_what_it_costs() -> None:
    state = city(at("near", 120.0), at("wished", 600.0, emergency=False))
    advice = advised(state, Needs(wish="wished"))
    assert ids(advice) == ["wished", "near"]
    assert advice[0].wished
    assert advice[0].wish_cost_s == pytest.approx(480.0)
    assert advice[0].reasons[:2] == (
        Text("Theo nguyện vọng: đi thêm 8 phút", "The patient's wish: 8 min longer on the road"),
        Text("Không có khoa cấp cứu", "Has no emergency department"),
    )


def test_the_nearest_emergency_department_is_advised_even_where_the_city_brings_nobody() -> None:
    state = city(at("near", 60.0), at("listed", 600.0))
    advice = choose(state, Needs(), HERE, FakeTravel(), NOW, SETTINGS, destinations={"listed"})
    assert sorted(ids(advice)) == ["listed", "near"]


def test_where_no_road_leads_the_straight_line_counts_and_is_marked() -> None:
    hospital = at("h1", 100.0)
    travel = FakeTravel(islands=[(hospital.lon, hospital.lat)])
    (advice,) = choose(city(hospital), Needs(), HERE, travel, NOW, SETTINGS)
    assert advice.estimated
    assert advice.travel_s == pytest.approx(0.01 * 111_195 * 1.3 / (20 / 3.6), rel=1e-3)


def test_an_empty_city_a_place_off_the_roads_an_unknown_capability_and_an_unknown_wish_are_said() -> None:
    class OffRoad(FakeTravel):
        def is_off_road(self, points, profile):  # type: ignore[no-untyped-def]  # as in the protocol
            return super().is_off_road(points, profile) | True

    assert advised(city()) == []
    assert [one.en.split(":")[0].split(";")[0] for one in remarks(city(), Needs(), None, FakeTravel())] == [
        "No hospital is known",
        "The incident has no place and the unit no position",
    ]
    needs = Needs(capabilities=("teleport",), wish="nowhere")
    assert [one.en.split(";")[0] for one in remarks(city(at("h1")), needs, HERE, OffRoad())] == [
        "The place lies off the known roads: times are estimates",
        "No hospital is known to have teleport",
        "There is no hospital nowhere in the list",
    ]
    (advice,) = choose(city(at("h1")), needs, HERE, OffRoad(), NOW, SETTINGS)
    assert advice.estimated
