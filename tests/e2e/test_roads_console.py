"""Roads in the console: closed, flooded and reopened by keyboard, drawn on the map, and live traffic under it all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenScreen
from tests.e2e.requests import eventually, post
from tests.e2e.screen import Screen

LE_LOI = {"lon": 106.70108, "lat": 10.77426}
"""A point on the boulevard Lê Lợi."""


def closures(api: httpx.Client) -> list[dict[str, Any]]:
    return list(api.get("/api/v1/closures").json()["closures"])


@pytest.fixture(autouse=True)
def open_roads(api: httpx.Client) -> Iterator[None]:
    """Every road is open again after each test."""
    yield
    for one in closures(api):
        api.delete(f"/api/v1/closures/{one['id']}", params={"reason": "test is over"})


def close_le_loi(api: httpx.Client, **more: Any) -> dict[str, Any]:
    """What another desk does."""
    told = {"kind": "closed", "road": {"name": "Lê Lợi", **LE_LOI}, "reason": "fallen tree", **more}
    return dict(post(api, "closures", **told))


def type_command(screen: Screen, line: str) -> None:
    screen.press("c")
    screen.type(line)
    screen.press("Enter")


def drawn(screen: Screen, closure_id: str) -> list[dict[str, Any]]:
    """What the map's closures say of one, by the map itself; a draft has the empty id. Waits until it is there."""
    return list(screen.until(DRAWN, closure_id))


def row(screen: Screen, closure_id: str) -> Any:
    return screen.page.locator(f'[data-testid="closure-row"][data-closure="{closure_id}"]')


def test_a_flood_is_reported_on_the_command_line_seen_before_it_is_sent_and_kept_with_its_depth(
    screen: Screen, api: httpx.Client
) -> None:
    type_command(screen, "flood Lê Lợi 40cm 1h, high tide")
    expect(screen.get("close-road")).to_be_visible()
    draft = drawn(screen, "")
    assert {one["kind"] for one in draft} == {"flood"}
    assert closures(api) == []
    expect(screen.get("road-reason")).to_be_focused()
    screen.press("Enter")
    expect(screen.get("roads")).to_be_visible()
    (kept,) = closures(api)
    assert (kept["kind"], kept["depth_cm"], kept["reason"], kept["names"][:1]) == (
        "flood",
        40,
        "high tide",
        ["Lê Lợi"],
    )
    lasts = datetime.fromisoformat(kept["until_at"]) - datetime.fromisoformat(kept["from_at"])
    assert abs(lasts - timedelta(hours=1)) < timedelta(minutes=1)
    expect(row(screen, kept["id"])).to_contain_text("Flooded 40 cm")
    assert {one["isDraft"] for one in drawn(screen, kept["id"])} == {False}
    expect(screen.page.locator('[data-testid="roads-chip"] [data-kind="flood"]')).to_have_text("1")


def test_what_was_just_closed_is_undone_from_the_message(screen: Screen, api: httpx.Client) -> None:
    type_command(screen, "close Lê Lợi 30p, crash")
    drawn(screen, "")
    screen.press("Enter")
    screen.get("message").get_by_role("button", name="Undo").click()
    eventually(lambda: not closures(api), "the closure is still there")
    expect(screen.get("roads-chip")).to_contain_text("Roads clear")


def test_a_closure_of_another_desk_appears_and_is_reopened_with_a_reason(screen: Screen, api: httpx.Client) -> None:
    made = close_le_loi(api)
    expect(screen.page.locator('[data-testid="roads-chip"] [data-kind="closed"]')).to_have_text("1")
    drawn(screen, made["id"])
    screen.press("g", "ArrowDown")
    detail = screen.get("closure-detail")
    expect(detail).to_contain_text("fallen tree")
    expect(detail).to_contain_text("both directions")
    screen.enter("reopen_road")
    expect(screen.get("prompt")).to_be_visible()
    screen.press("Enter")
    eventually(lambda: not closures(api), "the closure is still there")
    expect(row(screen, made["id"])).to_have_count(0)
    assert screen.ask("Object.keys(window.__saigon115.state.closures)") == []


