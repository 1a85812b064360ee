"""Taking calls at the desk, by keyboard alone: where, the caller's phone, calls of no words, calls taken apart."""

from __future__ import annotations

import httpx
from playwright.sync_api import expect

from tests.e2e.requests import BEN_THANH, answer_of, eventually, post
from tests.e2e.screen import Screen
from tests.running_desk import Live

FAR = {"lon": 106.72, "lat": 10.80, "accuracy_m": 20.0}


def call_of(api: httpx.Client, call_id: str) -> dict[str, object]:
    found: dict[str, object] = api.get("/api/v1/snapshot").json()["state"]["calls"][call_id]
    return found


def test_an_address_in_several_districts_is_a_question_with_numbered_answers(screen: Screen) -> None:
    screen.press("n")
    screen.type("nguyen trai")
    question = screen.get("settles")
    expect(question).to_contain_text("Ask: which district?")
    answer = question.get_by_role("button").nth(1)
    district = str(answer.inner_text()).split("\n")[-1].strip().removeprefix("2").strip()
    screen.press("Tab", "2")
    expect(screen.get("call-place")).to_have_value(f"nguyen trai, {district}")
    expect(screen.get("place-option").first).to_contain_text(district)
    expect(screen.get("understood")).to_contain_text(f"district {district}")


def test_a_phone_elsewhere_is_a_conflict_and_its_place_is_used_by_one_key(screen: Screen, api: httpx.Client) -> None:
    taken = post(api, "calls", **BEN_THANH, words="té xe", caller_phone="0909115001")
    call_id, incident_id = taken["call"]["id"], str(taken["incident"]["id"])
    screen.open_incident(incident_id)
    screen.press(",")
    link = screen.get("link")
    expect(link).to_have_attribute("data-state", "made")
    url = str(screen.get("link-words").input_value()).rpartition(" ")[2]
    assert httpx.post(url, json=FAR).json() == {"thanks": True}
    expect(link).to_have_attribute("data-state", "used")
    expect(screen.get("fix")).to_have_attribute("data-verdict", "conflict")
    assert answer_of(api, incident_id)["place"]["lon"] == BEN_THANH["lon"]
    screen.press(".")
    expect(screen.get("fix")).to_contain_text("in use")
    place = answer_of(api, incident_id)["place"]
    assert (place["lon"], place["lat"], place.get("settled", False)) == (FAR["lon"], FAR["lat"], False)
    assert call_of(api, call_id)["words_token"] is not None
    screen.press("b")
    expect(screen.get("settled")).to_contain_text("read back by")


def test_a_call_from_the_number_of_a_cancelled_incident_reopens_it_by_one_key(
    screen: Screen, desk: Live, api: httpx.Client
) -> None:
    phone = {"caller_phone": "0909115077"}
    first = post(api, "calls", **BEN_THANH, **phone, words="té ngã")["incident"]
    with desk.client("supervisor") as supervisor:
        post(supervisor, f"incidents/{first['id']}/close", outcome="cancelled_before_departure")
    second = post(api, "calls", **phone, words="lại té", lon=106.72, lat=10.80)
    screen.open_incident(str(second["incident"]["id"]))
    expect(screen.get("again")).to_contain_text("cancelled before departure")
    screen.press("j")
    expect(screen.get("sheet")).to_have_attribute("data-incident", str(first["id"]))
    expect(screen.get("again")).to_have_count(0)
    assert (answer_of(api, str(first["id"]))["status"], call_of(api, second["call"]["id"])["incident_id"]) == (
        "waiting",
        first["id"],
    )


def test_a_call_opens_at_its_seat_and_is_closed_without_content_by_one_key_and_undone(
    screen: Screen, desk: Live, api: httpx.Client
) -> None:
    screen.press("c")
    screen.type("seat S12")
    screen.press("Enter")
    expect(screen.get("seat")).to_contain_text("S12")
    with desk.client("telephony") as exchange:
        for event in ("ringing", "answered"):
            told = {"event": event, "call_ref": "e2e-1", "number": "0909115002", "seat": "S12"}
            assert exchange.post("/api/v1/telephony/events", json=told).json()["results"][0]["kept"]
    form = screen.get("new-call")
    expect(form).to_be_visible()
    call_id = str(form.get_attribute("data-call"))
    screen.press("-")
    expect(form).to_have_count(0)
    assert call_of(api, call_id)["outcome"] == "no_content"
    expect(screen.get("message").filter(has_text="no content")).to_contain_text("Undo")
    screen.press("Backspace")
    expect(screen.page.locator(f'[data-sheet] [data-call="{call_id}"]')).to_be_visible()
    assert call_of(api, call_id)["status"] == "answered"


