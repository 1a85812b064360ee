"""What a dispatcher does with a call, by keyboard alone: offer, overrule, take, place, acknowledge."""

from __future__ import annotations

import re

import httpx
from playwright.sync_api import expect

from tests.e2e.requests import (
    BEN_THANH,
    TAN_BINH,
    answer_of,
    events_of,
    eventually,
    open_incident,
    open_offers,
    post,
    report,
)
from tests.e2e.screen import Screen

LACKING = ("cannot_convey", "lacks_skill")
"""Why an alternative would leave the incident asking for another unit."""


def status_of(api: httpx.Client, unit_id: str) -> str:
    return next(str(one["status"]) for one in api.get("/api/v1/units").json() if one["id"] == unit_id)


def test_a_call_taken_elsewhere_appears_by_itself_with_its_recommendation(screen: Screen, api: httpx.Client) -> None:
    incident = post(api, "calls", **BEN_THANH, complaint="đau ngực")["incident"]
    row = screen.row(incident["id"])
    expect(row).to_be_visible()
    unit_id = answer_of(api, incident["id"], "/recommendation")["units"][0]["unit_id"]
    expect(screen.get("waiting").locator(row)).to_contain_text(unit_id)
    expect(row).to_contain_text("Chest pain")
    expect(screen.get("told")).to_contain_text(incident["number"])


def test_enter_offers_and_the_stations_acceptance_sets_the_incident_going(screen: Screen, api: httpx.Client) -> None:
    incident_id = open_incident(api)
    screen.open_incident(incident_id)
    unit_id = answer_of(api, incident_id, "/recommendation")["units"][0]["unit_id"]
    expect(screen.get("recommendation")).to_contain_text(unit_id)
    screen.enter("offer")
    screen.primary("accept")
    (offer,) = open_offers(api, incident_id)
    assert offer["unit_id"] == unit_id
    post(api, f"offers/{offer['id']}/answer", answer="accept", on_behalf_of="trạm")
    expect(screen.get("active").locator(screen.row(incident_id))).to_be_visible()
    for status in ("en_route", "on_scene"):
        report(api, unit_id, status)
    told = screen.get("timeline").locator(".title")
    expect(told).to_have_text(
        ["Call answered", "Incident opened", "Offered by app", "Accepted", "En route", "On scene"]
    )
    expect(screen.primary("report")).to_contain_text("Left scene")


def test_two_enters_in_one_go_make_one_offer(screen: Screen, api: httpx.Client) -> None:
    incident_id = open_incident(api)
    screen.open_incident(incident_id)
    with screen.held("**/offers"):
        screen.enter("offer")
        screen.press("Enter")
    screen.primary("accept")
    expect(screen.get("prompt")).to_have_count(0)
    assert len(events_of(api, incident_id, "OfferMade")) == 1


def test_an_overrule_asks_for_a_reason_and_the_log_keeps_it(screen: Screen, api: httpx.Client) -> None:
    incident_id = open_incident(api)
    screen.open_incident(incident_id)
    others = answer_of(api, incident_id, "/recommendation")["alternatives"]
    at = next(at for at, one in enumerate(others) if at and one["reason"] not in LACKING)
    second = others[at]["unit_id"]
    expect(screen.get("alternative").nth(at)).to_have_attribute("data-unit", second)
    screen.press(*["ArrowDown"] * (at + 1))
    screen.enter("offer")
    expect(screen.get("prompt")).to_contain_text("Why not the recommended one?")
    assert events_of(api, incident_id, "OfferMade") == []
    screen.press("ArrowDown", "ArrowDown", "Enter")
    screen.primary("accept")
    (made,) = events_of(api, incident_id, "OfferMade")
    assert (made["unit_id"], made["overruled"], made["reason"]) == (second, True, "road_blocked")


def test_red_is_offered_to_two_stations_with_one_key(screen: Screen, api: httpx.Client) -> None:
    incident_id = open_incident(api, priority=1, place=TAN_BINH)
    screen.open_incident(incident_id)
    advice = answer_of(api, incident_id, "/recommendation")
    best = [candidate["station_id"] for candidate in advice["units"] + advice["parallel"]]
    screen.enter("offer")
    screen.primary("accept")
    expect(screen.get("timeline").get_by_text("Offered by app")).to_have_count(2)
    assert [offer["station_id"] for offer in open_offers(api, incident_id)] == best


