"""The map: the city's own ground, Vietnamese names, units that glide and fixes that fade."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from playwright.sync_api import expect

from tests.e2e.screen import Screen

FAR_OUT = (106.50, 11.02)
"""Farm land north-west, where no station stands: whatever is drawn here is the unit."""


def take_fix(avl: httpx.Client, unit_id: str, lon: float, lat: float, age_s: float = 0) -> None:
    at = datetime.now(UTC) - timedelta(seconds=age_s)
    fix = {"unit_id": unit_id, "lon": lon, "lat": lat, "at": at.isoformat(), "speed_kph": 30, "heading_deg": 90}
    assert avl.post("/api/v1/positions", json=[fix]).json() == {"accepted": 1, "rejected": []}


def free_units(api: httpx.Client) -> list[str]:
    """Units that have not told where they are yet."""
    units = api.get("/api/v1/units").json()
    return sorted(one["id"] for one in units if one["status"] == "available" and one["position"] is None)


def look_at(screen: Screen, lon: float, lat: float, zoom: float) -> None:
    screen.ask("([lon, lat, zoom]) => window.__saigon115.map.jumpTo({center: [lon, lat], zoom})", [lon, lat, zoom])
    screen.map_ready()


def test_the_map_shows_the_citys_own_streets_with_vietnamese_names(screen: Screen) -> None:
    look_at(screen, 106.6981, 10.7725, 14.5)
    shown = screen.ask(SHOWN)
    assert screen.get("map").get_attribute("data-tiles") == "true"
    assert shown["roads"] > 20
    assert shown["kinds"] >= 3
    assert "Lê Lợi" in shown["names"]
    assert any("ườ" in name or "ễ" in name or "ạ" in name for name in shown["names"])
    assert shown["inks"] > 50
    expect(screen.page.get_by_text("© OpenStreetMap")).to_be_visible()


def test_a_unit_glides_to_its_newest_fix_and_is_drawn_there(
    screen: Screen, api: httpx.Client, avl: httpx.Client
) -> None:
    unit_id, (lon, lat) = free_units(api)[0], FAR_OUT
    look_at(screen, lon, lat, 15)
    take_fix(avl, unit_id, lon - 0.001, lat, age_s=8)
    screen.until(AT, [unit_id, lon - 0.001])
    screen.until(INK, [lon - 0.001, lat, 255])
    assert screen.ask(INK_OF, [lon + 0.001, lat]) == 0
    screen.ask(WATCH_BETWEEN, [unit_id, lon - 0.001, lon + 0.001])
    take_fix(avl, unit_id, lon + 0.001, lat, age_s=2)
    screen.until("window.wasBetween")
    screen.until(AT, [unit_id, lon + 0.001])
    screen.until(INK, [lon + 0.001, lat, 255])
    assert screen.ask(INK_OF, [lon - 0.001, lat]) == 0


def test_a_stale_fix_fades_on_the_map_and_shows_its_age(screen: Screen, api: httpx.Client, avl: httpx.Client) -> None:
    fresh, stale = free_units(api)[1:3]
    lon, lat = FAR_OUT[0] + 0.05, FAR_OUT[1]
    look_at(screen, lon, lat, 15)
    take_fix(avl, fresh, lon - 0.001, lat)
    take_fix(avl, stale, lon + 0.001, lat, age_s=240)
    screen.until(INK, [lon - 0.001, lat, 255])
    faded: Any = screen.until(
        f"place => {{ const ink = ({INK_OF})(place); return ink > 0 && ink; }}", [lon + 0.001, lat]
    )
    assert faded < 240
    age = screen.page.locator(f'[data-testid="unit-row"][data-unit="{stale}"] .age')
    expect(age).to_contain_class("stale")
    expect(age).to_have_text(re.compile(r"4:\d\d"))


SHOWN = """() => {
  const map = window.__saigon115.map;
  const roads = map.queryRenderedFeatures().filter(one => one.sourceLayer === 'road' && one.layer.type === 'line');
  const labels = map.queryRenderedFeatures().filter(one => one.layer.type === 'symbol');
  const gl = map.getCanvas();
  const copy = Object.assign(document.createElement('canvas'), { width: gl.width, height: gl.height }).getContext('2d');
  map.redraw();
  copy.drawImage(gl, 0, 0);
  const pixels = new Uint32Array(copy.getImageData(0, 0, gl.width, gl.height).data.buffer);
  return {
    roads: roads.length,
    kinds: new Set(roads.map(one => one.properties.class)).size,
    names: [...new Set(labels.map(one => one.properties.name).filter(Boolean))],
    inks: new Set(pixels).size,
  };
}"""
"""Street lines, their classes, the names drawn as labels, and how many colours the map's picture has."""

INK_OF = """([lon, lat]) => {
  const canvas = document.querySelector('.map > canvas');
  const { x, y } = window.__saigon115.map.project([lon, lat]);
  const box = [x - 14, y - 14, 28, 28].map(one => Math.round(one * devicePixelRatio));
  const { data } = canvas.getContext('2d').getImageData(...box);
  return data.filter((_, i) => i % 4 === 3).reduce((most, alpha) => Math.max(most, alpha), 0);
}"""
"""The strongest ink that the units' canvas carries around a place: 0 is none, 255 is full."""

INK = f"([lon, lat, wanted]) => ({INK_OF})([lon, lat]) === wanted"

AT = """([id, lon]) => {
  const shown = window.__saigon115.positions.at(id, performance.now());
  return shown !== null && Math.abs(shown.lon - lon) < 1e-6;
}"""

WATCH_BETWEEN = """([id, from, to]) => {
  const look = () => {
    const { lon } = window.__saigon115.positions.at(id, performance.now());
    window.wasBetween ||= lon > from + 1e-4 && lon < to - 1e-4;
    if (!window.wasBetween) requestAnimationFrame(look);
  };
  look();
}"""
"""With each frame from now on: the glide may be over before a slow test looks."""
