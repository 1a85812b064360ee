"""Who types faster than the server answers: no key is lost, and none does what it was not typed for."""

from __future__ import annotations

import json
import re

import httpx
from playwright.sync_api import Route, WebSocketRoute, expect

from tests.e2e.conftest import OpenScreen
from tests.e2e.requests import BEN_THANH, answer_of, eventually, post
from tests.e2e.screen import Screen
from tests.e2e.test_console_decisions import assign
from tests.running_desk import Live

HIDDEN_LEVELS = "#queue .levels .off"
"""Numbers that nothing else takes hide a level in the queue."""


def test_a_call_is_typed_to_its_end_before_the_gazetteer_has_answered(screen: Screen, api: httpx.Client) -> None:
    with screen.held("**/api/v1/geocode?*"):
        screen.press("n")
        screen.type("nga tu hang xanh")
        screen.press("Enter")
        screen.type("kho tho")
        expect(screen.page.locator("#complaints li.at")).to_be_visible()
        screen.press("Enter", "3", "Enter")
        expect(screen.get("sheet")).to_be_visible()
    incident_id = str(screen.get("sheet").get_attribute("data-incident"))
    found = eventually(lambda: (one := answer_of(api, incident_id))["priority"] == 3 and one, "the level stayed")
    assert (found["place"]["label"], found["complaint"]) == ("Ngã tư Hàng Xanh, Phường 15, Bình Thạnh", "breathing")
    expect(screen.page.locator(HIDDEN_LEVELS)).to_have_count(0)


def test_enter_before_the_gazetteer_has_answered_takes_the_sure_place_once_it_comes(
    screen: Screen, api: httpx.Client
) -> None:
    taken = post(api, "calls", words="alô alô… (mất tiếng)")
    expect(screen.page.locator(f'[data-testid="call-row"][data-call="{taken["call"]["id"]}"]')).to_be_visible()
    screen.press("q", "Enter")
    expect(screen.get("place-input")).to_be_focused()
    with screen.held("**/api/v1/geocode?*"):
        screen.type("ngã tư hàng xanh")
        screen.press("Enter")
    expect(screen.get("sheet")).to_be_visible()
    found = answer_of(api, str(screen.get("sheet").get_attribute("data-incident")))
    assert found["place"]["label"].startswith("Ngã tư Hàng Xanh")


def test_enter_takes_no_place_that_answers_the_words_from_before(screen: Screen, api: httpx.Client) -> None:
    taken = post(api, "calls", words="alô alô… (mất tiếng)")
    expect(screen.page.locator(f'[data-testid="call-row"][data-call="{taken["call"]["id"]}"]')).to_be_visible()
    screen.press("q", "Enter")
    expect(screen.get("place-input")).to_be_focused()
    with screen.held("**/api/v1/geocode?*"):
        with screen.page.expect_request("**/api/v1/geocode?*"):
            screen.type("ngã tư hàng xanh")
        screen.press("Control+a")
        screen.type("chợ bến thành")
        screen.press("Enter")
    expect(screen.get("sheet")).to_be_visible()
    found = answer_of(api, str(screen.get("sheet").get_attribute("data-incident")))
    assert found["place"]["label"].startswith("Chợ Bến Thành")


def test_the_hospital_is_chosen_before_the_list_has_come(screen: Screen, api: httpx.Client) -> None:
    incident_id = str(post(api, "calls", **BEN_THANH, complaint="đau ngực")["incident"]["id"])
    unit_id = assign(api, incident_id)
    advised = answer_of(api, incident_id, f"/destinations?unit_id={unit_id}")["destinations"][0]["hospital_id"]
    with screen.held("**/destinations?*"):
        screen.open_incident(incident_id)
        expect(screen.get("destination")).to_be_visible()
        screen.press("t", "1")
    expect(screen.get("destination")).to_have_attribute("data-hospital", advised)
    expect(screen.page.locator(HIDDEN_LEVELS)).to_have_count(0)


