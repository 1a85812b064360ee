"""
Download an extract by URL: resumable, checked, and never half in place.

Bytes gather in `NAME.part`; `NAME.part.json` remembers what they are part of, so that a later run goes on where this
one was cut off, and starts over when the file on the server has changed meanwhile (If-Range).
"""

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx

from routing.errors import ExtractError
from routing.osm import check_extract

Progress = Callable[[str, float], None]

_TIMEOUT_S: Final = httpx.Timeout(30.0)
# Pauses between attempts (guess): a lost connection is often back after seconds.
_PAUSES_S: Final = (2.0, 10.0)
# Checksum files are a line; anything longer is some web page.
_LONGEST_CHECKSUM: Final = 4096


class FetchError(ExtractError):
    """A map extract could not be downloaded whole."""


@dataclass(frozen=True)
class _Download:
    """One file on its way: where from, where to, and what is there already."""

    url: str
    out: Path

    @property
    def part(self) -> Path:
        return self.out.with_name(self.out.name + ".part")

    @property
    def note(self) -> Path:
        return self.out.with_name(self.out.name + ".part.json")

    def resume_headers(self) -> dict[str, str]:
        """What asks the server for the rest of the very same file; nothing when that cannot be told."""
        try:
            note = json.loads(self.note.read_text(encoding="utf-8"))
            size = self.part.stat().st_size
        except (OSError, ValueError):
            return {}
        if note.get("url") != self.url or not note.get("validator") or size == 0:
            return {}
        return {"Range": f"bytes={size}-", "If-Range": note["validator"]}

    def forget(self) -> None:
        """Drop what was gathered."""
        self.part.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)


def fetch_extract(
    url: str,
    out: Path,
    progress: Progress = lambda what, share: None,
    *,
    sha256: str | None = None,
    pauses_s: Sequence[float] = _PAUSES_S,
) -> Path:
    """
    Download an extract to `out` and check it: by `sha256`, else by what `URL.sha256` or `URL.md5` say, if they exist.

    A lost connection is tried again after each of `pauses_s`; what was gathered stays for the next call. Raises
    `FetchError` saying what is missing, and leaves an older file at `out` as it was.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise FetchError(f"{url!r} is no http or https address; for a file on this machine use --osm FILE")
    out.parent.mkdir(parents=True, exist_ok=True)
    download = _Download(url, out)
    headers = {"Accept-Encoding": "identity"}  # the very bytes, so that pieces fit together
    with httpx.Client(follow_redirects=True, timeout=_TIMEOUT_S, headers=headers) as client:
        _gather(client, download, progress, pauses_s)
        _verify(download, _expected(client, url, sha256))
    try:
        check_extract(download.part, out.name)
    except ExtractError as error:
        download.forget()
        raise FetchError(f"what {url} sent is no map extract: {error}") from error
    download.part.replace(out)
    download.note.unlink(missing_ok=True)
    return out


def _gather(client: httpx.Client, download: _Download, progress: Progress, pauses_s: Sequence[float]) -> None:
    for pause_s in (*pauses_s, None):
        try:
            _transfer(client, download, progress)
            return
        except httpx.TransportError as error:
            if pause_s is None:
                have = download.part.stat().st_size if download.part.exists() else 0
                raise FetchError(
                    f"the connection to {download.url} failed ({error}); {have} bytes are kept: run it again to go on"
                ) from error
            time.sleep(pause_s)


def _transfer(client: httpx.Client, download: _Download, progress: Progress) -> None:
    with client.stream("GET", download.url, headers=download.resume_headers()) as response:
        if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            if _total(response) == download.part.stat().st_size:
                return
            download.forget()
            raise httpx.ReadError("the kept part does not fit the file on the server")
        if response.is_error:
            raise FetchError(f"{download.url} answered {response.status_code}; check the address")
        resumed = response.status_code == httpx.codes.PARTIAL_CONTENT
        total = _total(response)
        _remember(download, response)
        with download.part.open("ab" if resumed else "wb") as file:
            for chunk in response.iter_raw():  # as they come: a fixed size would hold back the last ones
                file.write(chunk)
                progress(f"downloading {download.out.name}", file.tell() / total if total else 0.0)
            if total is not None and file.tell() != total:
                raise httpx.ReadError(f"got {file.tell()} of {total} bytes")


def _total(response: httpx.Response) -> int | None:
    """Size of the whole file, as far as the server says."""
    of_range = response.headers.get("Content-Range", "").rpartition("/")[2]
    if of_range.isdigit():
        return int(of_range)
    length = response.headers.get("Content-Length", "")
    return int(length) if length.isdigit() and response.status_code == httpx.codes.OK else None


def _remember(download: _Download, response: httpx.Response) -> None:
    """Note which version the part belongs to; a weak ETag is no good for joining pieces."""
    etag = response.headers.get("ETag", "")
    validator = etag if etag and not etag.startswith("W/") else response.headers.get("Last-Modified")
    note = {"url": download.url, "validator": validator}
    download.note.write_text(json.dumps(note), encoding="utf-8")


def _expected(client: httpx.Client, url: str, sha256: str | None) -> tuple[str, str] | None:
    """The checksum to hold the file against: its kind and hex digits."""
    if sha256 is not None:
        return "sha256", sha256.lower()
    for kind, digits in (("sha256", 64), ("md5", 32)):
        try:
            response = client.get(f"{url}.{kind}")
        except httpx.TransportError:
            continue
        words = response.text[:_LONGEST_CHECKSUM].split() if response.is_success else []
        if words and len(words[0]) == digits and set(words[0].lower()) <= set("0123456789abcdef"):
            return kind, words[0].lower()
    return None


def _verify(download: _Download, expected: tuple[str, str] | None) -> None:
    if expected is None:
        return
    kind, wanted = expected
    with download.part.open("rb") as file:
        found = hashlib.file_digest(file, kind).hexdigest()
    if found != wanted:
        download.forget()
        raise FetchError(f"{download.url} came with {kind} {found} instead of {wanted}; fetch it again")
