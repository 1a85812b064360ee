"""
Write the sample of who waits: a state and a moment, and the lists that Python makes of it; the console makes the same.

Run as a file from anywhere: `python tests/samples/waiting.py`.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from dispatch.domain.state import Call, CallBack, CallBackAttempt, Incident, State, Triage
from dispatch.domain.words import CallBackReason, Level
from dispatch.intake.call_backs import queue
from dispatch.intake.waiting import count, waiting_calls, waiting_incidents

FILE = Path(__file__).parent / "waiting.json"
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
LEVELS: tuple[Level, ...] = (1, 2, 3, 4)
REASONS: tuple[CallBackReason, ...] = ("abandoned", "dropped", "silent", "clinical", "other")


def world() -> State:
    """Sixty calls and twelve incidents, drawn once and for all."""
    draw = random.Random(115)
    state = State(seq=1, at=NOW)

    def ago(most_s: int) -> datetime:
        return NOW - timedelta(seconds=draw.randrange(most_s))

    for n in range(12):
        at = ago(5400)
        state.incidents[f"I{n}"] = Incident(
            id=f"I{n}", number=f"1122-{n:03}", status=draw.choice(("waiting", "waiting", "assigned")),
            priority=draw.choice(LEVELS), complaint="unknown", answered_at=at, opened_at=at, level_set_at=at,
        )  # fmt: skip
    for n in range(60):
        call = Call(id=f"C{n}", status=draw.choice(("ringing", "answered", "joined", "abandoned", "closed")))
        call.rang_at, call.caller_token = ago(300), draw.choice((None, f"psn-{n}"))
        if call.status == "answered":
            call.undecided_since = ago(4000)
        if call.status == "joined":
            call.incident_id = f"I{draw.randrange(12)}"
        if draw.random() < 0.5:
            call.triage = Triage(level=draw.choice(LEVELS), package_hash="a1", at=NOW)
        if call.status not in ("ringing", "closed") and draw.random() < 0.7:
            attempt = CallBackAttempt(at=NOW, by="user:lan", result="no_answer")
            due_at = NOW + timedelta(seconds=draw.randrange(-300, 300))
            call.call_back = CallBack(
                reason=draw.choice(REASONS), asked_at=ago(600), due_at=due_at, attempts=(attempt,) * draw.randrange(3),
                ended_at=draw.choice((None, None, NOW)),
            )  # fmt: skip
        state.calls[call.id] = call
    return state


def make() -> bytes:
    """The whole sample."""
    state = world()
    whole = {
        "state": state,
        "now": NOW,
        "counts": count(state),
        "calls": waiting_calls(state, NOW),
        "incidents": waiting_incidents(state, NOW),
        "call_backs": queue(state, NOW),
    }
    return msgspec.json.format(msgspec.json.encode(whole), indent=1) + b"\n"


if __name__ == "__main__":
    FILE.write_bytes(make())