def test_the_next_hospital_is_chosen_while_the_answer_about_the_first_is_on_its_way(
    screen: Screen, api: httpx.Client
) -> None:
    incident_id = str(post(api, "calls", **BEN_THANH, complaint="đau ngực")["incident"]["id"])
    unit_id = assign(api, incident_id)
    screen.open_incident(incident_id)
    expect(screen.get("destination-option").first).to_be_visible()
    advised, other, *_ = answer_of(api, incident_id, f"/destinations?unit_id={unit_id}")["destinations"]
    with screen.unanswered("**/destination"):
        screen.press("t", "1")
        expect(screen.get("destination")).to_have_attribute("data-hospital", advised["hospital_id"])
        screen.press("t", "2", "1")
    expect(screen.get("destination")).to_have_attribute("data-hospital", other["hospital_id"])


def test_what_was_typed_for_a_question_that_never_came_answers_no_other(screen: Screen, api: httpx.Client) -> None:
    incident_id = str(post(api, "calls", **BEN_THANH, complaint="đau ngực")["incident"]["id"])
    assign(api, incident_id)
    screen.expects("ERR_FAILED")
    asked: list[Route] = []
    screen.page.route("**/destinations?*", lambda route: asked.append(route))
    screen.open_incident(incident_id)
    expect(screen.get("destination")).to_be_visible()
    screen.press("t", "1")
    for route in asked:
        route.abort()
    screen.get("sheet").locator('[data-key="e"]').click()
    expect(screen.get("prompt")).to_have_attribute("aria-label", "New level?")


def test_whoever_leaves_a_question_off_before_it_stands_has_the_keys_again(screen: Screen, api: httpx.Client) -> None:
    incident_id = str(post(api, "calls", **BEN_THANH, complaint="đau ngực")["incident"]["id"])
    assign(api, incident_id)
    with screen.held("**/destinations?*"):
        screen.open_incident(incident_id)
        expect(screen.get("destination")).to_be_visible()
        screen.press("t", "1", "Escape", "n")
        expect(screen.get("call-place")).to_be_focused()
        screen.press("1", "2")
    expect(screen.get("call-place")).to_have_value("12")
    expect(screen.get("prompt")).to_have_count(0)


def test_a_question_that_comes_late_waits_for_who_has_put_the_cursor_elsewhere(
    screen: Screen, api: httpx.Client
) -> None:
    incident_id = str(post(api, "calls", **BEN_THANH, complaint="đau ngực")["incident"]["id"])
    unit_id = assign(api, incident_id)
    advised = answer_of(api, incident_id, f"/destinations?unit_id={unit_id}")["destinations"][0]["hospital_id"]
    with screen.held("**/destinations?*"):
        screen.open_incident(incident_id)
        expect(screen.get("destination")).to_be_visible()
        screen.press("t")
        screen.get("command").click()
    prompt = screen.get("prompt")
    expect(prompt).to_have_attribute("data-waits", "true")
    screen.press("1", "1", "5")
    expect(screen.get("command")).to_have_value("115")
    screen.press("Escape")
    expect(screen.get("prompt-input")).to_be_focused()
    expect(prompt).to_have_attribute("data-waits", "false")
    screen.press("1")
    expect(screen.get("destination")).to_have_attribute("data-hospital", advised)


def test_news_of_the_incident_leaves_the_cursor_with_who_writes_to_the_caller(
    screen: Screen, api: httpx.Client
) -> None:
    incident_id = str(post(api, "calls", **BEN_THANH, complaint="đau ngực")["incident"]["id"])
    screen.open_incident(incident_id)
    screen.press(";")
    expect(screen.get("chat-text")).to_be_focused()
    before = screen.get("primary-action").get_attribute("data-do")
    assign(api, incident_id)
    expect(screen.get("primary-action")).not_to_have_attribute("data-do", str(before))
    expect(screen.get("chat-text")).to_be_focused()


