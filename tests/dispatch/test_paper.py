"""The paper page: what is open, who is free, and blank cards; written whole, old ones cleared."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import get_args

from dispatch.domain.words import UnitKind, UnitStatus
from dispatch.paper import BLANK_CARDS, KIND_NAMES, STATUS_NAMES, render, write_page
from tests.dispatch.test_fold import assigned_state
from tests.factories import NOW, make_incident, make_state, make_station, make_unit


def test_the_page_names_open_incidents_units_phones_and_blank_cards() -> None:
    state = assigned_state()
    state.stations["S1"] = make_station(phone="028 115")
    page = render(state, NOW, {})
    for word in ("I1", "Chợ Bến Thành", "U1", "đã nhận ca", "xe cứu thương", "028 115", "09:30:00 02/03/2026"):
        assert word in page
    assert page.count('class="card"') == BLANK_CARDS
    assert "0302-G01" in page


def test_a_place_that_is_pending_is_said_aloud_and_words_are_escaped() -> None:
    state = make_state(
        stations=[make_station("<b>")],
        units=[make_unit(station_id="<b>")],
        incidents=[make_incident(placed=False, complaint="<script>")],
    )
    page = render(state, NOW, {})
    assert "CHƯA RÕ" in page
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_complaints_are_printed_by_their_vietnamese_names_and_unknown_ones_as_they_are() -> None:
    incidents = [make_incident("I1", complaint="chest_pain"), make_incident("I2", complaint="snake_bite")]
    page = render(make_state(incidents=incidents), NOW, {"chest_pain": "Đau ngực"})
    assert [word in page for word in ("Đau ngực", "chest_pain", "snake_bite")] == [True, False, True]


def test_every_status_and_kind_of_a_unit_has_a_vietnamese_name() -> None:
    assert (set(STATUS_NAMES), set(KIND_NAMES)) == (set(get_args(UnitStatus)), set(get_args(UnitKind)))


def test_the_page_is_written_under_its_time_and_as_the_latest_and_old_ones_go(tmp_path: Path) -> None:
    old = tmp_path / "115-20260101-0000.html"
    old.write_text("old")
    long_ago = (NOW - timedelta(days=30)).timestamp()
    os.utime(old, (long_ago, long_ago))
    written = write_page(tmp_path, "page", NOW)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["115-20260302-0930.html", "latest.html"]
    assert written.read_text() == "page"
