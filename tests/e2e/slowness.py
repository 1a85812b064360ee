"""
A slow machine on a slow line, to find tests and pages that only work when answers come at once.

`SAIGON115_E2E_SLOW=1 pytest tests/e2e`: each answer takes 0.4 s longer and each page computes four times slower.
"""

from __future__ import annotations

import os

from playwright.sync_api import Page

WISHED_BY = "SAIGON115_E2E_SLOW"
ANSWER_MS = 400
COMPUTING = 4


def slow_down_if_wished(page: Page) -> None:
    """Delay the page's requests and its scripts; only when the environment asks for it."""
    if os.environ.get(WISHED_BY) != "1":
        return
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": ANSWER_MS, "downloadThroughput": -1, "uploadThroughput": -1},
    )
    session.send("Emulation.setCPUThrottlingRate", {"rate": COMPUTING})
