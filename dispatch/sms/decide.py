"""
Whether a message may go, whether it goes again, and what the desk sees of it. Pure.

Never twice: what the gateway may have taken is not sent again, unless the gateway drops repeats itself. A message that
is late helps nobody, so it is given up, and the desk reads the words out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Literal

import msgspec

from dispatch.sms.gateway import Gateway, Outcome, may_repeat

SmsState = Literal["queued", "sending", "sent", "failed", "unclear"]
SmsReason = Literal[
    "no_number", "not_mobile", "too_soon", "too_many", "refused", "busy", "unreachable", "unclear", "too_late"
]

APART: Final = timedelta(seconds=60)
MOST: Final = 3
MOST_WITHIN: Final = timedelta(minutes=30)
"""To one number, over all its calls: whoever calls under another's number floods nobody through us (guesses)."""
GIVE_UP_AFTER: Final = timedelta(minutes=3)
"""By then the dispatcher has asked for the address (guess)."""
FIRST_WAIT: Final = timedelta(seconds=1)
LONGEST_WAIT: Final = timedelta(seconds=30)


class Next(msgspec.Struct, frozen=True):
    """How a message stands; `again_after` only while it is queued."""

    state: SmsState
    reason: SmsReason | None = None
    again_after: timedelta | None = None


def held_back(earlier: Sequence[datetime], now: datetime) -> SmsReason | None:
    """Why a number that got messages at these times gets none now; None: it may."""
    lately = [at for at in earlier if at > now - MOST_WITHIN]
    if any(at > now - APART for at in lately):
        return "too_soon"
    return "too_many" if len(lately) >= MOST else None


def after_try(gateway: Gateway, outcome: Outcome, *, tries: int, made_at: datetime, now: datetime) -> Next:
    """How a message stands after so many tries, the last of which came out like this."""
    if outcome == "accepted":
        return Next("sent")
    if outcome == "refused":
        return Next("failed", "refused")
    if not may_repeat(gateway, outcome):
        return Next("unclear", "unclear")
    wait = min(FIRST_WAIT * 2 ** min(tries - 1, 10), LONGEST_WAIT)
    if now + wait > made_at + GIVE_UP_AFTER:
        return Next("unclear" if outcome == "unclear" else "failed", outcome)
    return Next("queued", outcome, wait)
