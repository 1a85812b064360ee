"""A running desk, a dispatcher's account, and a real Chromium in front of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from dispatch.paths import repo_root
from dispatch.services import Services
from tests.dispatch.conftest import redis_url, services, short_dir, template_database
from tests.e2e.chromium import find_chromium
from tests.e2e.requests import answer_of, eventually, post, report
from tests.e2e.screen import PATIENCE_MS, Screen
from tests.running_desk import Live, running_desk

__all__ = ["redis_url", "services", "short_dir", "template_database"]

USERNAME, PASSWORD = "huong", "phở bò tái chín"
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--disable-background-networking",
]
SMALL = (1366, 768)
LARGE = (1920, 1080)

OpenScreen = Callable[..., Screen]


@pytest.fixture(scope="package")
def desk(services: Services, template_database: str, whole_city: Path, short_dir: Path) -> Iterator[Live]:
    """One desk with one dispatcher's account. Its console must have been built."""
    page = repo_root() / "web" / "dist" / "index.html"
    assert page.is_file(), "the console is not built: run `make .make/web` (or `make setup`), then test again"
    with running_desk(services, template_database, whole_city, short_dir / "e2e", offer_timeout_s=3600) as running:
        running.add_account(USERNAME, PASSWORD, "dispatcher", "supervisor", "duty_doctor")
        with running.client("medical_director") as director:
            calm_down(director)
        yield running


def calm_down(director: httpx.Client, **sections: Any) -> None:
    """
    No alarm but the refusals' rings: on a slow machine those that wait a while would ring in the middle of any test.

    `sections` are what the policy says beside it.
    """
    kinds = {rule["kind"] for rule in director.get("/api/v1/alarms/rules").json()} - {"offers_refused"}
    asked = {"alarms": {"changes": {kind: {"on": False} for kind in sorted(kinds)}}, **sections}
    told = {"sections": asked, "reason": "browser tests", "approved_by": "user:director"}
    answer = director.put("/api/v1/policy", json=told)
    assert answer.is_success, answer.text


@pytest.fixture(scope="package")
def api(desk: Live) -> Iterator[httpx.Client]:
    """Another desk's work, and a look at what the server has stored."""
    with desk.client("supervisor") as client:
        yield client


@pytest.fixture(scope="package")
def avl(desk: Live) -> Iterator[httpx.Client]:
    """The gateway that sends positions."""
    with desk.client("avl") as client:
        yield client


@pytest.fixture(scope="module")
def browser(desk: Live) -> Iterator[Browser]:
    """By module: Playwright's event loop must not outlive the tests that use it."""
    chromium = find_chromium()
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_MS)
        started = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def signed_in(desk: Live, browser: Browser) -> Any:
    """The cookies of a dispatcher who has signed in."""
    context = browser.new_context(base_url=desk.url)
    answer = context.request.post("/api/v1/session", data={"username": USERNAME, "password": PASSWORD})
    assert answer.ok, answer.text()
    kept = context.storage_state()
    context.close()
    return kept


@pytest.fixture
def new_screen(desk: Live, browser: Browser, signed_in: Any, api: httpx.Client) -> Iterator[OpenScreen]:
    """Opens screens; at the end of the test each must have had no fault."""
    screens: list[tuple[Screen, BrowserContext]] = []

    def make(*, size: tuple[int, int] = SMALL, language: str = "en", is_signed_in: bool = True) -> Screen:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            storage_state=signed_in if is_signed_in else None,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(f"localStorage['saigon115.language'] ??= '{language}'")
        screen = Screen(context.new_page(), desk.url)
        screens.append((screen, context))
        return screen

    yield make
    for _, context in screens:
        context.close()
    end_all_work(api)
    for screen, _ in screens:
        screen.check()


@pytest.fixture
def screen(new_screen: OpenScreen) -> Screen:
    """The console of a dispatcher who has signed in, live, in English."""
    return new_screen().open()


def end_all_work(api: httpx.Client) -> None:
    """No incident and no call is left open and every unit is free: one test's work does not meet the next one's."""
    state = api.get("/api/v1/snapshot").json()["state"]
    for incident in state["incidents"].values():
        eventually(partial(_is_ended, api, incident["id"]), f"{incident['number']} does not close")
    for call in state["calls"].values():
        if call["status"] == "abandoned" and call["call_back"]["ended_at"] is None:
            post(api, f"calls/{call['id']}/call-back/end", because="rang_again")
        elif call["incident_id"] is None and call["status"] not in ("abandoned", "closed"):
            post(api, f"calls/{call['id']}/close", outcome="no_content")


def _is_ended(api: httpx.Client, incident_id: str) -> bool:
    """
    Whether the incident is closed; if not, all that can be done about it now.

    An offer may run out and the next one leave in between: what is refused is looked at again.
    """
    incident = answer_of(api, incident_id)
    if incident["status"] == "closed":
        return True
    for offer in incident["offers"].values():
        if offer["status"] == "open":
            api.post(f"/api/v1/offers/{offer['id']}/withdraw", json={})
    for run in incident["runs"].values():
        if run["outcome"] is None:
            _release(api, run["unit_id"])
    closed = api.post(f"/api/v1/incidents/{incident_id}/close", json={"outcome": "duplicate"})
    return closed.is_success


def _release(api: httpx.Client, unit_id: str) -> None:
    """The crews of these tests get no further than the scene."""
    unit = next(one for one in api.get("/api/v1/units").json() if one["id"] == unit_id)
    if unit["status"] == "on_scene":
        report(api, unit_id, "available", outcome="no_patient_found")
    else:
        cause = "cancelled_before_departure" if unit["status"] == "dispatched" else "cancelled_after_departure"
        post(api, f"units/{unit_id}/stand-down", outcome=cause, reason="test")
