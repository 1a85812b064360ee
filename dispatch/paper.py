"""
The paper fallback: what a dispatcher needs on paper when every screen is dark.

A printable page is written every five minutes to a folder, which should lie on another disk, stick or machine than
the database: open incidents, the unit board, station phones, numbered blank cards. It names no patient and no
caller. A page is written whole or not at all; yesterday's are kept, older ones go.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from jinja2 import Environment, PackageLoader, select_autoescape

from dispatch.domain.clock import LOCAL, duty_day
from dispatch.domain.state import State
from dispatch.domain.words import UnitKind, UnitStatus
from dispatch.parts import Parts

BLANK_CARDS = 20
KEEP = timedelta(days=2)
LEVEL_NAMES = {1: "ĐỎ ▲", 2: "CAM ◆", 3: "VÀNG ■", 4: "XANH ●"}
STATUS_NAMES: dict[UnitStatus, str] = {
    "off_duty": "ngoài ca trực",
    "available": "sẵn sàng",
    "offered": "đang hỏi trạm",
    "dispatched": "đã nhận ca",
    "en_route": "đã xuất xe",
    "on_scene": "tại hiện trường",
    "transporting": "đang chở",
    "at_hospital": "tại bệnh viện",
    "returning": "đang về trạm",
    "moving_up": "đang dời điểm trực",
    "on_break": "đang nghỉ",
    "out_of_service": "ngừng phục vụ",
}
KIND_NAMES: dict[UnitKind, str] = {"van": "xe cứu thương", "motorbike": "xe máy", "boat": "xuồng"}

log = structlog.get_logger()
_templates = Environment(loader=PackageLoader("dispatch", "templates"), autoescape=select_autoescape())


async def write_paper(parts: Parts) -> None:
    """The leader's loop. A folder that cannot be written is loud, and tried again at the next round."""
    complaints = {one.code: one.name_vi for one in parts.pack.complaints}
    while True:
        page = render(parts.desk.state, datetime.now(UTC), complaints)
        try:
            await asyncio.to_thread(write_page, parts.settings.paper, page, datetime.now(UTC))
        except OSError as error:
            folder = str(parts.settings.paper)
            log.error("paper page not written; free the disk or set SAIGON115_PAPER_DIR", folder=folder, why=str(error))
        await asyncio.sleep(parts.settings.paper_every_s)


def render(state: State, now: datetime, complaints: Mapping[str, str]) -> str:
    """
    The page as HTML with print styles, in Vietnamese with English under it.

    `complaints` gives a complaint's code its Vietnamese name; a code that is not there is printed as it is.
    """
    units = sorted(state.units.values(), key=lambda unit: (state.stations[unit.station_id].name, unit.id))
    opened = [incident for incident in state.incidents.values() if incident.status != "closed"]
    return _templates.get_template("paper.html").render(
        now=now.astimezone(LOCAL),
        duty_day=duty_day(now),
        seq=state.seq,
        incidents=sorted(opened, key=lambda incident: (incident.priority, incident.answered_at)),
        units=units,
        stations=state.stations,
        station_rows=sorted(state.stations.values(), key=lambda station: station.name),
        levels=LEVEL_NAMES,
        statuses=STATUS_NAMES,
        kinds=KIND_NAMES,
        complaints=complaints,
        local=LOCAL,
        blank_cards=[f"{duty_day(now):%m%d}-G{number:02d}" for number in range(1, BLANK_CARDS + 1)],
    )


def write_page(folder: Path, page: str, now: datetime) -> Path:
    """Write the page under its time and as `latest.html`, each by rename."""
    folder.mkdir(parents=True, exist_ok=True)
    dated = folder / f"115-{now.astimezone(LOCAL):%Y%m%d-%H%M}.html"
    for target in (dated, folder / "latest.html"):
        part = target.with_suffix(".part")
        part.write_text(page, encoding="utf-8")
        part.replace(target)
    for old in folder.glob("115-*.html"):
        if now - datetime.fromtimestamp(old.stat().st_mtime, UTC) > KEEP:
            old.unlink(missing_ok=True)
    return dated
