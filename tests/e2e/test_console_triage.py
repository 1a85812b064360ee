"""The protocol's questions at the desk, by keyboard: what answers mean at once, and the script of an arrest."""

from __future__ import annotations

import re

import httpx
from playwright.sync_api import Route, expect

from tests.e2e.conftest import OpenScreen
from tests.e2e.requests import BEN_THANH, answer_of, eventually, post
from tests.e2e.screen import Screen


def test_an_arrest_is_recognised_and_its_script_told_step_by_step(screen: Screen, api: httpx.Client) -> None:
    taken = post(api, "calls", **BEN_THANH, complaint="ngất", words="bác tôi ngất xỉu")
    incident_id, call_id = str(taken["incident"]["id"]), taken["call"]["id"]
    screen.open_incident(incident_id)
    panel = screen.get("triage")
    expect(panel).to_contain_text("ask the questions of the protocol")
    screen.press(" ")
    expect(panel).to_have_attribute("data-next", "conscious")
    screen.press("2")
    expect(panel).to_have_attribute("data-next", "breathing")
    screen.press("2")
    script = screen.get("script")
    expect(script).to_have_attribute("data-script", "cpr_adult")
    expect(panel).to_contain_text("taken as cardiac arrest")
    expect(panel).to_contain_text("No medical council has approved this")
    assert eventually(lambda: answer_of(api, incident_id)["priority"] == 1, "the level was not raised")
    first = str(script.get_attribute("data-step"))
    screen.press("Enter")
    expect(script).not_to_have_attribute("data-step", first)
    screen.press("5", "Enter")
    expect(script).to_have_attribute("data-script", "cpr_child")
    for _ in range(3):
        screen.press("Enter")
    expect(script).to_contain_text(re.compile(r"first compression \d+:\d\d(?!…)"))
    told = api.get(f"/api/v1/calls/{call_id}/triage").json()
    assert told["answer_to_recognition_s"] is not None
    assert told["answer_to_first_compression_s"] is not None
    screen.press("Escape", "Escape")
    expect(screen.get("sheet")).to_have_count(0)


def test_whoever_asks_the_caller_goes_on_asking_once_the_call_has_an_incident(
    screen: Screen, api: httpx.Client
) -> None:
    taken = post(api, "calls", complaint="ngất", words="bác tôi ngất xỉu")
    assert taken["incident"] is None
    row = screen.page.locator(f'[data-testid="call-row"][data-call="{taken["call"]["id"]}"]')
    expect(row).to_be_visible()
    screen.press("q", "Enter")
    expect(screen.get("place-input")).to_be_focused()
    screen.press("Escape", " ")
    for question, answer in (("where", "1"), ("conscious", "2"), ("breathing", "2")):
        expect(screen.get("triage")).to_have_attribute("data-next", question)
        screen.press(answer)
    expect(screen.get("sheet")).to_be_visible()
    expect(screen.get("triage")).to_be_focused()
    script = screen.get("script")
    first = str(script.get_attribute("data-step"))
    screen.press("Enter")
    expect(script).not_to_have_attribute("data-step", first)
    assert answer_of(api, str(screen.get("sheet").get_attribute("data-incident")))["offers"] == {}


def test_a_question_asked_from_those_of_the_protocol_leads_back_to_them(screen: Screen, api: httpx.Client) -> None:
    taken = post(api, "calls", **BEN_THANH, complaint="đau ngực", words="đau ngực")
    screen.open_incident(str(taken["incident"]["id"]))
    screen.press(" ")
    expect(screen.get("triage")).to_have_attribute("data-next", "conscious")
    screen.press("e")
    expect(screen.get("prompt-input")).to_be_focused()
    screen.press("Escape")
    expect(screen.get("triage")).to_be_focused()
    screen.press("1")
    expect(screen.get("triage")).not_to_have_attribute("data-next", "conscious")


def test_the_last_answer_can_be_taken_back(screen: Screen, api: httpx.Client) -> None:
    incident_id = str(post(api, "calls", **BEN_THANH, complaint="đau ngực", words="đau ngực")["incident"]["id"])
    screen.open_incident(incident_id)
    screen.press(" ")
    panel = screen.get("triage")
    expect(panel).to_have_attribute("data-next", "conscious")
    screen.press("1")
    expect(panel).to_have_attribute("data-next", "breathing")
    screen.press("Backspace")
    expect(panel).to_have_attribute("data-next", "conscious")


