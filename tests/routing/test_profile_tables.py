"""Profiles as tables: ours are whole, a planner's own is loaded, and slips are named with file, key and way out."""

from collections.abc import Callable
from pathlib import Path

import pytest

from routing.errors import ProfileError, UnknownProfileError
from routing.profiles import PROFILES, TABLES, find_profile, load_profile
from routing.roads import ROAD_CLASSES

Change = Callable[[str], str]


def _table(path: Path, change: Change, profile: str = "ambulance") -> Path:
    """One of our tables with a change, under another name."""
    text = (TABLES / f"{profile}.toml").read_text(encoding="utf-8")
    changed = change(text)
    assert changed != text
    out = path / "own.toml"
    out.write_text(changed, encoding="utf-8")
    return out


def _swap(old: str, new: str) -> Change:
    return lambda text: text.replace(old, new, 1)


def test_a_car_obeys_and_units_on_duty_need_not() -> None:
    obeys = {
        name: (profile.contraflow, profile.restricted, profile.forbidden_turn_s) == (None, None, None)
        for name, profile in PROFILES.items()
    }
    assert obeys == {"car": True, "ambulance": False, "motorbike": False}


def test_only_a_motorbike_fits_everywhere_and_none_of_its_classes_is_a_motorway() -> None:
    widths = {name: profile.width_m for name, profile in PROFILES.items()}
    assert widths["motorbike"] < widths["car"] < widths["ambulance"]
    closed = {name: set(ROAD_CLASSES) - set(profile.rules) for name, profile in PROFILES.items()}
    assert closed == {
        "car": {"pedestrian", "path", "footway"},
        "ambulance": {"path", "footway"},
        "motorbike": {"motorway", "motorway_link"},
    }


def test_every_number_of_a_table_has_a_comment_above_it_or_above_its_run() -> None:
    for file in TABLES.glob("*.toml"):
        runs = file.read_text(encoding="utf-8").split("\n\n")
        bare = [run for run in runs if "=" in run and not run.lstrip().startswith(("#", "name"))]
        assert bare == []


def test_an_ambulance_and_a_car_share_limits_and_flow_and_differ_by_the_siren() -> None:
    car, ambulance = PROFILES["car"].rules, PROFILES["ambulance"].rules
    assert {name: (rule.limit_kph, rule.flow, rule.open_kph) for name, rule in car.items()} == {
        name: (rule.limit_kph, rule.flow, rule.open_kph) for name, rule in ambulance.items() if name in car
    }
    assert min(rule.siren for rule in ambulance.values()) >= 1.0


def test_nothing_costs_an_ambulance_more_at_a_junction_than_a_car() -> None:
    waits = ("signal_s", "give_way_s", "equal_junction_s", "right_s", "left_s", "sharp_s", "u_turn_s", "boarding_s")
    dearer = [wait for wait in waits if getattr(PROFILES["ambulance"], wait) > getattr(PROFILES["car"], wait)]
    assert dearer == []


def test_sirens_stay_below_ninety_in_town_and_two_wheels_below_the_top() -> None:
    kph = {
        name: round(rule.limit_kph * rule.flow * rule.siren, 1)
        for name, rule in PROFILES["ambulance"].rules.items()
        if not name.startswith("motorway")
    }
    assert max(kph.values()) == kph["trunk"] == 84.0
    assert kph["primary"] == 75.0


def test_a_planners_own_table_is_a_profile(tmp_path: Path) -> None:
    narrow = _table(
        tmp_path, lambda text: text.replace('name = "ambulance"', 'name = "van-2030"').replace("2.4", "2.0")
    )
    profile = find_profile(str(narrow))
    assert (profile.name, profile.kind, dict(profile.assumed_width_m)) == (
        "van-2030",
        "ambulance",
        {"alley": 2.0, "path": 1.5, "footway": 1.2},
    )
    assert profile.rules == PROFILES["ambulance"].rules


def test_a_profile_of_ours_is_found_by_name() -> None:
    assert find_profile("motorbike") is PROFILES["motorbike"]
    with pytest.raises(UnknownProfileError, match="'tank'; choose one of car, ambulance, motorbike"):
        find_profile("tank")


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (_swap("gate_s", "gate_seconds"), "gate_seconds"),
        (_swap("signal_s = 2.0", "signal_s = -2.0"), "signal_s"),
        (_swap("signal_s = 2.0", "signal_s = nan"), "signal_s"),
        (_swap("signal_s = 2.0", "signal_s = true"), "signal_s"),
        (_swap("top_speed_kph = 120", "top_speed_kph = inf"), "top_speed_kph"),
        (_swap("contraflow = 3.0", "contraflow = 0.5"), "contraflow"),
        (_swap('kind = "ambulance"', 'kind = "tank"'), "kind"),
        (_swap("limit_kph = 100", "limit_kph = 1000"), "classes.motorway.limit_kph"),
        (_swap("limit_kph = 100", "limit_kph = -1"), "classes.motorway.limit_kph"),
        (_swap("flow = 0.95", "flow = 0"), "classes.motorway.flow"),
        (_swap("flow = 0.95", 'flow = "fast"'), "classes.motorway.flow"),
        (_swap("\nmotorway ", "\nhighway "), "classes.highway"),
        (_swap("\nalley = 2.4", "\nalley = 0"), "assumed_width_m.alley"),
        (_swap("[classes]", "[klasses]"), "classes"),
        (lambda text: text.partition("[classes]")[0] + "[classes]\n", "classes: no road class is open"),
    ],
)
def test_a_slip_is_named_with_file_key_and_way_out(tmp_path: Path, change: Change, key: str) -> None:
    path = _table(tmp_path, change)
    with pytest.raises(ProfileError) as error:
        load_profile(path)
    message = str(error.value)
    assert str(path) in message
    assert key in message
    assert "start from a file in" in message


@pytest.mark.parametrize(
    ("content", "fact"), [(None, "cannot be read"), (b"name = ", "is no TOML"), (b"\xff", "no TOML")]
)
def test_a_file_that_is_no_table_is_told_so(tmp_path: Path, content: bytes | None, fact: str) -> None:
    path = tmp_path / "odd.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ProfileError, match=fact):
        find_profile(str(path))
