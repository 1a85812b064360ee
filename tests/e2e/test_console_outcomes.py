"""What an outcome wants to be told, asked by keyboard: after the outcome, which waits for nobody, or from the list."""

from __future__ import annotations

from typing import Any

import httpx
from playwright.sync_api import expect

from tests.e2e.requests import BEN_THANH, answer_of, eventually, open_incident, post, report
from tests.e2e.screen import Screen

WITNESS = "Bà Nguyễn Thị Thử"


def going(api: httpx.Client, *reports: str) -> tuple[str, str]:
    """An incident and the unit that has accepted it; the crew has reported so far."""
    incident_id = open_incident(api, place=BEN_THANH)
    unit_id = answer_of(api, incident_id, "/recommendation")["units"][0]["unit_id"]
    offer = post(api, f"incidents/{incident_id}/offers", unit_id=unit_id)["offer"]
    if offer["status"] == "open":
        post(api, f"offers/{offer['id']}/answer", answer="accept", on_behalf_of="trạm")
    for status in reports:
        report(api, unit_id, status)
    return incident_id, unit_id


def open_going(screen: Screen, incident_id: str, unit_id: str, status: str) -> None:
    """
    Open it on the screen, which knows by then what the unit has reported.

    The sheet asks for hospitals as long as a run lasts, and may hear that it is over.
    """
    screen.expects(r"status of 409 .*/destinations")
    screen.open_incident(incident_id)
    screen.until("([unit, status]) => window.__saigon115.state.units[unit].status === status", [unit_id, status])


def record_of(api: httpx.Client, incident_id: str) -> Any:
    """The incident's outcome that wants details, or None."""
    found = api.get("/api/v1/outcomes").json()["outcomes"]
    return next((one for one in found if one["incident_id"] == incident_id), None)


def asked(screen: Screen, words: str) -> None:
    """The question stands, and the keys are its own."""
    expect(screen.get("prompt")).to_contain_text(words)
    expect(screen.get("prompt-input")).to_be_focused()


def ask_outcome(screen: Screen, unit_id: str, outcome: str) -> None:
    """By radio: the unit leaves its scene, with this outcome."""
    screen.press("c")
    expect(screen.get("command")).to_be_focused()
    screen.type(f"status {unit_id} re")
    screen.press("Enter")
    asked(screen, unit_id)
    screen.type(outcome)
    screen.press("Enter")


def told(api: httpx.Client, incident_id: str, **details: Any) -> Any:
    """The outcome, once the desk has stored these details."""

    def has_it() -> Any:
        record = record_of(api, incident_id)
        return record if record and details.items() <= record["details"].items() else None

    return eventually(has_it, f"{details} were not stored: {record_of(api, incident_id)}")


def test_a_refusal_by_radio_is_recorded_at_once_and_asks_for_capacity_risks_and_a_witness(
    screen: Screen, api: httpx.Client
) -> None:
    incident_id, unit_id = going(api, "en_route", "on_scene")
    open_going(screen, incident_id, unit_id, "on_scene")
    ask_outcome(screen, unit_id, "refused")
    asked(screen, "capacity to decide")
    eventually(lambda: answer_of(api, incident_id)["outcome"] == "refused_by_patient", "the outcome waits for details")
    expect(screen.get("runs")).to_contain_text("lacks capacity, risks, signature")
    screen.press("1")
    asked(screen, "risks of refusing")
    screen.press("2")
    asked(screen, "who witnessed")
    screen.type(WITNESS)
    screen.press("Enter")
    expect(screen.get("prompt")).to_have_count(0)
    record = told(api, incident_id, has_capacity=True, risks_told=False, signed=False)
    eventually(lambda: record_of(api, incident_id)["missing"] == [], "something is still missing")
    token = record_of(api, incident_id)["details"]["witness_token"]
    assert api.get(f"/api/v1/personal/{token}", params={"why": "test"}).json()["text"] == WITNESS
    assert WITNESS not in api.get("/api/v1/snapshot").text
    assert record["unit_id"] == unit_id


def test_what_escape_leaves_is_listed_with_the_calls_and_asked_for_from_there(
    screen: Screen, api: httpx.Client
) -> None:
    incident_id, unit_id = going(api, "en_route", "on_scene")
    open_going(screen, incident_id, unit_id, "on_scene")
    ask_outcome(screen, unit_id, "stopped")
    asked(screen, "which doctor")
    screen.press("Escape")
    expect(screen.get("prompt")).to_have_count(0)
    record = eventually(lambda: record_of(api, incident_id), "the outcome is not recorded")
    assert record["missing"] == ["doctor", "decided_at", "police"]
    expect(screen.get("details-missing")).to_contain_text("Details missing")
    screen.press("Escape", "b")
    row = screen.page.locator(f'[data-testid="details-row"][data-outcome="{record["id"]}"]')
    expect(row).to_contain_text("lacks doctor, time, police")
    row.click()
    asked(screen, "which doctor")
    screen.press("2")
    asked(screen, "at what time")
    screen.type("99h")
    screen.press("Enter")
    expect(screen.page.get_by_text("Not a time: 99h")).to_be_visible()
    screen.type("0000")
    screen.press("Enter")
    asked(screen, "police")
    screen.press("1")
    found = told(api, incident_id, physician="duty_doctor", police_informed=True)
    assert found["details"]["decided_at"].endswith("T17:00:00Z")
    expect(row).to_have_count(0)


def test_who_cancels_is_one_key_of_the_stand_down_and_words_are_a_reason(screen: Screen, api: httpx.Client) -> None:
    by_key, unit_id = going(api)
    open_going(screen, by_key, unit_id, "dispatched")
    screen.press("y")
    asked(screen, unit_id)
    screen.press("1", "Enter")
    assert told(api, by_key, cancelled_by="caller")["missing"] == []
    in_words, unit_id = going(api)
    open_going(screen, in_words, unit_id, "dispatched")
    screen.press("y")
    asked(screen, unit_id)
    screen.press("1", "1", "5")  # what is written may begin with a digit, and no digit of it is sent
    screen.type(" khác tới rồi")
    screen.press("Enter")
    asked(screen, "who cancelled")
    screen.press("Enter")  # nothing is marked: a stray Enter tells nothing
    asked(screen, "who cancelled")
    screen.type("113")
    screen.press("Enter")
    assert told(api, in_words, cancelled_by="other_service")["missing"] == []


def test_an_incident_closed_by_hand_asks_too_and_one_that_is_not_closed_asks_nothing(
    screen: Screen, api: httpx.Client
) -> None:
    incident_id = open_incident(api)
    screen.open_incident(incident_id)
    screen.press("d")
    asked(screen, "Outcome of the incident")
    screen.type("cancelled before")
    screen.press("Enter")
    asked(screen, "who cancelled")
    screen.press("1")
    assert told(api, incident_id, cancelled_by="caller")["unit_id"] is None
    going_on, unit_id = going(api)
    open_going(screen, going_on, unit_id, "dispatched")
    screen.expects(r"status of 409")
    screen.press("d")
    asked(screen, "Outcome of the incident")
    screen.type("refused")
    screen.press("Enter")
    expect(screen.page.get_by_text("has units under way")).to_be_visible()
    expect(screen.get("prompt")).to_have_count(0)
    assert record_of(api, going_on) is None