def test_a_caller_who_cannot_be_spoken_with_is_written_to_before_anything_is_entered(
    screen: Screen, desk: Live, api: httpx.Client
) -> None:
    with desk.client("telephony") as exchange:
        for event in ("ringing", "answered"):
            told = {"event": event, "call_ref": "e2e-language", "number": "0909115006"}
            (kept,) = exchange.post("/api/v1/telephony/events", json=told).json()["results"]
    expect(screen.page.locator(f'[data-testid="call-row"][data-call="{kept["call_id"]}"]')).to_be_visible()
    screen.press("q", "Enter")
    expect(screen.get("call-place")).to_be_focused()
    screen.press("=")
    expect(screen.get("prompt-input")).to_be_focused()
    screen.type("Korean")
    screen.press("Enter")
    expect(screen.get("call-place")).to_be_focused()
    eventually(lambda: call_of(api, str(kept["call_id"]))["language"] == "ko", "the language is not kept")
    screen.press("Escape", "=")
    expect(screen.get("prompt-input")).to_be_focused()
    screen.press("Escape")
    expect(screen.get("call-place")).to_be_focused()
    screen.press(";")
    expect(screen.get("chat-text")).to_be_focused()
    screen.type("Where are you?")
    screen.press("Enter")
    expect(screen.get("conversation")).to_contain_text("Where are you?")
    expect(screen.get("link")).to_be_visible()
    screen.press("Escape", "p")
    expect(screen.get("call-place")).to_be_focused()


def test_a_caller_who_gave_up_is_called_back(screen: Screen, desk: Live, api: httpx.Client) -> None:
    with desk.client("telephony") as exchange:
        for event in ("ringing", "abandoned"):
            told = {"event": event, "call_ref": "e2e-2", "number": "0909115003"}
            assert exchange.post("/api/v1/telephony/events", json=told).json()["results"][0]["kept"]
    expect(screen.get("phones")).to_contain_text("1 call back")
    screen.press("b")
    row = screen.page.locator('[data-testid="call-list-row"][data-group="list"]')
    expect(row).to_have_count(1)
    call_id = str(row.get_attribute("data-call"))
    screen.press("Enter")
    expect(screen.get("prompt")).to_contain_text("How did the call back go?")
    screen.press("1")
    expect(row).to_have_count(0)
    eventually(lambda: call_of(api, call_id)["status"] == "answered", "the caller was reached")


def test_a_call_joined_wrongly_is_taken_out_again(screen: Screen, api: httpx.Client) -> None:
    first = post(api, "calls", **BEN_THANH, words="đau ngực")["incident"]
    other = post(api, "calls", words="alô alô… (mất tiếng)")["call"]["id"]
    post(api, f"calls/{other}/join", incident_id=first["id"])
    screen.open_incident(str(first["id"]))
    expect(screen.get("call-words")).to_have_count(2)
    screen.press("j", "1")
    expect(screen.page.locator(f'[data-testid="call-sheet"][data-call="{other}"]')).to_be_visible()
    assert (call_of(api, other)["incident_id"], answer_of(api, first["id"])["status"]) == (None, "waiting")


def test_the_level_that_a_call_raised_before_it_left_is_told_with_the_key_that_changes_it(
    screen: Screen, api: httpx.Client
) -> None:
    first = post(api, "calls", **BEN_THANH, words="té xe")["incident"]
    other = post(api, "calls", words="alô alô… (mất tiếng)")["call"]["id"]
    answers = {"what": "told", "conscious": "no", "breathing": "yes"}
    api.put(f"/api/v1/calls/{other}/answers", json={"answers": answers}).raise_for_status()
    post(api, f"calls/{other}/join", incident_id=first["id"])
    post(api, f"calls/{other}/unjoin")
    row = screen.page.locator(f'[data-testid="call-row"][data-call="{other}"]')
    expect(row).to_have_attribute("data-level", "1")
    screen.open_incident(str(first["id"]))
    assert answer_of(api, first["id"])["priority"] == 1 < first["priority"]
    expect(screen.get("raised-by-left")).to_be_visible()
    screen.press("e", "3")
    screen.type("the other call was about somebody else")
    screen.press("Enter")
    expect(screen.get("raised-by-left")).to_have_count(0)


def test_the_chapter_is_found_by_what_callers_say(screen: Screen, api: httpx.Client) -> None:
    taken = post(api, "calls", **BEN_THANH, words="bị gì không rõ")
    screen.open_incident(str(taken["incident"]["id"]))
    screen.press(" ")
    expect(screen.get("chapter")).to_be_visible()
    screen.press("c")
    expect(screen.get("chapter-input")).to_be_focused()
    screen.type("ran can")
    expect(screen.page.locator("#chapters li.at")).to_contain_text("Snake")
    screen.press("Enter")
    expect(screen.get("sheet").locator("h2")).to_contain_text("Snake")
    expect(screen.get("triage")).to_have_attribute("data-next", "conscious")
    screen.press("2")
    expect(screen.get("triage")).to_have_attribute("data-next", "breathing")
    screen.press("2")
    expect(screen.get("sheet").locator("h2")).to_contain_text("Cardiac arrest")
