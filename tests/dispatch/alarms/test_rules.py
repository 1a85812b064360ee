"""The rules' file is read strictly, and the policy overrides its numbers."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from dispatch.alarms.rules import FILE, read_rules, with_changes
from dispatch.alarms.settings import AlarmChange
from dispatch.city_pack import DEFAULT_FOLDER
from dispatch.city_pack_tables import CityPackError
from dispatch.domain import events as ev
from dispatch.errors import Malformed
from dispatch.policy.decide import Revision, revise
from dispatch.policy.model import policy_of
from tests.dispatch.alarms.worlds import RULES, at, tell
from tests.factories import make_state


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[unsent]", "[unsend]", "no such kind of alarm: ['unsend']; choose among call_unanswered, "),
        ("[unsent]\nthreshold_s", "[unsent]\nthreshhold_s", "alarms.toml [unsent]: Object contains unknown field"),
        ("threshold_s = 10\n", "threshold_s = -1\n", "alarms.toml [call_unanswered]: Expected `float` >= 0.0"),
        ("threshold_s = 10\n", "threshold_s = nan\n", "alarms.toml [call_unanswered]: Expected `float` >= 0.0"),
        ("threshold_s = 10\n", "threshold_s = {1 = 9}\n", "it concerns no incident and has no level; "),
        ("{ 3 = 1800, 4 = 3600 }", "{ 5 = 1800 }", "alarms.toml [overdue]: Invalid enum value"),
        ("{ 3 = 1800, 4 = 3600 }", "{}", "alarms.toml [overdue]: threshold_s is empty; "),
        ('who = ["call_taker"]', 'who = ["janitor"]', "alarms.toml [call_unanswered]: Invalid enum value 'janitor'"),
        ('who = ["call_taker"]', "who = []", "alarms.toml [call_unanswered]: nobody is told; "),
        ('vi = "Nhấc máy ngay."', 'vi = " "', "alarms.toml [call_unanswered]: a text is empty; "),
        ("count = 2", "", "alarms.toml [offers_refused]: of ('count', 'within_m', 'share') it gives []; give count"),
        ("count = 2", "count = 0", "alarms.toml [offers_refused]: Expected `int` >= 1"),
        ("share = 0.5", "share = 1.5", "alarms.toml [coverage_hole]: Expected `float` < 1.0"),
        ('sound = "none"', 'sound = "loud"', "alarms.toml [handover_slow]: Invalid enum value 'loud'"),
    ],
)
def test_a_wrong_rule_is_refused_with_its_kind_and_the_way_out(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = (DEFAULT_FOLDER / FILE).read_text("utf-8")
    assert old in text
    (tmp_path / FILE).write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(CityPackError) as refusal:
        read_rules(tmp_path / FILE)
    assert says in str(refusal.value)


def test_a_kind_without_a_rule_is_missed(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("", "utf-8")
    with pytest.raises(CityPackError, match=r"no rule for \['call_unanswered', 'call_undecided', "):
        read_rules(tmp_path / FILE)


def test_a_policy_changes_what_it_names_and_nothing_else() -> None:
    changed = with_changes(
        RULES,
        {
            "unsent": AlarmChange(threshold_s={1: 10.0}, escalate_after_s=5.0),
            "offers_refused": AlarmChange(count=3),
            "crew_check": AlarmChange(on=False),
        },
    )
    assert changed["unsent"] == msgspec.structs.replace(
        RULES["unsent"], threshold_s={1: 10.0, 2: 30.0, 3: 300.0, 4: 900.0}, escalate_after_s=5.0
    )
    assert changed["offers_refused"].count == 3
    assert changed.keys() == RULES.keys() - {"crew_check"}
    rest = changed.keys() - {"unsent", "offers_refused"}
    assert {kind: changed[kind] for kind in rest} == {kind: RULES[kind] for kind in rest}


def test_a_revised_policy_reaches_the_rules() -> None:
    state = make_state()
    asked = Revision(
        sections={"alarms": {"changes": {"unsent": {"threshold_s": {"4": 60}}}}}, reason="Tết", approved_by="user:gd"
    )
    tell(state, revise(state, asked), at(0), "user:gd")
    rule = with_changes(RULES, policy_of(state).alarms.changes)["unsent"]
    assert (rule.threshold(4), rule.threshold(1)) == (60.0, 30.0)


@pytest.mark.parametrize(
    "changes",
    [
        {"unsend": {"on": False}},
        {"unsent": {"of": False}},
        {"unsent": {"threshold_s": -5}},
        {"unsent": {"threshold_s": {"1": 1e9}}},
        {"coverage_hole": {"share": 2}},
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(changes: dict[str, object]) -> None:
    asked = Revision(sections={"alarms": {"changes": changes}}, reason="Tết", approved_by="user:gd")
    with pytest.raises(Malformed):
        revise(make_state(), asked)


def test_the_log_keeps_what_an_alarm_was_raised_by() -> None:
    raised = ev.AlarmRaised(alarm_id="A1", kind="unsent", about="incident:I1", since=at(0), threshold_s=30.0)
    state = make_state()
    tell(state, raised, at(30))
    assert (state.alarms["A1"].threshold_s, state.alarms["A1"].since) == (30.0, at(0))
