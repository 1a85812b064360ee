"""The planner's page in a real browser: a scenario made, run, compared, shared, cancelled and erased."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

from simulator.logs.public import VA_COLUMNS
from tests.e2e.conftest import SMALL
from tests.e2e.screen import PATIENCE_MS, Screen
from tests.running_desk import Live

USERNAME, PASSWORD = "lan", "bún bò Huế cay"
LONG_PATIENCE_MS = 240_000
"""Simulations give way to everything else that the machine does."""
ASK = "/api/v1/simulations"
LOG = (
    ",".join(VA_COLUMNS)
    + "\n"
    + "".join(f"{min(i, 28)},1{f',3/{2 + i // 24}/17 {i % 24:02}:00' * 5}\n" for i in range(30))
).encode()
"""Thirty hours of Virginia Beach, one id twice."""
OpenPage = Callable[..., Screen]


def queue(name: str, units: int, days: float = 1.0) -> dict[str, Any]:
    """A textbook's scenario: a day of it runs in no time."""
    return {
        "scenario": {"name": name, "duration_s": days * 86_400, "queue": "fifo"},
        "zone": [{"id": "Z", "rate_per_h": 3.0}],
        "unit": [{"id": f"U{i}"} for i in range(units)],
        "service": {"distribution": "exponential", "mean_s": 3600},
    }


def link(*scenarios: dict[str, Any], replications: int = 2) -> str:
    told = json.dumps({"scenarios": scenarios, "replications": replications}).encode()
    return "#plan=" + base64.urlsafe_b64encode(told).decode().rstrip("=")


def plan_of(page: Screen) -> dict[str, Any]:
    """What the page's address carries, once it carries all that was changed."""
    page.until("document.querySelector('[data-testid=planner]')?.dataset.isKept === 'true'")
    letters = str(page.ask("location.hash")).partition("#plan=")[2]
    return dict(json.loads(base64.urlsafe_b64decode(letters + "=" * (-len(letters) % 4))))


@pytest.fixture(scope="module")
def planner(desk: Live) -> Iterator[httpx.Client]:
    desk.add_account(USERNAME, PASSWORD, "planner")
    with desk.client("planner") as client:
        yield client


@pytest.fixture
def open_page(desk: Live, browser: Browser, planner: httpx.Client) -> Iterator[OpenPage]:
    """Opens the planner's page, signed in; at the end of the test it must have had no fault."""
    pages: list[Screen] = []

    def make(fragment: str = "", *, is_signed_in: bool = True) -> Screen:
        context = browser.new_context(
            base_url=desk.url, viewport={"width": SMALL[0], "height": SMALL[1]}, reduced_motion="reduce"
        )
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script("localStorage['saigon115.language'] ??= 'en'")
        page = Screen(context.new_page(), desk.url)
        pages.append(page)
        if is_signed_in:
            account = {"username": USERNAME, "password": PASSWORD}
            assert context.request.post("/api/v1/session", data=account).ok
        page.page.goto(f"{desk.url}/planner{fragment}")
        if is_signed_in:
            expect(page.page.locator('[data-testid="planner"][data-state="ready"]')).to_be_visible()
        return page

    yield make
    for page in pages:
        page.page.context.close()
        page.check()
    for run in planner.get(ASK).json()["simulations"]:
        planner.delete(f"{ASK}/{run['id']}")


def done(page: Screen) -> None:
    shown = page.page.locator('[data-testid="results"][data-status="done"]')
    expect(shown).to_be_visible(timeout=LONG_PATIENCE_MS)


def test_a_scenario_made_by_hand_stands_in_the_address_and_a_wrong_one_says_its_way_out(open_page: OpenPage) -> None:
    page = open_page()
    expect(page.get("no-runs")).to_contain_text("No run yet.")
    page.get("name").fill("Thêm trạm")
    page.get("policy").select_option("desk")
    page.get("point").fill("10.72, 106.62")
    page.press("Enter")
    page.get("place").click()
    page.page.locator('[data-testid="map"] canvas').click(position={"x": 300, "y": 300})
    expect(page.get("sign")).to_have_count(2)
    page.get("unit-where").select_option(index=1)
    page.get("more-units").get_by_role("button", name="Add a unit").click()
    page.get("unit-where").select_option("trieu-an")
    page.get("more-units").nth(1).get_by_test_id("station-close").click()
    page.get("unit-where").select_option("thu-duc")
    page.get("station-move").last.click()
    page.get("point").fill("106.77, 10.86")
    page.press("Enter", "Escape", "n")
    expect(page.get("draft")).to_have_count(2)
    page.get("scale").fill("0")
    told = plan_of(page)
    first, second = told["scenarios"]
    assert first["station"][0] == {"id": "moi-1", "lon": 106.62, "lat": 10.72}
    assert {unit["post"] for unit in first["unit"]} > {"moi-1", "moi-2"}
    assert first["city"]["closed"] == ["trieu-an"]
    assert first["moved_station"] == [{"id": "thu-duc", "lon": 106.77, "lat": 10.86}]
    assert (first["scenario"]["name"], first["scenario"]["policy"]) == ("Thêm trạm", "desk")
    assert (first["city"]["scale"], second["city"]["scale"]) == (1, 0)
    page.expects(r"status of 422 .*/api/v1/simulations")
    page.press("Control+Enter")
    expect(page.get("message")).to_contain_text("scenario 2: nobody calls; raise emergencies_per_day or scale")
    page.page.reload()
    expect(page.get("draft")).to_have_count(2)
    assert plan_of(page) == told


