"""When a message goes, when it goes again, and when it is given up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dispatch.sms.decide import Next, SmsReason, after_try, held_back
from dispatch.sms.gateway import Gateway, Outcome
from tests.factories import NOW

PLAIN, DROPS = Gateway(url="u"), Gateway(url="u", drops_repeats=True)


@pytest.mark.parametrize(
    ("earlier_s", "reason"),
    [((), None), ((59,), "too_soon"), ((61,), None), ((61, 130, 200), "too_many"), ((61, 130, 1801), None)],
)
def test_a_number_is_not_flooded(earlier_s: tuple[float, ...], reason: SmsReason | None) -> None:
    assert held_back([NOW - timedelta(seconds=ago) for ago in earlier_s], NOW) == reason


@pytest.mark.parametrize(
    ("gateway", "outcome", "tries", "age_s", "after"),
    [
        (PLAIN, "accepted", 1, 0, Next("sent")),
        (PLAIN, "refused", 1, 0, Next("failed", "refused")),
        (PLAIN, "busy", 1, 0, Next("queued", "busy", timedelta(seconds=1))),
        (PLAIN, "unreachable", 4, 10, Next("queued", "unreachable", timedelta(seconds=8))),
        (PLAIN, "unreachable", 99, 60, Next("queued", "unreachable", timedelta(seconds=30))),
        (PLAIN, "unreachable", 9, 170, Next("failed", "unreachable")),
        (PLAIN, "unclear", 1, 0, Next("unclear", "unclear")),
        (DROPS, "unclear", 1, 0, Next("queued", "unclear", timedelta(seconds=1))),
        (DROPS, "unclear", 9, 170, Next("unclear", "unclear")),
    ],
)
def test_what_the_gateway_may_have_taken_goes_again_only_where_repeats_are_dropped(
    gateway: Gateway, outcome: Outcome, tries: int, age_s: float, after: Next
) -> None:
    assert after_try(gateway, outcome, tries=tries, made_at=NOW - timedelta(seconds=age_s), now=NOW) == after
