"""Downloads over real HTTP on loopback: cut off, gone on with, checked."""

import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import osmnx
import pytest

from dispatch.city.fetch import FetchError, fetch_extract
from dispatch.city.overpass import fetch_overpass
from routing.osm import read_roads
from routing.roads import ROAD_CLASSES
from tests.routing.maps import write_map
from tests.routing.worlds import at


@dataclass
class Server:
    """What is served, how far before the line is cut, and what was asked for."""

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    etag: str = '"one"'
    cuts: list[int] = field(default_factory=list)
    asked: list[tuple[str, str | None]] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    world: Server

    def do_GET(self) -> None:
        self.world.asked.append((self.path, self.headers.get("Range")))
        content = self.world.files.get(self.path)
        if content is None:
            return self._send(404, b"")
        wanted = self.headers.get("Range")
        if wanted is None or self.headers.get("If-Range") != self.world.etag:
            return self._send(200, content)
        start = int(wanted.removeprefix("bytes=").removesuffix("-"))
        if start >= len(content):
            return self._send(416, b"", f"bytes */{len(content)}")
        return self._send(206, content[start:], f"bytes {start}-{len(content) - 1}/{len(content)}")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._send(200, self.world.files[self.path])

    def _send(self, status: int, content: bytes, content_range: str | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("ETag", self.world.etag)
        if content_range:
            self.send_header("Content-Range", content_range)
        self.end_headers()
        if self.world.cuts and status in (200, 206) and self.path.endswith(".pbf"):
            content = content[: self.world.cuts.pop(0)]
            self.close_connection = True
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    grid = [([(x, 0), (x, 9)], {"highway": "residential", "name": f"Đường số {x}"}) for x in range(200)]
    world = Server(files={"/city.osm.pbf": write_map(tmp_path / "served.osm.pbf", grid).read_bytes()})
    handler = type("Handler", (_Handler,), {"world": world})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        world.url = f"http://127.0.0.1:{http.server_port}/city.osm.pbf"
        yield world
        http.shutdown()
        thread.join()


def test_a_cut_off_download_goes_on_where_it_stopped(server: Server, tmp_path: Path) -> None:
    out, whole = tmp_path / "x" / "city.osm.pbf", server.files["/city.osm.pbf"]
    server.cuts = [500]
    with pytest.raises(FetchError, match="500 bytes are kept"):
        fetch_extract(server.url, out, pauses_s=())
    assert not out.exists()
    shares: list[float] = []
    assert fetch_extract(server.url, out, lambda what, share: shares.append(share)) == out
    assert out.read_bytes() == whole
    assert [asked for path, asked in server.asked if path == "/city.osm.pbf"] == [None, "bytes=500-"]
    assert shares[-1] == 1.0
    assert [path.name for path in out.parent.iterdir()] == ["city.osm.pbf"]


def test_a_lost_connection_is_tried_again(server: Server, tmp_path: Path) -> None:
    server.cuts = [500, 300]
    fetch_extract(server.url, tmp_path / "city.osm.pbf", pauses_s=(0, 0))
    assert (tmp_path / "city.osm.pbf").read_bytes() == server.files["/city.osm.pbf"]
    assert [asked for path, asked in server.asked if path == "/city.osm.pbf"] == [None, "bytes=500-", "bytes=800-"]


def test_a_file_that_changed_meanwhile_starts_over(server: Server, tmp_path: Path) -> None:
    server.cuts = [500]
    with pytest.raises(FetchError):
        fetch_extract(server.url, tmp_path / "city.osm.pbf", pauses_s=())
    server.etag = '"two"'
    server.files["/city.osm.pbf"] = write_map(
        tmp_path / "new.osm.pbf", [([(0, 0), (1, 0)], {"highway": "primary"})]
    ).read_bytes()
    fetch_extract(server.url, tmp_path / "city.osm.pbf", pauses_s=())
    assert (tmp_path / "city.osm.pbf").read_bytes() == server.files["/city.osm.pbf"]


def test_a_part_that_is_whole_already_is_taken(server: Server, tmp_path: Path) -> None:
    whole = server.files["/city.osm.pbf"]
    (tmp_path / "city.osm.pbf.part").write_bytes(whole)
    note = {"url": server.url, "validator": server.etag}
    (tmp_path / "city.osm.pbf.part.json").write_text(json.dumps(note))
    fetch_extract(server.url, tmp_path / "city.osm.pbf", pauses_s=())
    assert (tmp_path / "city.osm.pbf").read_bytes() == whole


@pytest.mark.parametrize("kind", ["sha256", "md5"])
def test_a_published_checksum_is_held_against_the_file(server: Server, tmp_path: Path, kind: str) -> None:
    whole = server.files["/city.osm.pbf"]
    server.files[f"/city.osm.pbf.{kind}"] = f"{hashlib.new(kind, whole).hexdigest()}  city.osm.pbf\n".encode()
    fetch_extract(server.url, tmp_path / "good.osm.pbf", pauses_s=())
    server.files[f"/city.osm.pbf.{kind}"] = f"{hashlib.new(kind, b'').hexdigest()}  city.osm.pbf\n".encode()
    with pytest.raises(FetchError, match=f"came with {kind}"):
        fetch_extract(server.url, tmp_path / "bad.osm.pbf", pauses_s=())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["good.osm.pbf", "served.osm.pbf"]


def test_a_given_checksum_rules(server: Server, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="came with sha256"):
        fetch_extract(server.url, tmp_path / "city.osm.pbf", sha256="0" * 64, pauses_s=())


def test_what_is_no_extract_never_replaces_one(server: Server, tmp_path: Path) -> None:
    out = tmp_path / "city.osm.pbf"
    out.write_bytes(b"the old one")
    server.files["/city.osm.pbf"] = b"<html>please log in</html>"
    with pytest.raises(FetchError, match="is no map extract"):
        fetch_extract(server.url, out, pauses_s=())
    assert out.read_bytes() == b"the old one"
    assert not (tmp_path / "city.osm.pbf.part").exists()


@pytest.mark.parametrize(
    ("change", "fact"), [(("city", "town"), "answered 404"), (("http://", "ftp://"), "no http or https address")]
)
def test_a_wrong_address_is_named(server: Server, tmp_path: Path, change: tuple[str, str], fact: str) -> None:
    with pytest.raises(FetchError, match=fact):
        fetch_extract(server.url.replace(*change), tmp_path / "city.osm.pbf", pauses_s=())


def test_a_server_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match=r"connection to http://127\.0\.0\.1:9/x failed"):
        fetch_extract("http://127.0.0.1:9/x", tmp_path / "city.osm.pbf", pauses_s=())