def test_hours_on_duty_and_settings_are_set_by_keys_alone(open_page: OpenPage) -> None:
    page = open_page()
    page.press("d")
    expect(page.get("shift-grid")).to_be_focused()
    page.press("ArrowRight", "b", *["ArrowRight"] * 3, "r", "Escape", "g")
    expect(page.get("settings-find")).to_be_focused()
    page.get("settings-find").fill("late_weight")
    expect(page.get("setting")).to_have_count(1)
    page.press("Tab")
    page.page.keyboard.type("3")
    page.press("Tab", "Escape", "Escape")
    expect(page.get("settings")).to_have_count(0)
    told = plan_of(page)["scenarios"][0]
    assert told["settings"] == {"assignment": {"late_weight": 3}}
    (shift,) = told["shift"]
    assert {key: shift[key] for key in ("starts", "ends", "rest_starts", "rest_min")} == {
        "starts": "06:30",
        "ends": "06:00",
        "rest_starts": "08:00",
        "rest_min": 30,
    }
    assert len(shift["units"]) == 1


def test_a_log_is_sent_its_account_shown_and_its_hours_taken(open_page: OpenPage, planner: httpx.Client) -> None:
    page = open_page()
    page.press("o")
    page.get("log-file").set_input_files({"name": "calls.csv", "mimeType": "text/csv", "buffer": LOG})
    account = page.get("account")
    expect(account).to_contain_text("the id was there before", timeout=LONG_PATIENCE_MS)
    page.press("Escape")
    told = plan_of(page)["scenarios"][0]
    (kept,) = planner.get(f"{ASK}/logs").json()["logs"]
    assert told["city"] == {"calls": f"log:{kept['id']}", "scale": 1, "units": "staffed"}
    assert (told["scenario"]["start"], told["scenario"]["duration_s"]) == ("2017-03-02T00:00:00", 29 * 3600)
    planner.delete(f"{ASK}/logs/{kept['id']}")


def test_a_link_is_run_shown_beside_another_run_and_erased(open_page: OpenPage, planner: httpx.Client) -> None:
    other = planner.post(ASK, json={"scenario": queue("Sáu xe", 6)}).json()["id"]
    page = open_page(link(queue("Bốn xe", 4)))
    page.press("Control+Enter")
    done(page)
    response = page.page.locator('[data-testid="figures"] [data-figure="calls"] td')
    expect(response).to_have_text(re.compile(r"\d+"))
    row = page.page.locator(f'[data-run="{other}"]')
    expect(row).to_have_attribute("data-status", "done", timeout=LONG_PATIENCE_MS)
    page.press("r")
    page.press("ArrowDown", "Space")
    expect(response).to_have_count(2)
    with page.page.context.expect_page() as opened:
        page.get("report").first.click()
    expect(opened.value.locator("#plot-units .main-svg").first).to_be_visible()
    page.press("r", "ArrowDown", "Delete")
    expect(row.get_by_test_id("end")).to_have_text("Erase for good?")
    page.press("Delete")
    expect(row).to_have_count(0)
    assert planner.get(f"{ASK}/{other}").status_code == 404


def test_options_are_compared_with_intervals_and_a_long_run_is_cancelled(open_page: OpenPage) -> None:
    page = open_page(link(queue("Bốn xe", 4), queue("Sáu xe", 6)))
    page.get("run").click()
    done(page)
    wait = page.page.locator('[data-testid="compared"] [data-figure="wait_mean_s"] td')
    expect(wait.nth(1)).to_contain_text(re.compile(r"−.+ \[.+ … .+\]"))
    page.page.goto(f"{page.url}/planner{link(queue('Dài', 3, days=10_000))}")
    page.get("run").click()
    page.get("cancel").click()
    shown = page.page.locator('[data-testid="results"][data-status="cancelled"]')
    expect(shown).to_contain_text("nothing half done is kept", timeout=LONG_PATIENCE_MS)


