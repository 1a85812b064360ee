"""A log recorded live replays to the same decisions, and what is not the same is found with its cause."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner

from simulator.commands import simulate_app
from simulator.logs.table import LogError
from simulator.redecide.account import Account
from simulator.redecide.command import DIFFERENT, SAME, UNUSABLE, exit_code
from simulator.redecide.run import AGAIN, CUT_OFF, KEPT, redecide
from tests.simulator.redecide.recording import WORLD, SmallRoads, record_day


@pytest.fixture
async def log(tmp_path: Path) -> Path:
    return await record_day(tmp_path)


def change(log: Path, chosen: Callable[[dict[str, Any]], bool], how: Callable[[dict[str, Any]], None]) -> Path:
    """The log with the first event that is chosen changed."""
    events = [msgspec.json.decode(line) for line in log.read_bytes().splitlines()]
    how(next(event for event in events if chosen(event)))
    log.write_bytes(b"".join(msgspec.json.encode(event) + b"\n" for event in events))
    return log


def has_evidence(event: dict[str, Any]) -> bool:
    return event["type"] == "OfferMade" and "evidence" in event["data"]["saw"]


def again(log: Path, roads: SmallRoads | None = None, **more: Any) -> Account:
    return redecide(log, roads or SmallRoads(), WORLD, **more)


def test_a_log_recorded_live_replays_to_the_same_decisions(log: Path) -> None:
    account = again(log)
    assert (account.same, account.different, account.untold, account.broken) == (
        {"offer": 4, "move-up": 1, "destination": 1}, [], {}, None,
    )  # fmt: skip
    assert (account.roads, exit_code(account, is_asking=False)) == ({AGAIN: 6}, SAME)


def test_what_a_decision_saw_is_kept_once_whoever_acts_on_it(log: Path) -> None:
    events = [msgspec.json.decode(line) for line in log.read_bytes().splitlines()]
    saw = [event["data"]["saw"] for event in events if event["type"] == "OfferMade"]
    assert [("evidence" in one, one["based_on_seq"] == saw[0]["based_on_seq"]) for one in saw] == [
        (True, True), (False, True), (True, False), (True, False),
    ]  # fmt: skip


def test_times_that_cannot_be_had_again_are_taken_as_they_were_kept(log: Path) -> None:
    account = again(log, SmallRoads("another map"))
    assert (account.same, account.roads) == ({"offer": 4, "destination": 1}, {KEPT: 5})
    assert list(account.untold.values()) == [1], "a move keeps no times where log and city tell them"


def test_a_position_that_was_tampered_with_is_a_difference(log: Path) -> None:
    def move(event: dict[str, Any]) -> None:
        saw = event["data"]["saw"]
        saw["evidence"]["positions"][saw["advice"]["units"][0][0]][0] += 0.5

    account = again(change(log, has_evidence, move))
    assert [(one.about, one.what) for one in account.different] == [("I1", "who goes")] * 2
    assert exit_code(account, is_asking=False) == DIFFERENT


def test_advice_that_was_tampered_with_is_a_difference_the_last_second_too(log: Path) -> None:
    def later(event: dict[str, Any]) -> None:
        event["data"]["saw"]["advice"]["alternatives"][-1][1] += 0.1

    account = again(change(log, has_evidence, later))
    assert [(one.what, one.causes) for one in account.different] == [
        ("times", ("the program, or what the log says of the decision",))
    ]


def test_other_settings_tell_which_decisions_they_would_have_changed(log: Path) -> None:
    account = again(log, changes={"assignment": {"turnout_s": {"available": 61.0}}, "move_up": {"policy": "off"}})
    assert {(one.kind, one.what) for one in account.different} == {("offer", "times"), ("move-up", "who goes")}
    assert {one.causes[0] for one in account.different} == {"the settings, as asked for"}
    assert (account.same["destination"], exit_code(account, is_asking=True)) == (1, SAME)


def test_a_log_is_compared_up_to_where_it_breaks_and_that_is_said(log: Path) -> None:
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join([*lines[:25], *lines[26:]]))
    account = again(log)
    assert account.broken == "after event 25 comes event 27"
    assert (account.compared + account.untold[CUT_OFF], exit_code(account, is_asking=False)) == (6, UNUSABLE)
    log.write_bytes(b"".join([*lines[:-1], b"half a li"]))
    account = again(log)
    assert (account.broken, account.same["offer"]) == (f"line {len(lines)} is no event of ours: JSON is malformed: "
                                                       "invalid character (byte 0)", 4)  # fmt: skip
    log.write_bytes(b"".join(lines[3:]))
    with pytest.raises(LogError, match="begins with event 4; export it whole"):
        again(log)


def test_a_decision_that_cannot_be_made_any_more_is_a_difference(log: Path) -> None:
    def forget(event: dict[str, Any]) -> None:
        event["data"]["saw"]["evidence"]["positions"] = {"U1a": [None, 0.0, 0.0]}

    with_nobody = again(change(log, has_evidence, forget))
    assert with_nobody.untold == {"what it keeps of its decision cannot be read": 1,
                                  "what its decision saw was not kept": 1}  # fmt: skip

    def misplace(event: dict[str, Any]) -> None:
        event["data"]["unit_id"], event["data"]["incident_id"] = "U2b", "I9"

    moved = change(log, lambda event: event["type"] == "DestinationSet", misplace)
    account = again(moved)
    assert account.broken is not None
    assert account.different[0].now.startswith("no decision: NotFound")


def test_what_older_versions_wrote_is_counted_and_not_guessed_at(log: Path) -> None:
    def forget(event: dict[str, Any]) -> None:
        event["data"]["saw"] = {"now": "2026-11-29T10:00:00Z", "based_on_seq": 3, "recommended": {"U1a": 80.0}}

    account = again(change(log, lambda event: event["type"] == "OfferMade", forget))
    assert account.untold == {"an older version, which kept less, wrote it down": 1,
                              "what its decision saw was not kept": 1}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "options", "says"),
    [
        (None, [], "write one with 'saigon115 log export'"),
        ("", [], "is empty"),
        ("id,lat,lon\n", [], "line 1 is no event of ours"),
        ("{}", ["--settings", "absent.toml"], "give TOML with sections"),
        ("{}", ["--out", "."], "cannot be written; name another file with --out"),
    ],
)
def test_bad_input_says_what_is_wrong_before_any_city_is_opened(
    tmp_path: Path, text: str | None, options: list[str], says: str
) -> None:
    log = tmp_path / "log.jsonl"
    if text is not None:
        log.write_text(text, encoding="utf-8")
    told = CliRunner().invoke(simulate_app, ["redecide", str(log), "--city", str(tmp_path), *options])
    assert (told.exit_code, says in told.output) == (UNUSABLE, True), told.output
