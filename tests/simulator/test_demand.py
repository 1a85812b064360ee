from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.domain.clock import LOCAL
from simulator.demand import DemandCall, Mix, hour_of_week
from simulator.streams import stream
from simulator.words import say_place
from tests.simulator.worlds import make_demand, pack

START = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
DAY_S = 86_400.0


def places(calls: list[DemandCall]) -> list[tuple[datetime, float, float]]:
    return [(call.at, call.lon, call.lat) for call in calls]


def test_the_same_seed_draws_the_same_day() -> None:
    assert make_demand().calls(7, START, DAY_S) == make_demand().calls(7, START, DAY_S)


def test_another_seed_draws_another_day() -> None:
    assert make_demand().calls(7, START, DAY_S) != make_demand().calls(8, START, DAY_S)


def test_calls_come_in_order_and_within_the_time_asked_for() -> None:
    calls = make_demand(duplicate=0.0).calls(7, START, 3600)
    times = [call.at for call in calls]
    assert times == sorted(times)
    assert times[0] >= START
    assert times[-1] < START + timedelta(hours=1)


def test_what_is_said_does_not_move_when_or_where_it_is() -> None:
    """Every attribute has its own stream: without duplicates, the first callers are the very same ones."""
    with_seconds = make_demand(duplicate=0.5).calls(7, START, DAY_S)
    without = make_demand(duplicate=0.0).calls(7, START, DAY_S)
    assert [call for call in with_seconds if call.kind != "duplicate"] == without


def test_a_call_without_content_leaves_the_others_as_they_were() -> None:
    many = {call.key: call for call in make_demand(no_content=0.5, duplicate=0.0).calls(7, START, DAY_S)}
    few = {call.key: call for call in make_demand(no_content=0.1, duplicate=0.0).calls(7, START, DAY_S)}
    both = [key for key in few if many[key].kind == few[key].kind == "emergency"]
    assert len(both) > 300
    assert [many[key] for key in both] == [few[key] for key in both]


def test_a_longer_time_begins_with_the_same_calls() -> None:
    demand = make_demand(duplicate=0.0)
    short = demand.calls(7, START, 3600)
    assert demand.calls(7, START, DAY_S)[: len(short)] == short


def test_the_mean_rate_over_a_week_is_the_one_asked_for() -> None:
    demand = make_demand(calls_per_hour=60.0, duplicate=0.0, no_content=1.0)
    assert len(demand.calls(7, START, 7 * DAY_S)) == pytest.approx(60 * 168, rel=0.04)


def test_the_hours_follow_the_week_of_the_city() -> None:
    calls = make_demand(calls_per_hour=60.0, duplicate=0.0, no_content=1.0).calls(7, START, 28 * DAY_S)
    factors = pack().demand.hour_of_week
    busy = sorted(range(168), key=lambda hour: factors[hour])[-40:]
    share = sum(hour_of_week(call.at) in busy for call in calls) / len(calls)
    assert share == pytest.approx(sum(factors[hour] for hour in busy) / sum(factors), abs=0.015)


def test_the_hour_of_the_week_is_local() -> None:
    monday_at_nine = datetime(2026, 3, 2, 9, 30, tzinfo=LOCAL)
    assert hour_of_week(monday_at_nine) == 9
    assert hour_of_week(datetime(2026, 3, 1, 17, 0, tzinfo=UTC)) == 0


def test_places_lie_in_wards_that_have_a_weight() -> None:
    calls = make_demand(no_content=0.0, duplicate=0.0).calls(7, START, DAY_S)
    by_name = {ward.name: ward.code for ward in pack().wards}
    known = [by_name[call.ward] in pack().demand.ward_weight for call in calls if call.ward]
    assert sum(known) / len(calls) > 0.98  # a point moved to the roadside may cross the city's border


def test_a_duplicate_is_near_its_first_call_in_place_and_time() -> None:
    calls = make_demand(duplicate=1.0, no_content=0.0).calls(7, START, 3600)
    first = {call.key: call for call in calls if call.kind == "emergency"}
    seconds = [call for call in calls if call.kind == "duplicate"]
    assert len(seconds) == len(first)
    for call in seconds:
        original = first[call.same_as or ""]
        assert 20 <= (call.at - original.at).total_seconds() <= 300
        assert abs(call.lon - original.lon) < 0.0005
        assert abs(call.lat - original.lat) < 0.0005
        assert call.complaint == original.complaint
        assert call.phone != original.phone


def test_half_of_the_phones_tell_a_position_near_the_place() -> None:
    calls = make_demand(no_content=0.0, duplicate=0.0).calls(7, START, DAY_S)
    told = [call for call in calls if call.phone_lon is not None and call.phone_lat is not None]
    assert len(told) / len(calls) == pytest.approx(pack().demand.share_with_phone_position, abs=0.05)
    assert all(abs((call.phone_lat or 0) - call.lat) < 0.0003 for call in told)


def test_the_opening_has_its_count_one_red_and_ends_in_time() -> None:
    calls = make_demand().opening(7, START, 8, 120.0)
    assert [call.kind for call in calls] == ["emergency"] * 8
    assert calls[1].complaint == "cardiac_arrest"
    assert calls[1].level == 1
    assert all(START <= call.at < START + timedelta(seconds=120) for call in calls)


def test_the_opening_is_not_the_beginning_of_the_day() -> None:
    demand = make_demand(no_content=0.0, duplicate=0.0)
    opening, day = demand.opening(7, START, 8, 120.0), demand.calls(7, START, DAY_S)
    assert not {call.words for call in opening} & {call.words for call in day[:8]}


def test_words_name_the_street_the_ward_and_what_is_wrong() -> None:
    calls = make_demand(no_content=0.0, duplicate=0.0).calls(7, START, 6 * 3600)
    pack_ = pack()
    understood = [pack_.list_complaints(call.words) for call in calls]
    right = [call.complaint in {one.code for one in found} for call, found in zip(calls, understood, strict=True)]
    assert sum(right) / len(calls) > 0.95
    spoken = [call for call in calls if "Lê Lợi" in call.words and (call.ward or "")[1:] in call.words]
    assert len(spoken) / len(calls) > 0.9  # the others name a hospital around the corner


def test_nobody_has_the_numbers_that_call() -> None:
    calls = make_demand().calls(7, START, 3600)
    assert {call.phone[:4] for call in calls} == {"0000"}
    assert {len(call.phone) for call in calls} == {10}


def test_the_city_s_own_mix_is_that_of_the_pack() -> None:
    assert Mix.of_city(pack()) == Mix(62.5, 0.70, 0.08)


@given(
    street=st.sampled_from(["Lê Lợi", "Hẻm 51 Thành Thái", "Đường số 7", "Võ Văn Kiệt (Đông Tây)", None]),
    landmark=st.sampled_from(["Bệnh viện Chợ Rẫy", None]),
    seed=st.integers(0, 1000),
)
@settings(max_examples=200)
def test_a_place_is_said_without_holes_or_doubled_words(street: str | None, landmark: str | None, seed: int) -> None:
    said = say_place(stream(seed), street, "Phường Bến Thành", landmark, on_it=True)
    assert "None" not in said
    assert "{" not in said
    assert "(" not in said
    assert "đường đường" not in said.lower()
    assert "hẻm hẻm" not in said.lower()
