"""Signing in, words, looks, the size of the screen, and a connection that comes and goes."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import WebSocketRoute, expect

from tests.e2e.conftest import LARGE, PASSWORD, SMALL, USERNAME, OpenScreen
from tests.e2e.requests import open_incident
from tests.e2e.screen import Screen
from tests.running_desk import Live


def test_a_dispatcher_signs_in_and_out_by_keyboard(new_screen: OpenScreen, desk: Live) -> None:
    screen = new_screen(is_signed_in=False)
    screen.expects(r"status of 401 .*/api/v1/session")
    screen.page.goto(desk.url)
    expect(screen.get("login-username")).to_be_focused()
    screen.type(USERNAME)
    screen.press("Tab")
    screen.type(PASSWORD)
    screen.press("Enter")
    screen.live()
    expect(screen.get("strip")).to_contain_text(USERNAME)
    screen.press("c")
    expect(screen.get("command")).to_be_focused()
    screen.type("logout")
    screen.press("Enter")
    expect(screen.get("login-username")).to_be_focused()
    screen.page.reload()
    expect(screen.get("login-username")).to_be_focused()


def test_a_wrong_password_is_told_with_the_way_out(new_screen: OpenScreen, desk: Live) -> None:
    screen = new_screen(is_signed_in=False)
    screen.expects(r"status of 401 .*/api/v1/session")
    screen.page.goto(desk.url)
    expect(screen.get("login-username")).to_be_focused()
    screen.type(USERNAME)
    screen.press("Tab")
    screen.type("bún chả")
    screen.press("Enter")
    expect(screen.get("login-problem")).to_have_text("User name or password is not right. Check both and try again.")
    expect(screen.get("login-username")).to_have_value(USERNAME)


def test_a_desk_that_cannot_be_reached_is_asked_again_by_itself(new_screen: OpenScreen, desk: Live) -> None:
    screen = new_screen()
    screen.expects(r"Failed to load resource: net::ERR_FAILED")
    screen.page.route("**/api/v1/session", lambda route: route.abort())
    screen.page.goto(desk.url)
    expect(screen.page.get_by_role("alert").first).to_contain_text("keeps trying by itself")
    screen.page.unroute("**/api/v1/session")
    screen.live()


def test_the_language_changes_every_word_and_is_kept(screen: Screen, api: httpx.Client) -> None:
    strip, units = screen.get("strip"), screen.page.locator("section.units")
    expect(strip).to_contain_text("Oldest wait")
    screen.press("l")
    expect(strip).to_contain_text("Chờ lâu nhất")
    expect(units).to_contain_text("Xe theo trạm")
    assert screen.ask("document.documentElement.lang") == "vi"
    screen.page.reload()
    screen.live()
    expect(strip).to_contain_text("Chờ lâu nhất")
    assert screen.ask("document.documentElement.lang") == "vi"
    screen.press("l")
    expect(strip).to_contain_text("Oldest wait")


def test_the_theme_changes_panels_and_map_stays_legible_and_is_kept(screen: Screen) -> None:
    screen.map_ready()
    dark = screen.ask(LOOK)
    screen.press("t")
    screen.until(f"before => {{ const now = {LOOK}; return {IS_OTHER}; }}", dark)
    light = screen.ask(LOOK)
    screen.page.reload()
    screen.live()
    screen.map_ready()
    assert screen.ask(LOOK) == light
    assert dark["luminance"] < 0.05
    assert light["luminance"] > 0.6
    assert dark["map"] != light["map"]
    for look in (dark, light):
        assert min(look["contrasts"]) >= 7, look


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_nothing_is_cut_off_or_needs_sideways_scrolling(
    new_screen: OpenScreen, api: httpx.Client, size: tuple[int, int]
) -> None:
    incident_id = open_incident(api, priority=1)
    screen = new_screen(size=size, language="vi").open()
    screen.open_incident(incident_id)
    expect(screen.primary("offer")).to_contain_text("Chuyển trạm")
    screen.eventually_none(TOO_WIDE)
    screen.press("l")
    expect(screen.primary("offer")).to_contain_text("Offer")
    screen.eventually_none(TOO_WIDE)


def test_a_lost_connection_is_told_with_its_age_and_what_was_missed_comes_after(
    new_screen: OpenScreen, api: httpx.Client
) -> None:
    screen, line = new_screen(), Line()
    screen.page.route_web_socket(re.compile("/feed"), line.carry)
    screen.open()
    known = open_incident(api, priority=3)
    expect(screen.row(known)).to_be_visible()
    line.cut()
    banner = screen.get("lost")
    expect(banner).to_contain_text(re.compile(r"Connection lost\. What you see is \d+:\d\d old\."))
    expect(banner).to_contain_text("use radio and paper cards")
    expect(banner).not_to_contain_text(re.compile(r"is 0:0[01] old"))
    missed = open_incident(api)
    expect(screen.row(known)).to_be_visible()
    expect(screen.row(missed)).to_have_count(0)
    line.mend()
    expect(screen.row(missed)).to_be_visible()
    expect(banner).to_have_count(0)
    first, *again = ["?after=" in asked for asked in line.asked]
    assert (first, set(again)) == (False, {True})


def test_empty_lists_teach_the_next_key_and_help_is_one_key_away(screen: Screen) -> None:
    expect(screen.get("waiting")).to_contain_text("Nobody is waiting. N takes a new call")
    screen.press("?")
    expect(screen.get("help")).to_be_visible()
    expect(screen.get("help")).to_contain_text("the main action of the open incident")
    screen.press("Escape")
    expect(screen.get("help")).to_have_count(0)
    screen.press("c")
    screen.type("bốc thăm")
    screen.press("Enter")
    expect(screen.page.get_by_role("alert").filter(has_text="No command “bốc thăm”")).to_be_visible()


class Line:
    """The wire between a console and the feed: it can be cut and mended."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._sockets: list[WebSocketRoute] = []
        self._is_cut = False

    def carry(self, socket: WebSocketRoute) -> None:
        if self._is_cut:
            socket.close()
            return
        self.asked.append(socket.url)
        socket.connect_to_server()
        self._sockets.append(socket)

    def cut(self) -> None:
        self._is_cut = True
        for socket in self._sockets:
            socket.close()
        self._sockets.clear()

    def mend(self) -> None:
        self._is_cut = False


