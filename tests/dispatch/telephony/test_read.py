"""What an exchange tells, however it tells it: the usable is kept, the rest is doubted, nothing is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.telephony.read import Told, read_told

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)


def test_a_whole_message_is_read() -> None:
    fields = {"event": "Answered", "call_ref": 1764.5, "number": "+84 903 115 115", "seat": "S12", "colour": "blue"}
    told = read_told({**fields, "recording_id": "r-1", "at": "2026-11-29T18:59:58+07:00"}, NOW)
    assert told == Told(
        step="answered",
        call_ref="1764.5",
        at=NOW - timedelta(seconds=2),
        number="+84 903 115 115",
        seat="S12",
        recording_id="r-1",
    )


@pytest.mark.parametrize(
    ("fields", "doubt"),
    [
        ({}, "no_event"),
        ({"event": "exploded"}, "bad_event"),
        ({"event": "ringing"}, "no_call_ref"),
        ({"number": "DROP TABLE calls"}, "bad_number"),
        ({"seat": "../../etc"}, "bad_seat"),
        ({"at": "yesterday"}, "bad_time"),
        ({"at": "2026-11-29T12:00:00"}, "bad_time"),
        ({"at": "1999-01-01T00:00:00Z"}, "bad_time"),
    ],
)
def test_what_cannot_be_used_is_doubted(fields: dict[str, Any], doubt: str) -> None:
    told = read_told(fields, NOW)
    assert doubt in told.doubts
    assert told.at == NOW


@pytest.mark.parametrize("hidden", ["anonymous", "Unknown", "", None, "restricted"])
def test_a_hidden_number_is_nobodys_and_no_doubt(hidden: Any) -> None:
    told = read_told({"event": "ringing", "call_ref": "1", "number": hidden}, NOW)
    assert (told.number, told.doubts) == (None, ())


words = st.text(max_size=20) | st.integers() | st.floats() | st.none() | st.booleans() | st.lists(st.integers())


@given(st.dictionaries(st.sampled_from(["event", "call_ref", "number", "seat", "recording_id", "at"]), words))
def test_no_message_is_refused(fields: dict[str, Any]) -> None:
    assert read_told(fields, NOW).at.tzinfo is UTC
