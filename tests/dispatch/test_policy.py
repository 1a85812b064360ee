"""The policy: the defaults, what a medical director changes, and what is refused with which words."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from dispatch.assignment.settings import AssignmentSettings
from dispatch.domain.state import PolicyInForce, State
from dispatch.errors import Malformed, Stale
from dispatch.policy.decide import Revision, revise
from dispatch.policy.meanings import describe
from dispatch.policy.model import Policy, not_in_use, policy_of, section_types, settings_hash
from tests.factories import make_state


def asked(sections: dict[str, Any], version: int | None = None) -> Revision:
    return Revision(sections=sections, reason="giao ban", approved_by="user:gd", version=version)


def state_with(**sections: dict[str, Any]) -> State:
    return msgspec.structs.replace(make_state(), policy=PolicyInForce(sections=sections, version=1))


def test_without_a_revision_the_defaults_hold() -> None:
    assert policy_of(make_state()) == Policy()


def test_a_revision_changes_what_it_names_and_nothing_else() -> None:
    policy = policy_of(state_with(assignment={"target_s": {"2": 600.0}, "late_weight": 3}))
    target_s = AssignmentSettings().target_s | {2: 600.0}
    changed = msgspec.structs.replace(AssignmentSettings(), target_s=target_s, late_weight=3.0)
    assert policy == msgspec.structs.replace(Policy(), assignment=changed)


def test_the_hash_tells_policies_apart_and_the_same_ones_not() -> None:
    changed = policy_of(state_with(assignment={"late_weight": 3.0}))
    assert settings_hash(policy_of(state_with())) == settings_hash(Policy()) != settings_hash(changed)


def test_only_what_differs_from_the_defaults_is_written_down() -> None:
    late = AssignmentSettings().late_weight
    told = revise(make_state(), asked({"assignment": {"late_weight": late, "target_s": {"1": 900, "2": 700.0}}}))
    assert told.sections == {"assignment": {"target_s": {"2": 700.0}}}


@pytest.mark.parametrize(
    ("sections", "words"),
    [
        ({"asignment": {}}, "no section asignment; its sections are assignment"),
        ({"assignment": {"late_wait": 3}}, "assignment has no setting late_wait; choose among"),
        ({"assignment": {"late_weight": -1}}, "assignment.late_weight is -1; it is a weight and lies between 0 and"),
        ({"assignment": {"target_s": {"2": 1e9}}}, "assignment.target_s.2 is 1000000000.0; it is seconds"),
        ({"assignment": {"target_s": {"5": 60}}}, "assignment.target_s has no setting 5; choose among 1, 2, 3, 4"),
        ({"assignment": {"coverage_weight_s": {"1": 60}}}, "coverage_weight_s has no setting 1"),
        ({"assignment": {"late_weight": float("inf")}}, "late_weight is inf"),
        ({"assignment": {"late_weight": float("nan")}}, "late_weight is nan"),
        ({"assignment": {"late_weight": "two"}}, "section assignment: Expected `float`, got `str`"),
        ({"assignment": {"late_weight": True}}, "section assignment: Expected `float`, got `bool`"),
        ({"assignment": {"target_s": 60}}, "section assignment: Expected `object`, got `int`"),
        ({"assignment": {"profiles": {"van": "rocket"}}}, "profiles.van is 'rocket'; choose among ambulance"),
        ({"assignment": {"straight_kph": {"van": 0}}}, "straight_kph.van is 0; it is km/h and lies between 1 and 200"),
        ({"assignment": {"busy_fraction": 1.5}}, "busy_fraction is 1.5; it is a share and lies between 0 and 1"),
    ],
)
def test_a_revision_that_cannot_stand_names_the_setting_and_the_way_out(sections: Any, words: str) -> None:
    with pytest.raises(Malformed) as refused:
        revise(make_state(), asked(sections))
    assert words in str(refused.value)


def test_a_revision_written_on_an_older_policy_is_refused() -> None:
    with pytest.raises(Stale, match="at version 1, not 0"):
        revise(state_with(), asked({}, version=0))


def test_a_setting_that_this_version_cannot_use_falls_back_alone_and_is_named() -> None:
    sections: dict[str, Any] = {
        "assignment": {"gone": 1, "late_weight": "heavy", "further_slot_s": 5.0},
        "old": {"x": 1},
    }
    kept = msgspec.structs.replace(AssignmentSettings(), further_slot_s=5.0)
    assert policy_of(state_with(**sections)) == msgspec.structs.replace(Policy(), assignment=kept)
    assert sorted(not_in_use(sections)) == ["assignment.gone", "assignment.late_weight", "old.x"]


def test_every_setting_says_what_it_means() -> None:
    silent = {f"{name}.{key}" for name, one in describe().items() for key, told in one.items() if not told["meaning"]}
    assert silent == set()


def test_every_default_lies_within_its_own_bounds() -> None:
    for name, section in section_types().items():
        told = msgspec.to_builtins(section(), str_keys=True)
        assert revise(make_state(), asked({name: told})).sections == {}
