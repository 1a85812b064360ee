"""In whatever order the exchange's messages come, with some doubled and some missing: one call comes of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.domain import events as ev
from dispatch.domain.state import Call, Seat, State
from dispatch.telephony.decide import Tokens, meaning_of
from dispatch.telephony.read import Step, Told
from tests.factories import NOW, make_state
from tests.folding import fold

NUMBER = "0903115115"

Message = tuple[Step, float, str | None]
"""What is told, seconds after the first ringing, at which seat."""

CALLS: dict[str, tuple[Message, ...]] = {
    "talks": (("ringing", 0, "S1"), ("answered", 8, "S1"), ("ended", 60, None)),
    "is still on the line": (("ringing", 0, None), ("answered", 8, "S2")),
    "rings at one seat and then another": (
        ("ringing", 0, "S1"), ("ringing", 10, "S2"), ("answered", 15, "S2"), ("ended", 60, None),
    ),
    "is handed over twice": (
        ("ringing", 0, "S1"), ("answered", 8, "S1"), ("answered", 30, "S2"), ("answered", 40, "S3"),
        ("ended", 90, None),
    ),
    "rings": (("ringing", 0, "S1"),),
    "gives up": (("ringing", 0, "S1"), ("abandoned", 20, None), ("ended", 21, None)),
    "gives up and the exchange says only that it ended": (("ringing", 0, "S1"), ("ended", 20, None)),
    "gives up as somebody picks up": (
        ("ringing", 0, "S1"), ("answered", 19, "S1"), ("abandoned", 20, None), ("ended", 21, None),
    ),
}  # fmt: skip


def come_to(messages: Sequence[Told]) -> Call:
    """The call that comes of the messages in this order; nobody at the desk does anything meanwhile."""
    state = make_state()
    state.seats = {key: Seat(id=key, user=f"user:{key}") for key in ("S1", "S2", "S3")}
    for one in messages:
        state = hear(state, one)
    return state.calls["C1"]


def hear(state: State, one: Told) -> State:
    call = state.calls.get("C1")
    token = "psn-1" if one.number and (call is None or call.caller_token is None) else None
    return fold(state, meaning_of(one, "C1", state, NOW, Tokens(phone=token)).events, "token:pbx", one.at)


def facts(call: Call) -> dict[str, Any]:
    """All that is known of the call, but how often and when the log heard of it."""
    known: dict[str, Any] = msgspec.to_builtins(call)
    del known["version"]
    if call.call_back is not None:
        del known["call_back"]["asked_at"]
    return known


@st.composite
def told_in_two_orders(draw: st.DrawFn) -> tuple[list[Told], list[Told]]:
    """Some of a call's messages, some of them twice, each with the number or without; once so, once otherwise."""
    whole = draw(st.sampled_from(list(CALLS.values())))
    some = draw(st.lists(st.sampled_from(whole), min_size=1, max_size=8))
    told = [
        Told(
            step=step,
            call_ref="1",
            at=NOW + timedelta(seconds=after_s),
            seat=seat,
            number=draw(st.sampled_from((NUMBER, None))),
        )
        for step, after_s, seat in some
    ]
    return draw(st.permutations(told)), draw(st.permutations(told))


@given(told_in_two_orders())
def test_the_same_messages_come_to_the_same_call_in_whatever_order(orders: tuple[list[Told], list[Told]]) -> None:
    one, other = map(come_to, orders)
    assert facts(one) == facts(other)


@given(told_in_two_orders())
def test_who_hung_up_unserved_is_always_called_back(orders: tuple[list[Told], list[Told]]) -> None:
    told, _ = orders
    steps = {one.step for one in told}
    is_over = bool(steps & {"ended", "abandoned"})
    there_was_a_caller = steps != {"ended"} or any(one.number for one in told)
    assert come_to(told).is_to_call_back == (is_over and there_was_a_caller)


@pytest.mark.parametrize(
    ("call", "status", "reason", "answered_by"),
    [
        ("talks", "answered", "dropped", "user:S1"),
        ("is still on the line", "answered", None, "user:S2"),
        ("rings at one seat and then another", "answered", "dropped", "user:S2"),
        ("is handed over twice", "answered", "dropped", "user:S1"),
        ("rings", "ringing", None, None),
        ("gives up", "abandoned", "abandoned", None),
        ("gives up and the exchange says only that it ended", "abandoned", "abandoned", None),
        ("gives up as somebody picks up", "answered", "dropped", "user:S1"),
    ],
)
def test_what_a_call_comes_to_told_backwards(
    call: str, status: str, reason: str | None, answered_by: str | None
) -> None:
    told = [
        Told(step=step, call_ref="1", at=NOW + timedelta(seconds=after_s), seat=seat, number=NUMBER)
        for step, after_s, seat in reversed(CALLS[call])
    ]
    found = come_to(told)
    back = found.call_back.reason if found.call_back else None
    assert (found.status, back, found.answered_by, found.rang_at) == (status, reason, answered_by, told[-1].at)


def test_what_people_did_stands_against_what_is_told_late() -> None:
    rang = Told(step="ringing", call_ref="1", at=NOW, number=NUMBER)
    ended = Told(step="ended", call_ref="1", at=NOW + timedelta(seconds=20))
    answered = Told(step="answered", call_ref="1", at=NOW + timedelta(seconds=19), seat="S1")
    given_up = hear(hear(make_state(), rang), ended)
    for did in (ev.CallBackTried(call_id="C1", result="reached"), ev.CallBackEnded(call_id="C1", because="not_needed")):
        before = fold(given_up, [did])
        assert hear(hear(before, answered), ended) == before