def test_reopen_on_the_command_line_finds_the_closure_by_its_street_without_accents(
    screen: Screen, api: httpx.Client
) -> None:
    made = close_le_loi(api)
    screen.until("id => window.__saigon115.state.closures[id] !== undefined", made["id"])
    type_command(screen, "reopen le loi")
    expect(screen.get("prompt")).to_be_visible()
    screen.type("tree is gone")
    screen.press("Enter")
    screen.until("id => window.__saigon115.state.closures[id] === undefined", made["id"])
    assert closures(api) == []
    type_command(screen, "reopen le loi")
    expect(screen.page.get_by_role("alert").filter(has_text="le loi")).to_be_visible()


def test_a_piece_between_two_crossings_is_closed_one_way_by_keyboard(screen: Screen, api: httpx.Client) -> None:
    screen.press("o")
    screen.type("Nguyễn Thị Minh Khai")
    expect(screen.get("road-option").first).to_be_visible()
    screen.press("Enter")
    crossings = screen.get("road-from").locator("option")
    expect(crossings.nth(5)).to_be_attached()
    screen.get("road-from").select_option("1")
    screen.get("road-to").select_option("4")
    screen.page.locator('[data-testid="road-direction"] [aria-checked="true"]').focus()
    screen.press("ArrowRight")
    screen.until(f"() => ({FEATURES})().some(one => one.isDraft && one.direction === 'forward')")
    screen.get("road-reason").focus()
    screen.type("parade")
    screen.press("Enter")
    expect(screen.get("roads")).to_be_visible()
    (kept,) = closures(api)
    assert (kept["direction"], kept["reason"]) == ("forward", "parade")
    assert "Nguyễn Thị Minh Khai" in kept["names"]
    line = kept["road"]["line"]
    assert len(line) >= 2
    assert 50 < kept["length_m"] < 4_000


def test_two_points_under_the_cross_make_a_piece_without_a_mouse(screen: Screen, api: httpx.Client) -> None:
    screen.press("o")
    screen.get("road-on-map").focus()
    screen.press("Enter")
    screen.until("document.activeElement.tagName === 'CANVAS'")
    screen.map_ready()
    screen.ask(LOOK_WITH_CROSS, [LE_LOI["lon"], LE_LOI["lat"]])
    screen.map_ready()
    screen.press("Enter")
    expect(screen.get("road-input")).to_have_value(re.compile("Lê Lợi"))
    screen.ask(LOOK_WITH_CROSS, [106.6993, 10.7727])
    screen.map_ready()
    screen.press("Enter")
    expect(screen.get("road-reason")).to_be_focused()
    assert drawn(screen, "")
    screen.type("crash")
    screen.press("Enter")
    expect(screen.get("roads")).to_be_visible()
    (kept,) = closures(api)
    assert kept["names"][0] == "Lê Lợi"


def test_enter_without_a_reason_asks_for_it_and_sends_nothing(screen: Screen, api: httpx.Client) -> None:
    type_command(screen, "close Lê Lợi")
    drawn(screen, "")
    screen.press("Enter")
    expect(screen.get("road-reason")).to_be_focused()
    expect(screen.page.locator('[data-do="close_road"]')).to_have_attribute("aria-disabled", "true")
    assert closures(api) == []


def test_a_click_on_a_closed_road_tells_all_about_it(screen: Screen, api: httpx.Client) -> None:
    made = close_le_loi(api)
    screen.ask("([lon, lat]) => window.__saigon115.map.jumpTo({center: [lon, lat], zoom: 14})", list(LE_LOI.values()))
    drawn(screen, made["id"])
    screen.map_ready()
    spot = screen.until(ON_THE_MAP, made["id"])
    screen.page.mouse.click(*spot)
    expect(screen.get("closure-detail")).to_contain_text("fallen tree")
    expect(row(screen, made["id"])).to_have_attribute("aria-selected", "true")
    screen.press("Escape")
    expect(screen.get("roads")).to_have_count(0)