LOOK = """(() => {
  const channel = v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const luminance = colour => {
    const box = document.createElement('canvas').getContext('2d');
    box.fillStyle = colour;
    box.fillRect(0, 0, 1, 1);
    const [r, g, b] = box.getImageData(0, 0, 1, 1).data;
    return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  };
  const style = getComputedStyle(document.documentElement);
  const of = name => luminance(style.getPropertyValue(name).trim());
  const contrast = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  return {
    ground: style.getPropertyValue('--ground').trim(),
    luminance: of('--ground'),
    contrasts: ['--ground', '--panel', '--raised'].map(tone => contrast(of('--text'), of(tone))),
    map: window.__saigon115.map.getPaintProperty('land', 'fill-color'),
  };
})()"""
"""The colours in use: the ground's luminance (0 to 1), the text's contrast on each panel tone, the map's land."""

IS_OTHER = "now.ground !== before.ground && now.map !== before.map && window.__saigon115.map.isStyleLoaded()"

TOO_WIDE = """() => {
  const page = document.documentElement;
  const wide = page.scrollWidth > page.clientWidth ? [`the page: ${page.scrollWidth}`] : [];
  const looked = 'header, .me, .me *, .counts, .oldest, footer, .queue, .units, [data-sheet], [data-sheet] *';
  for (const one of document.querySelectorAll(looked)) {
    const box = one.getBoundingClientRect();
    const what = `${one.tagName} .${one.className} “${one.textContent.trim().slice(0, 40)}”`;
    const isLow = box.bottom > innerHeight + 1 && !one.closest('.scroll');
    if (box.width && (box.right > innerWidth + 1 || box.left < -1 || isLow)) wide.push(`outside the screen: ${what}`);
  }
  const strip = document.querySelector('[data-testid=strip]');
  if (strip.scrollWidth > strip.clientWidth) wide.push(`the strip needs ${strip.scrollWidth} of ${strip.clientWidth}`);
  return wide;
}"""
"""What does not fit on the screen, in words."""
