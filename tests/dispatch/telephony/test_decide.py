"""What the exchange's messages come to, in whatever order and however often they are told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations

import pytest

from dispatch.domain.state import Call, Seat, State
from dispatch.telephony.decide import Tokens, meaning_of
from dispatch.telephony.read import Step, Told
from tests.factories import NOW, make_state
from tests.folding import fold

WHOLE: tuple[Step, ...] = ("ringing", "answered", "ended")
GIVEN_UP: tuple[Step, ...] = ("ringing", "abandoned", "ended")


def told(step: Step | None, *, after_s: float = 0, number: str | None = "0903115115", seat: str | None = None) -> Told:
    return Told(step=step, call_ref="1", at=NOW + timedelta(seconds=after_s), number=number, seat=seat)


def hear(state: State, one: Told) -> State:
    call = state.calls.get("C1")
    token = "psn-1" if one.number and (call is None or call.caller_token is None) else None
    return fold(state, meaning_of(one, "C1", state, NOW, Tokens(phone=token)).events, "token:pbx", one.at)


def hear_all(steps: Sequence[Step]) -> Call:
    state = make_state()
    for step in steps:
        state = hear(state, told(step, after_s={"ringing": 0, "answered": 8, "abandoned": 20}.get(step, 60)))
    return state.calls["C1"]


def test_a_call_rings_is_answered_at_a_seat_and_its_line_ends() -> None:
    state = make_state()
    state.seats["S12"] = Seat(id="S12", user="user:lan")
    state = hear(state, told("ringing"))
    state = hear(state, told("answered", after_s=8, seat="S12"))
    call = state.calls["C1"]
    assert (call.status, call.seat, call.answered_by, call.caller_token) == ("answered", "S12", "user:lan", "psn-1")
    assert (call.rang_at, call.answered_at, call.taken_at) == (NOW, NOW + timedelta(seconds=8), None)
    call = hear(state, told("ended", after_s=60)).calls["C1"]
    assert call.ended_at == NOW + timedelta(seconds=60)
    assert call.call_back is not None
    assert call.call_back.reason == "dropped"


@pytest.mark.parametrize("steps", [*permutations(WHOLE), *permutations((*WHOLE, "answered"))])
def test_a_call_that_was_answered_counts_so_however_it_is_told(steps: Sequence[Step]) -> None:
    call = hear_all(steps)
    assert call.status == "answered"
    assert call.answered_at is not None


@pytest.mark.parametrize("steps", [*permutations(GIVEN_UP), GIVEN_UP[1:], ("ended",), ("ringing", "ended")])
def test_a_call_that_nobody_answered_is_called_back_however_it_is_told(steps: Sequence[Step]) -> None:
    call = hear_all(steps)
    assert call.status == "abandoned"
    assert call.is_to_call_back


def test_a_ringing_that_is_told_after_an_end_that_named_nobody_does_not_ring_for_ever() -> None:
    ended = hear(make_state(), told("ended", number=None, after_s=60))
    assert (ended.calls["C1"].status, ended.calls["C1"].call_back) == ("abandoned", None)
    call = hear(ended, told("ringing")).calls["C1"]
    assert (call.status, call.rang_at, call.is_to_call_back) == ("abandoned", NOW, True)


def test_a_message_without_a_step_tells_nothing_of_a_call_that_is_not_known() -> None:
    found = meaning_of(told(None), "C1", make_state(), NOW, Tokens())
    assert (found.events, found.doubts) == ((), ("unknown_call",))


def test_a_call_handed_to_another_seat_opens_there() -> None:
    state = hear(hear(make_state(), told("answered", seat="S1")), told("answered", seat="S2"))
    assert state.calls["C1"].seat == "S2"


def test_a_number_told_late_is_kept() -> None:
    state = hear(hear(make_state(), told("ringing", number=None)), told("answered"))
    assert state.calls["C1"].caller_token == "psn-1"