def test_roads_from_overpass_are_read_like_an_extract(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = [(0, 0), (4, 0), (4, 4)]
    nodes = [
        {"type": "node", "id": index, "lon": at(*cell)[0], "lat": at(*cell)[1]}
        for index, cell in enumerate(cells, start=1)
    ]
    ways = [
        {"type": "way", "id": 7, "nodes": [1, 2], "tags": {"highway": "primary", "name": "Lê Lợi", "oneway": "yes"}},
        {"type": "way", "id": 8, "nodes": [2, 3, 1], "tags": {"highway": "service", "motor_vehicle": "no"}},
    ]
    server.files["/api/interpreter"] = json.dumps({"elements": nodes + ways}).encode()
    monkeypatch.setattr(osmnx.settings, "overpass_url", server.url.replace("city.osm.pbf", "api"))
    monkeypatch.setattr(osmnx.settings, "overpass_rate_limit", False)
    out = fetch_overpass((106.69, 10.76, 106.71, 10.78), tmp_path / "roads.osm")
    roads = read_roads(out)
    assert [
        (ROAD_CLASSES[index], int(oneway)) for index, oneway in zip(roads.way_class, roads.oneway, strict=True)
    ] == [
        ("primary", 1),
        ("service", 0),
    ]
    assert "Lê Lợi" in roads.names
    assert roads.access_car.tolist() == [0, 4]


def test_overpass_without_roads_is_an_error(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server.files["/api/interpreter"] = b'{"elements": []}'
    monkeypatch.setattr(osmnx.settings, "overpass_url", server.url.replace("city.osm.pbf", "api"))
    monkeypatch.setattr(osmnx.settings, "overpass_rate_limit", False)
    with pytest.raises(FetchError, match="Overpass gave no roads"):
        fetch_overpass((106.69, 10.76, 106.71, 10.78), tmp_path / "roads.osm")
    assert not (tmp_path / "roads.osm").exists()
