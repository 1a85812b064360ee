"""
A slow machine on a slow line, to find tests and pages that only work when answers come at once.

`SAIGON115_E2E_SLOW=1 pytest tests/e2e`: each answer takes 0.4 s longer, each page computes four times slower, and what
the server sends by itself comes one frame after another, so that a page is seen with half of what happened.
"""

from __future__ import annotations

import os

from playwright.sync_api import Page

WISHED_BY = "SAIGON115_E2E_SLOW"
ANSWER_MS = 400
COMPUTING = 4
FRAMES_APART_MS = 60

_SLOW_FEED = """
window.WebSocket = class extends WebSocket {
  constructor(...how) {
    super(...how);
    let free = 0;
    this.addEventListener("message", frame => {
      if (!frame.isTrusted) return;
      frame.stopImmediatePropagation();
      free = Math.max(free, performance.now()) + APART;
      setTimeout(() => this.dispatchEvent(new MessageEvent("message", { data: frame.data })), free - performance.now());
    });
  }
};
""".replace("APART", str(FRAMES_APART_MS))


def slow_down_if_wished(page: Page) -> None:
    """Delay the page's requests, its scripts and its feed; only when the environment asks for it."""
    if os.environ.get(WISHED_BY) != "1":
        return
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": ANSWER_MS, "downloadThroughput": -1, "uploadThroughput": -1},
    )
    session.send("Emulation.setCPUThrottlingRate", {"rate": COMPUTING})
    page.add_init_script(_SLOW_FEED)