def test_what_came_of_a_call_back_is_typed_before_the_question_stands(screen: Screen, desk: Live) -> None:
    with desk.client("telephony") as exchange:
        for event in ("ringing", "abandoned"):
            told = {"event": event, "call_ref": "e2e-3", "number": "0909115004"}
            assert exchange.post("/api/v1/telephony/events", json=told).json()["results"][0]["kept"]
    expect(screen.get("phones")).to_contain_text("1 call back")
    screen.press("b")
    row = screen.page.locator('[data-testid="call-list-row"][data-group="list"]')
    expect(row).to_have_count(1)
    with screen.held("**/call-back/take"):
        screen.press("Enter", "1")
    expect(row).to_have_count(0)
    expect(screen.page.locator(HIDDEN_LEVELS)).to_have_count(0)


def test_the_reason_for_closing_a_road_is_typed_before_the_road_is_found(screen: Screen) -> None:
    with screen.held("**/api/v1/geocode?*"):
        screen.press("c")
        screen.type("close Lê Lợi")
        screen.press("Enter")
        screen.type("fallen tree")
    expect(screen.page.locator('[data-do="close_road"]')).to_have_attribute("aria-disabled", "false")
    expect(screen.get("road-reason")).to_have_value("fallen tree")
    expect(screen.get("road-input")).to_have_value("Lê Lợi")


def test_a_step_that_the_log_hears_of_late_moves_nobody_back_in_the_script(
    new_screen: OpenScreen, api: httpx.Client
) -> None:
    screen, line = new_screen(), SlowLine()
    screen.page.route_web_socket(re.compile("/feed"), line.carry)
    screen.open()
    taken = post(api, "calls", **BEN_THANH, complaint="ngất", words="bác tôi ngất xỉu")
    screen.open_incident(str(taken["incident"]["id"]))
    screen.press(" ")
    script = screen.get("script")
    for question in ("conscious", "breathing"):
        expect(screen.get("triage")).to_have_attribute("data-next", question)
        screen.press("2")
    expect(script).to_have_attribute("data-script", "cpr_adult")
    line.holds = "InstructionGiven"
    first = str(script.get_attribute("data-step"))
    screen.press("Enter", "Enter")
    third = str(script.get_attribute("data-step"))
    screen.wait_until(lambda: line.kept == 2, lambda: "two steps were not told")
    line.let_one_through()
    screen.until(
        "([id, step]) => window.__saigon115.state.calls[id].instruction_step === step", [taken["call"]["id"], first]
    )
    expect(script).to_have_attribute("data-step", third)
    line.let_one_through()


def test_a_row_that_shows_can_be_asked_about_before_the_rest_of_its_call_has_come(
    new_screen: OpenScreen, api: httpx.Client
) -> None:
    screen, line = new_screen(), SlowLine(holds="CallJoined")
    screen.page.route_web_socket(re.compile("/feed"), line.carry)
    screen.open()
    taken = post(api, "calls", **BEN_THANH, complaint="đau ngực", words="đau ngực")
    screen.open_incident(str(taken["incident"]["id"]))
    screen.wait_until(lambda: line.kept == 1, lambda: "the call had joined before")
    screen.press(" ")
    expect(screen.get("triage")).to_have_attribute("data-next", "conscious")
    line.let_one_through()


class SlowLine:
    """The wire between the feed and a console, on which everything waits from the first event of a type on."""

    def __init__(self, holds: str | None = None) -> None:
        self.holds = holds
        self._kept: list[tuple[WebSocketRoute, str]] = []

    def carry(self, socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        server.on_message(lambda frame: self._pass(socket, str(frame)))

    @property
    def kept(self) -> int:
        """How many events of the type wait."""
        return sum(self._is_held(frame) for _, frame in self._kept)

    def let_one_through(self) -> None:
        """And what came before it."""
        is_through = False
        while not is_through:
            socket, frame = self._kept.pop(0)
            socket.send(frame)
            is_through = self._is_held(frame)

    def _pass(self, socket: WebSocketRoute, frame: str) -> None:
        if self._kept or self._is_held(frame):
            self._kept.append((socket, frame))
        else:
            socket.send(frame)

    def _is_held(self, frame: str) -> bool:
        told = json.loads(frame)
        return bool(told["type"] == "event" and told["event"]["type"] == self.holds)