def test_ways_to_go_on_from_now_are_asked_about_and_cancelled(open_page: OpenPage, planner: httpx.Client) -> None:
    page = open_page("#ahead")
    page.page.locator('[data-testid="way"][data-way="closest"]').check()
    page.page.get_by_label("which station…").select_option("trieu-an")
    page.page.get_by_label("in which ward…").first.select_option("26743")
    with page.page.expect_request(lambda sent: sent.method == "POST" and sent.url.endswith(ASK)) as sent:
        page.press("Control+Enter")
    asked: Any = sent.value.post_data_json
    assert asked["alternatives"][-1]["closure"][0].pop("until") > datetime.now(UTC).isoformat()
    assert asked == {
        "kind": "ahead",
        "hours": 2,
        "replications": 30,
        "alternatives": [
            {"name": "No move-up", "move_up": "static"},
            {"name": "Closest idle unit", "policy": "closest_idle"},
            {"name": "1 more at Trieu An Hospital", "units": [{"station": "trieu-an", "count": 1}]},
            {"name": "Ben Thanh closed for 60 min", "closure": [{"ward": "26743"}]},
        ],
    }
    expect(page.get("ahead")).to_have_attribute("data-status", re.compile("queued|running|done"))
    (run,) = planner.get(ASK).json()["simulations"]
    page.press("Escape", "r", "Delete")
    expect(page.page.locator(f'[data-run="{run["id"]}"]')).to_have_attribute(
        "data-status", re.compile("cancelled|done"), timeout=LONG_PATIENCE_MS
    )


def test_who_does_not_plan_is_told_and_a_cut_link_too(open_page: OpenPage, desk: Live) -> None:
    desk.add_account("tong-dai", PASSWORD, "call_taker")
    page = open_page(is_signed_in=False)
    page.expects(r"status of 401 .*/api/v1/session")
    page.get("login-username").fill("tong-dai")
    page.get("login-password").fill(PASSWORD)
    page.press("Enter")
    expect(page.get("wrong-account")).to_contain_text("none of the roles planner")
    cut = open_page("#plan=eyJzY2Vu")
    expect(cut.get("message")).to_contain_text("The link cannot be read")
    cut.page.goto(desk.url)
    expect(cut.get("planner")).to_be_visible()


def test_the_keyboard_keeps_its_place_when_what_had_it_goes_away(open_page: OpenPage, planner: httpx.Client) -> None:
    first, second = (planner.post(ASK, json={"scenario": queue(name, 4)}).json()["id"] for name in ("Một", "Hai"))
    page = open_page()
    for opener, within in (("open-shifts", "shift-grid"), ("open-settings", "settings-find")):
        page.get(opener).focus()
        page.press("Enter")
        expect(page.get(within)).to_be_focused()
        page.press("Escape", "Escape")
        expect(page.get(opener)).to_be_focused()
    page.get("siting").focus()
    assert page.ask("[document.scrollingElement.scrollTop, document.body.scrollTop]") == [0, 0]
    page.get("point").focus()
    page.type("106.62, 10.72")
    page.press("Enter")
    page.page.get_by_role("button", name="Remove station moi-1").focus()
    page.press("Enter")
    expect(page.page.locator("body:focus")).to_have_count(0)
    page.press("Escape", "r")
    for run in (second, first):
        row = page.page.locator(f'[data-run="{run}"]')
        expect(row).to_have_attribute("data-status", "done", timeout=LONG_PATIENCE_MS)
        expect(row).to_be_focused()
        page.press("Delete", "Delete")
        expect(row).to_have_count(0)
    expect(page.get("run-row")).to_have_count(0)


def test_a_comparison_says_first_what_it_found_and_its_figures_are_taken_as_csv(open_page: OpenPage) -> None:
    page = open_page(link(queue("Bốn xe", 4), queue("Sáu xe", 6), replications=6))
    page.press("Control+Enter")
    done(page)
    expect(page.get("conclusions")).to_have_text(re.compile(r"Sáu xe.*Better than Bốn xe: .*wait for a unit −"))
    page.get("csv").focus()
    with page.page.expect_download() as taken:
        page.press("Enter")
    head, *rows = taken.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert head == "figure,scenario,mean,low,high,difference,diff_low,diff_high,p_holm"
    assert [row.split(",")[:2] for row in rows if row.startswith("lost")] == [["lost", "Bốn xe"], ["lost", "Sáu xe"]]
