"""Files: the console as it was built, and the city's map."""

from __future__ import annotations

from pathlib import Path

from fastapi import Depends, FastAPI, Response
from fastapi.staticfiles import StaticFiles
from starlette.responses import FileResponse, HTMLResponse

from dispatch.access.guard import OpenToAll
from dispatch.errors import NotFound
from dispatch.paths import repo_root

MAP_NAME = "city.pmtiles"
NOT_BUILT = """<!doctype html><meta charset="utf-8"><title>Saigon115</title>
<p>The console is not built. Run <code>make setup</code> in the project's folder and load this page again.
The API runs: see <a href="/api/docs">/api/docs</a>."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
        "worker-src 'self' blob:; connect-src 'self' ws: wss:; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def add_static(app: FastAPI, city_dir: Path) -> None:
    """Serve the map (in byte ranges) and the console. Anyone may load them: they hold no data of the desk."""
    dist = repo_root() / "web" / "dist"
    anyone = [Depends(OpenToAll("the console and the map hold no data of the desk"))]

    @app.api_route("/map/city.pmtiles", methods=["GET", "HEAD"], include_in_schema=False, dependencies=anyone)
    async def city_map() -> Response:
        path = city_dir / "basemap" / MAP_NAME
        if not path.exists():
            raise NotFound("this city was built without a map; run `saigon115 city build`")
        return FileResponse(path, media_type="application/vnd.pmtiles", headers={"Cache-Control": "no-cache"})

    @app.get("/", include_in_schema=False, dependencies=anyone)
    @app.get("/index.html", include_in_schema=False, dependencies=anyone)
    async def console() -> Response:
        return _page(dist / "index.html")

    @app.get("/hospital", include_in_schema=False, dependencies=anyone)
    @app.get("/hospital.html", include_in_schema=False, dependencies=anyone)
    async def hospital() -> Response:
        return _page(dist / "hospital.html")

    @app.get("/planner", include_in_schema=False, dependencies=anyone)
    @app.get("/planner.html", include_in_schema=False, dependencies=anyone)
    async def planner() -> Response:
        return _page(dist / "planner.html")

    if dist.exists():
        app.mount("/", StaticFiles(directory=dist), name="console")


def _page(page: Path) -> Response:
    """A page as it was built, with its guards."""
    if not page.exists():
        return HTMLResponse(NOT_BUILT, 503)
    return FileResponse(page, headers={**HEADERS, "Cache-Control": "no-cache"})