def test_esc_goes_back_to_the_incident_that_was_open(screen: Screen, api: httpx.Client) -> None:
    incident = str(post(api, "incidents", priority=3, **LE_LOI)["id"])
    screen.open_incident(incident)
    screen.press("o")
    expect(screen.get("close-road")).to_be_visible()
    screen.press("Escape")
    expect(screen.page.locator(f'[data-testid="sheet"][data-incident="{incident}"]')).to_be_visible()
    assert [one for one in screen.ask(FEATURES) if one["isDraft"]] == []


def test_a_street_that_is_closed_already_is_said_to_be(screen: Screen, api: httpx.Client) -> None:
    made = close_le_loi(api)
    drawn(screen, made["id"])
    type_command(screen, "flood Lê Lợi 30cm")
    expect(screen.get("road-twin")).to_contain_text("Closed")


def test_reopening_what_another_desk_has_reopened_is_said_with_a_way_out(screen: Screen, api: httpx.Client) -> None:
    made = close_le_loi(api)
    drawn(screen, made["id"])
    screen.press("g", "ArrowDown")
    screen.enter("reopen_road")
    expect(screen.get("prompt")).to_be_visible()
    assert api.delete(f"/api/v1/closures/{made['id']}", params={"reason": "first"}).is_success
    screen.expects("404")
    screen.press("Enter")
    problem = screen.get("message").and_(screen.page.get_by_role("alert"))
    expect(problem).to_contain_text(made["id"])


def test_a_planned_closure_is_listed_and_drawn_as_planned(screen: Screen, api: httpx.Client) -> None:
    start = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    made = close_le_loi(api, **{"from": start})
    assert {one["isPlanned"] for one in drawn(screen, made["id"])} == {True}
    expect(screen.get("roads-chip")).to_contain_text("1 planned")
    screen.press("g")
    expect(row(screen, made["id"])).to_have_attribute("data-standing", "planned")


def test_live_speeds_are_drawn_where_they_are_slow_and_told_with_their_age(
    new_screen: OpenScreen, api: httpx.Client
) -> None:
    screen = new_screen(language="vi").open()
    expect(screen.get("roads-chip")).to_contain_text("giờ thường lệ")
    answer = api.post("/api/v1/traffic", json=[{**LE_LOI, "speed_kph": 3, "valid_s": 60}])
    assert answer.json()["accepted"] == 1
    expect(screen.get("roads-chip")).to_contain_text("trực tiếp")
    screen.ask("([lon, lat]) => window.__saigon115.map.jumpTo({center: [lon, lat], zoom: 15})", list(LE_LOI.values()))
    assert screen.until(SLOW_ONES)
    screen.press("k")
    screen.until(f"() => !({SLOW_ONES})()")


FEATURES = """() => window.__saigon115.map.querySourceFeatures('closures').map(one => one.properties)"""

DRAWN = f"id => {{ const found = ({FEATURES})().filter(one => one.id === id); return found.length > 0 && found; }}"

ON_THE_MAP = """id => {
  const map = window.__saigon115.map;
  const sign = map.queryRenderedFeatures({ layers: ['closure-sign'] }).find(one => one.properties.id === id);
  if (!sign) return false;
  const { x, y } = map.project(sign.geometry.coordinates);
  const box = map.getContainer().getBoundingClientRect();
  return [box.left + x, box.top + y];
}"""
"""Where on the page the closure's sign stands, once it is drawn."""

SLOW_ONES = """() => {
  const map = window.__saigon115.map;
  return map.isStyleLoaded() && map.queryRenderedFeatures({ layers: ['traffic'] }).length > 0;
}"""

LOOK_WITH_CROSS = """([lon, lat]) => {
  const map = window.__saigon115.map;
  const box = map.getContainer().getBoundingClientRect();
  const covered = Math.max(0, box.right - document.querySelector('[data-sheet]').getBoundingClientRect().left);
  map.jumpTo({ center: [lon, lat], zoom: 16 });
  map.panBy([covered / 2, 0], { duration: 0 });
}"""
"""Bring a place under the cross, which stands in the middle of what the sheet leaves free."""
