"""One dispatcher's screen: a page of the console, what it shows, and everything that went wrong on it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import APIResponse, ConsoleMessage, Locator, Page, Request, Route, expect

from tests.e2e.slowness import slow_down_if_wished

PATIENCE_MS = 60_000
"""For a machine that is busy with other things. Nothing here asserts how fast the console is."""

MOST_ROWS = 100

_CHATTER = re.compile(
    r"GL Driver Message|GPU stall due to ReadPixels|Automatic fallback to software WebGL|willReadFrequently"
)
"""What Chromium itself says when it draws without a graphics card, and when a test reads what was drawn."""

_IDLE = """() => new Promise(done => {
  setTimeout(() => done(), 5000);
  window.__saigon115.map.once("idle", () => done());
  window.__saigon115.map.triggerRepaint();
})"""
"""A view that has just been changed asks for its tiles with the next frame only; a map that never rests is let go."""


class Screen:
    """The page of one signed-in dispatcher. `faults` must be empty at the end, save for what a test `expects`."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.faults: list[str] = []
        self._expected: list[re.Pattern[str]] = []
        slow_down_if_wished(page)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.faults.append(f"page error: {error}"))
        page.on("request", self._watch)
        page.on("websocket", lambda socket: self._check_origin(socket.url.replace("ws", "http", 1)))

    def expects(self, pattern: str) -> None:
        """A complaint that belongs to what the test does, such as the browser's line about a 401."""
        self._expected.append(re.compile(pattern))

    def check(self) -> None:
        unexpected = [fault for fault in self.faults if not any(one.search(fault) for one in self._expected)]
        assert not unexpected, "the browser complained:\n" + "\n".join(unexpected)

    def open(self) -> Screen:
        """Load the console and wait until its feed is live."""
        self.page.goto(self.url)
        self.live()
        return self

    def live(self) -> None:
        expect(self.page.locator('[data-testid="strip"][data-state="live"]')).to_be_visible()
        self.until("window.__saigon115 !== undefined && Object.keys(window.__saigon115.state.units).length > 0")

    def get(self, testid: str) -> Locator:
        return self.page.get_by_test_id(testid)

    def row(self, incident_id: str) -> Locator:
        """The incident's row in the queue."""
        return self.page.locator(f'[data-testid="incident-row"][data-incident="{incident_id}"]')

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, words: str) -> None:
        self.page.keyboard.insert_text(words)

    def open_incident(self, incident_id: str) -> None:
        """As a dispatcher would: to the queue, down to the row, Enter."""
        expect(self.row(incident_id)).to_be_visible()
        self.press("q")
        self.walk_to(self.row(incident_id), is_there="one => one === document.activeElement")
        self.press("Enter")
        expect(self.page.locator(f'[data-testid="sheet"][data-incident="{incident_id}"]')).to_be_visible()

    def walk_to(self, row: Locator, is_there: str) -> None:
        """Down to a row: an arrow at a time, as long as JavaScript says of it that it is not there yet."""
        for _ in range(MOST_ROWS):
            if row.evaluate(is_there):
                return
            self.press("ArrowDown")
        raise AssertionError(f"no arrow led to {row}")

    def primary(self, does: str) -> Locator:
        """The main action, once it is this one."""
        action = self.page.locator(f'[data-testid="primary-action"][data-do="{does}"]')
        expect(action).to_be_visible()
        return action

    def enter(self, does: str, says: str = "") -> None:
        """
        Press Enter for the main action once it is this one.

        The console ignores an Enter that comes less than 0.45 s after the action changed its meaning; a person takes
        longer than that, and this waits until the action says that it may.
        """
        action = self.primary(does)
        expect(action).to_contain_text(says)
        expect(action).not_to_have_attribute("data-settled", "false")
        self.press("Enter")

    @contextmanager
    def held(self, url: str) -> Iterator[None]:
        """What the page asks of such addresses gets no answer within: to type on while the server thinks."""
        self.page.route(url, lambda _: None)
        yield
        self.page.unroute(url)  # whatever still waits goes on by that

    @contextmanager
    def unanswered(self, url: str) -> Iterator[None]:
        """What the page asks of such addresses is done, but it hears so only afterwards: the feed tells it first."""
        answers: list[tuple[Route, APIResponse]] = []
        self.page.route(url, lambda route: answers.append((route, route.fetch())))
        yield
        for route, answer in answers:
            route.fulfill(response=answer)
        self.page.unroute(url)

    def eventually_none(self, expression: str, arg: Any = None) -> None:
        """Wait until a JavaScript list is empty; what still stands in it is told."""
        self.wait_until(lambda: not self.ask(expression, arg), lambda: str(self.ask(expression, arg)))

    def wait_until(self, is_so: Callable[[], bool], why_not: Callable[[], str]) -> None:
        """Until something holds that no script of the page can tell; the page goes on meanwhile."""
        give_up_at = time.monotonic() + PATIENCE_MS / 1000
        while not is_so():
            assert time.monotonic() < give_up_at, why_not()
            self.page.wait_for_timeout(20)

    def until(self, expression: str, arg: Any = None) -> Any:
        """
        The first truthy value of a JavaScript expression (or function of `arg`).

        Always as a function: an expression that does not hold at once would be evaluated, which our pages forbid.
        """
        function = expression if "=>" in expression else f"() => ({expression})"
        return self.page.wait_for_function(function, arg=arg, timeout=PATIENCE_MS).json_value()

    def ask(self, expression: str, arg: Any = None) -> Any:
        return self.page.evaluate(expression, arg)

    def map_ready(self) -> None:
        """The map has loaded its style and every tile in view, and stands still."""
        self.until(
            "() => { const map = window.__saigon115.map;"
            " return map && map.isStyleLoaded() && map.areTilesLoaded() && !map.isMoving(); }"
        )
        self.page.evaluate(_IDLE)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not _CHATTER.search(message.text):
            self.faults.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def _watch(self, request: Request) -> None:
        if not request.url.startswith(("data:", "blob:")):
            self._check_origin(request.url)

    def _check_origin(self, url: str) -> None:
        if not url.startswith(self.url):
            self.faults.append(f"a request left the desk: {url}")