def test_a_call_is_taken_by_keyboard_from_words_to_incident(screen: Screen, api: httpx.Client) -> None:
    screen.press("n")
    expect(screen.get("call-place")).to_be_focused()
    screen.type("nga tu hang xanh")
    expect(screen.get("place-option").first).to_contain_text("Ngã tư Hàng Xanh")
    screen.press("Enter")
    expect(screen.get("call-what")).to_be_focused()
    screen.type("kho tho")
    expect(screen.page.locator("#complaints li.at")).to_be_visible()
    screen.press("Enter")
    expect(screen.page.locator("[role=radio][aria-checked=true]")).to_be_focused()
    screen.press("3", "Enter")
    expect(screen.get("sheet")).to_be_visible()
    incident_id = str(screen.get("sheet").get_attribute("data-incident"))
    expect(screen.get("sheet")).to_contain_text("Yellow")
    found = eventually(lambda: (one := answer_of(api, incident_id))["priority"] == 3 and one, "the level stayed")
    assert (found["place"]["label"], found["status"]) == ("Ngã tư Hàng Xanh, Phường 15, Bình Thạnh", "waiting")
    assert found["complaint"] == "breathing"


def test_a_call_without_a_sure_place_is_given_one_by_keyboard(screen: Screen, api: httpx.Client) -> None:
    taken = post(api, "calls", words="alô alô… (mất tiếng)")
    assert taken["incident"] is None
    row = screen.page.locator(f'[data-testid="call-row"][data-call="{taken["call"]["id"]}"]')
    expect(row).to_contain_text("place not known yet")
    screen.press("q", "Enter")
    expect(screen.get("place-input")).to_be_focused()
    screen.type("hang xanh")
    expect(screen.get("place-option").first).to_contain_text("Ngã tư Hàng Xanh")
    screen.press("Enter")
    expect(screen.get("sheet")).to_be_visible()
    found = answer_of(api, str(screen.get("sheet").get_attribute("data-incident")))
    assert found["call_ids"] == [taken["call"]["id"]]
    assert found["place"]["label"].startswith("Ngã tư Hàng Xanh")
    expect(row).to_have_count(0)


def test_an_address_counts_as_settled_only_once_it_was_read_back(screen: Screen, api: httpx.Client) -> None:
    incident_id = open_incident(api)
    screen.open_incident(incident_id)
    expect(screen.get("sheet")).to_contain_text("not read back to the caller yet")
    assert not answer_of(api, incident_id)["place"].get("settled", False)
    screen.press("b")
    expect(screen.get("settled")).to_have_text(re.compile(r"✓ read back by huong at \d\d:\d\d"))
    assert answer_of(api, incident_id)["place"]["settled"] is True


def test_a_refused_command_says_fact_and_way_out_and_loses_nothing(screen: Screen, api: httpx.Client) -> None:
    incident_id = open_incident(api)
    screen.open_incident(incident_id)
    screen.expects(r"status of 409")
    unit_id = answer_of(api, incident_id, "/recommendation")["alternatives"][0]["unit_id"]
    report(api, unit_id, "off_duty")
    screen.press("c")
    screen.type(f"offer {unit_id}")
    screen.press("Enter")
    expect(screen.get("prompt-input")).to_be_focused()
    screen.press("1")
    said = screen.get("message").filter(has_text=unit_id)
    expect(said).to_contain_text("cannot be offered; choose a free unit")
    expect(screen.row(incident_id)).to_be_visible()
    report(api, unit_id, "available")


def test_a_question_of_the_command_line_is_seen_without_any_sheet_open(screen: Screen, api: httpx.Client) -> None:
    unit = next(one["id"] for one in api.get("/api/v1/units").json() if one["status"] == "available")
    screen.press("c")
    screen.type(f"status {unit} oo")
    screen.press("Enter")
    expect(screen.get("prompt")).to_contain_text(unit)
    expect(screen.get("prompt-input")).to_be_focused()
    screen.press("1")
    expect(screen.get("prompt")).to_have_count(0)
    eventually(lambda: status_of(api, unit) == "out_of_service", "it is in service still")
    report(api, unit, "available")
