"""What the desk is advised beside who goes: alarms, moves of idle units, coverage, the receiving hospital."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import calm_down
from tests.e2e.requests import BEN_THANH, TAN_BINH, answer_of, events_of, eventually, open_incident, post, report
from tests.e2e.screen import Screen
from tests.running_desk import Live


def refuse_twice(api: httpx.Client, incident_id: str) -> None:
    """The station asked first refuses, and so does the next one, which the desk asks by itself."""
    first = answer_of(api, incident_id, "/recommendation")["units"][0]["unit_id"]
    post(api, f"incidents/{incident_id}/offers", unit_id=first)
    for _ in range(2):
        (offer,) = eventually(lambda: _open(api, incident_id), "the next offer did not leave")
        post(api, f"offers/{offer['id']}/answer", answer="refuse", reason="no_crew")


def _open(api: httpx.Client, incident_id: str) -> list[dict[str, Any]]:
    return [offer for offer in answer_of(api, incident_id)["offers"].values() if offer["status"] == "open"]


def refusals(api: httpx.Client, incident_id: str) -> list[dict[str, Any]]:
    """The alarms that its stations refused."""
    alarms = api.get("/api/v1/alarms").json()
    return [one for one in alarms if (one["incident_id"], one["kind"]) == (incident_id, "offers_refused")]


def assign(api: httpx.Client, incident_id: str) -> str:
    """The advised unit is asked and its station accepts, if it has not by itself."""
    unit_id = str(answer_of(api, incident_id, "/recommendation")["units"][0]["unit_id"])
    offer = post(api, f"incidents/{incident_id}/offers", unit_id=unit_id)["offer"]
    if offer["status"] == "open":
        post(api, f"offers/{offer['id']}/answer", answer="accept", on_behalf_of="trạm")
    return unit_id


def test_an_alarm_says_what_to_do_and_is_acknowledged_by_key(screen: Screen, api: httpx.Client) -> None:
    incident_id = open_incident(api, place=TAN_BINH)
    refuse_twice(api, incident_id)
    alarm = screen.get("alarm").filter(has_text="Two stations refused")
    expect(alarm).to_contain_text("Phone the nearest station left")
    assert [one["acknowledged_at"] for one in refusals(api, incident_id)] == [None]
    screen.press("x")
    expect(alarm).to_have_count(0)
    assert [one["acknowledged_at"] is not None for one in refusals(api, incident_id)] == [True]
    screen.open_incident(incident_id)
    expect(screen.get("timeline")).to_contain_text("Two stations refused")


def test_the_cursor_goes_with_a_row_that_moves_to_the_other_list(screen: Screen, api: httpx.Client) -> None:
    incident_id = open_incident(api)
    row = screen.row(incident_id)
    expect(row).to_be_visible()
    screen.press("q")
    screen.walk_to(row, is_there="one => one === document.activeElement")
    assign(api, incident_id)
    expect(screen.get("active").locator(row)).to_be_focused()
    screen.press("Enter")
    expect(screen.page.locator(f'[data-testid="sheet"][data-incident="{incident_id}"]')).to_be_visible()


def test_enter_on_a_row_that_has_just_gone_asks_nobody_for_the_open_incident(screen: Screen, api: httpx.Client) -> None:
    opened, gone = open_incident(api), open_incident(api, place=TAN_BINH)
    screen.open_incident(opened)
    screen.primary("offer")
    screen.press("q")
    screen.walk_to(screen.row(gone), is_there="one => one === document.activeElement")
    post(api, f"incidents/{gone}/close", outcome="cancelled_before_departure")
    expect(screen.row(gone)).to_have_count(0)
    expect(screen.page.locator("#queue:focus, #queue :focus")).to_have_count(1)
    screen.press("Enter")
    assert answer_of(api, opened)["offers"] == {}


def test_all_alarms_are_a_key_away_and_lead_to_what_they_are_about(screen: Screen, api: httpx.Client) -> None:
    incident_id = open_incident(api, place=TAN_BINH)
    refuse_twice(api, incident_id)
    expect(screen.get("alarm").filter(has_text="Two stations refused")).to_be_visible()
    screen.press("z")
    row = screen.page.locator(f'[data-testid="alarm-row"][data-about="incident:{incident_id}"]')
    expect(row).to_contain_text("Two stations refused")
    screen.walk_to(row, is_there="one => one.classList.contains('chosen')")
    expect(row).to_contain_text("Phone the nearest station left")
    screen.press("Enter")
    expect(screen.page.locator(f'[data-testid="sheet"][data-incident="{incident_id}"]')).to_be_visible()


def test_coverage_is_drawn_and_says_what_the_open_recommendation_takes(screen: Screen, api: httpx.Client) -> None:
    screen.press("v")
    legend = screen.get("coverage-legend")
    expect(legend).to_contain_text("of demand covered")
    screen.until("() => window.__saigon115.map?.querySourceFeatures('coverage').length > 0")
    incident_id = open_incident(api, priority=3)
    screen.open_incident(incident_id)
    expect(legend).to_contain_text("once sent")
    screen.press("Escape", "v")
    expect(legend).to_have_count(0)


@pytest.fixture
def keen(desk: Live) -> Any:
    """A policy under which any gain is worth a move."""
    with desk.client("medical_director") as director:
        calm_down(director, move_up={"least_gain": 0.00001, "least_gain_returning": 0.00001, "every_s": 10.0})
        yield
        calm_down(director)


def test_a_move_is_asked_and_the_crews_answer_entered_by_one_key_each(
    screen: Screen, api: httpx.Client, keen: None
) -> None:
    advised = screen.get("move-ups").locator("button[data-unit]").first
    expect(advised).to_be_visible()
    screen.press("a")
    asked = screen.get("move-ups").locator("button[data-asked]")
    expect(asked).to_have_count(1)
    unit_id = str(asked.get_attribute("data-unit"))
    screen.press("a")
    expect(screen.get("prompt")).to_contain_text(unit_id)
    screen.press("1")
    expect(asked).to_have_count(0)
    unit = next(one for one in api.get("/api/v1/units").json() if one["id"] == unit_id)
    assert (unit["status"], unit["post_id"] is not None) == ("moving_up", True)
    report(api, unit_id, "returning")
    report(api, unit_id, "available")


def test_the_receiving_hospital_is_chosen_by_key_and_another_one_with_a_reason(
    screen: Screen, api: httpx.Client
) -> None:
    incident_id = str(post(api, "calls", **BEN_THANH, complaint="đau ngực")["incident"]["id"])
    unit_id = assign(api, incident_id)
    screen.open_incident(incident_id)
    options = screen.get("destination-option")
    expect(options.first).to_be_visible()
    advice = answer_of(api, incident_id, f"/destinations?unit_id={unit_id}")["destinations"]
    expect(options.first).to_have_attribute("data-hospital", advice[0]["hospital_id"])
    screen.press("t", "2")
    expect(screen.get("prompt")).to_contain_text("Why not the hospital advised?")
    screen.press("1")
    wished = advice[1]["hospital_id"]
    expect(screen.get("destination")).to_have_attribute("data-hospital", wished)
    screen.press("t", "1")
    expect(screen.get("destination")).to_have_attribute("data-hospital", advice[0]["hospital_id"])
    told = [(one["hospital_id"], one["overruled"]) for one in events_of(api, incident_id, "DestinationSet")]
    assert told == [(wished, False), (advice[0]["hospital_id"], False)]
    report(api, unit_id, "en_route")
    report(api, unit_id, "on_scene")
    screen.enter("report", says="Left scene")
    expect(screen.get("prompt").locator("li").first).to_have_attribute("data-value", advice[0]["hospital_id"])
    screen.press("Escape")