def test_questions_that_did_not_come_say_so_and_are_asked_for_again(screen: Screen, api: httpx.Client) -> None:
    incident_id = str(post(api, "calls", **BEN_THANH, complaint="đau ngực", words="đau ngực")["incident"]["id"])
    screen.open_incident(incident_id)
    screen.expects("ERR_FAILED")
    screen.page.route("**/api/v1/protocol/assess", lambda route: route.abort())
    screen.press(" ")
    panel = screen.get("triage")
    expect(panel.get_by_role("alert")).to_be_visible()
    screen.page.unroute("**/api/v1/protocol/assess")
    screen.press(" ")
    expect(panel).to_have_attribute("data-next", "conscious")
    expect(panel.get_by_role("alert")).to_have_count(0)


def test_a_babys_age_is_typed_in_months_and_a_digit_too_many_hides_no_level(screen: Screen, api: httpx.Client) -> None:
    taken = post(api, "calls", **BEN_THANH, complaint="trẻ bệnh", words="bé tím tái")
    screen.open_incident(str(taken["incident"]["id"]))
    screen.press(" ")
    panel = screen.get("triage")
    for question in ("conscious", "breathing"):
        expect(panel).to_have_attribute("data-next", question)
        screen.press("9")  # no such choice
        screen.press("2")
    expect(panel).to_have_attribute("data-next", "age")
    screen.press("5", "m", "Enter")
    expect(screen.get("script")).to_have_attribute("data-script", "cpr_infant")
    expect(screen.page.locator("#queue")).not_to_contain_text("hidden")


def test_a_refusal_is_told_in_the_language_of_the_screen(new_screen: OpenScreen, api: httpx.Client) -> None:
    unit = next(one["id"] for one in api.get("/api/v1/units").json() if one["status"] == "available")
    screen = new_screen(language="vi").open()
    screen.expects(r"status of 409")
    screen.press("c")
    screen.type(f"tt {unit} os")
    screen.press("Enter")
    expect(screen.get("message")).to_contain_text(f"Xe {unit} sẵn sàng, lúc này không ghi “đến hiện trường” được.")


def test_after_the_power_is_off_enter_goes_on_to_the_compressions(screen: Screen, api: httpx.Client) -> None:
    incident_id = str(post(api, "calls", **BEN_THANH, complaint="điện giật", words="bị điện giật")["incident"]["id"])
    screen.open_incident(incident_id)
    screen.press(" ")
    panel = screen.get("triage")
    for question, answer in (("still_live", "1"), ("conscious", "2"), ("breathing", "2")):
        expect(panel).to_have_attribute("data-next", question)
        screen.press(answer)
    script = screen.get("script")
    expect(script).to_have_attribute("data-script", "power_off")
    for step in ("cut", "far", "then"):
        expect(script).to_have_attribute("data-step", step)
        screen.press("Enter")
    expect(script).to_have_attribute("data-script", "cpr_adult")


def test_compressions_come_before_what_was_shown_while_the_answer_was_on_its_way(
    screen: Screen, api: httpx.Client
) -> None:
    incident_id = str(post(api, "calls", **BEN_THANH, complaint="điện giật", words="bị điện giật")["incident"]["id"])
    screen.open_incident(incident_id)
    screen.press(" ")
    panel, script = screen.get("triage"), screen.get("script")
    for question, answer in (("still_live", "1"), ("conscious", "2")):
        expect(panel).to_have_attribute("data-next", question)
        screen.press(answer)
    expect(panel).to_have_attribute("data-next", "breathing")
    held: list[Route] = []
    screen.page.route("**/answers", lambda route: held.append(route))  # Playwright marks its handlers
    screen.press("2")
    for step in ("cut", "far", "then"):
        expect(script).to_have_attribute("data-step", step)
        screen.press("Enter")
    expect(script).not_to_have_attribute("data-script", "power_off")
    screen.wait_until(lambda: bool(held), lambda: "the answer was never sent")
    held[0].continue_()
    expect(script).to_have_attribute("data-script", "cpr_adult")
