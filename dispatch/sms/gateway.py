"""
A gateway for text messages as a TOML file describes it, and what goes to it and comes back. Pure but for reading files.

Any gateway that takes one message per HTTP request: a brand-name service, Kannel, a modem's box. Where the file writes
`{number}`, `{text}`, `{key}` or `{secret}`, these are filled in, written as the place needs it: quoted in the address
and in a form, escaped in JSON and XML. Sent are the caller's number, the text and what the file says, nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, Literal
from urllib.parse import quote, quote_plus, urlsplit
from xml.sax.saxutils import escape

import msgspec

from dispatch.errors import StartError
from dispatch.settings import Settings

Outcome = Literal["accepted", "refused", "busy", "unreachable", "unclear"]
"""
`refused`: the gateway has taken it and said no. `busy`, `unreachable`: it has not taken it, so it may be sent again.
`unclear`: nobody knows whether it has.
"""
NumberStyle = Literal["0", "84", "+84"]
"""How the gateway wants a number of this country to begin."""

LINK: Final = "{link}"
LONGEST_ANSWER: Final = 2_000
"""Letters of a gateway's answer that are looked at (guess)."""
LONGEST_DETAIL: Final = 120
BUSY: Final = frozenset({429, 503})
"""By RFC 9110 and RFC 6585 the request was not worked on; every other error of a server leaves that open."""

_FIELD = re.compile(r"\{(number|text|key|secret)\}")
_PERSONAL = re.compile(r"\+?\d[\d .-]{4,}\d|[\w-]{20,}")
"""What may be a number or the link's token."""


class Words(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message in both languages, `{link}` where the link goes."""

    vi: str = "115: bấm vào đây để gửi vị trí và nhắn tin cho tổng đài cấp cứu: {link}"
    en: str = "115: tap here to send your location and write to the ambulance centre: {link}"

    def with_link(self, url: str) -> dict[str, str]:
        return {"vi": self.vi.replace(LINK, url), "en": self.en.replace(LINK, url)}


class Gateway(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Where and how to send. `accepted`: a regular expression that the answer must match, for gateways that say no with
    200. `drops_repeats`: a message with a `{key}` that it knows is not sent again, so what is unclear may be repeated.
    """

    url: str
    method: Literal["GET", "POST", "PUT"] = "POST"
    headers: Mapping[str, str] = {}
    body: str = ""
    accepted: str = ""
    number: NumberStyle = "84"
    drops_repeats: bool = False
    timeout_s: float = 10.0
    secret: str = ""
    secret_file: str = ""
    text: Words = Words()


class Request(msgspec.Struct, frozen=True):
    """One request to the gateway, whole."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


def find_gateway(settings: Settings, *, is_demo: bool) -> Gateway | None:
    """The centre's gateway, when it has set one up. A demo's callers have numbers of real people: it never sends."""
    if settings.sms_gateway is None or is_demo:
        return None
    if settings.public_url is None:
        raise StartError("a link by text message needs the address that phones open; set SAIGON115_PUBLIC_URL too")
    return read_gateway(settings.sms_gateway)


def read_gateway(path: Path) -> Gateway:
    """The gateway of a file, with its secret. Raises StartError with the file, the fact and the way out."""
    try:
        gateway = msgspec.toml.decode(path.read_bytes(), type=Gateway)
        if gateway.secret_file:
            secret = (path.parent / gateway.secret_file).read_text("utf-8").strip()
            gateway = msgspec.structs.replace(gateway, secret=secret)
    except OSError as error:
        raise StartError(f"{error.filename} cannot be read: {error.strerror}; see docs/sms.md") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StartError(f"{path} describes no gateway: {error}; see docs/sms.md") from None
    if wrong := _wrong_with(gateway):
        raise StartError(f"{path}: {wrong}; see docs/sms.md")
    return gateway


def request_for(gateway: Gateway, *, number: str, text: str, key: str) -> Request:
    """The request that hands one message to the gateway."""
    fields = {"number": number, "text": text, "key": key, "secret": gateway.secret}
    kind = next((value for name, value in gateway.headers.items() if name.lower() == "content-type"), "")
    return Request(
        gateway.method,
        _filled(gateway.url, fields, lambda value: quote(value, safe="")),
        {name: _filled(value, fields, _one_line) for name, value in gateway.headers.items()},
        _filled(gateway.body, fields, _writing(kind)).encode("utf-8", "replace"),
    )


def outcome_of(gateway: Gateway, status: int, answer: str) -> Outcome:
    """What a gateway's answer says of the message."""
    if status in BUSY:
        return "busy"
    if status >= 500:
        return "unclear"
    if status >= 300 or not re.search(gateway.accepted, answer[:LONGEST_ANSWER]):
        return "refused"
    return "accepted"


def may_repeat(gateway: Gateway, outcome: Outcome) -> bool:
    """Whether the message may go once more without reaching the caller twice."""
    return outcome in ("busy", "unreachable") or (outcome == "unclear" and gateway.drops_repeats)


def detail_of(status: int, answer: str) -> str:
    """What the gateway said, for people; what may be the caller's number or link is taken out."""
    words = " ".join(_PERSONAL.sub("…", answer[:LONGEST_ANSWER]).split())
    return f"HTTP {status} {words}".strip()[:LONGEST_DETAIL]


def _wrong_with(gateway: Gateway) -> str | None:
    parts = urlsplit(gateway.url)
    everything = gateway.url + gateway.body + "".join(gateway.headers.values())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return f"url {gateway.url!r} is no http or https address"
    if missing := [name for name in ("{number}", "{text}") if name not in everything]:
        return f"nothing says {' and '.join(missing)}, so no message could arrive; write it into url or body"
    if "{secret}" in everything and not gateway.secret:
        return "{secret} is empty; give secret_file"
    if gateway.drops_repeats and "{key}" not in everything:
        return "drops_repeats needs {key}, by which the gateway knows a message again"
    if LINK not in gateway.text.vi or LINK not in gateway.text.en:
        return "text needs {link} in both languages"
    if not 1 <= gateway.timeout_s <= 60:
        return f"timeout_s is {gateway.timeout_s}; choose from 1 to 60"
    try:
        re.compile(gateway.accepted)
    except re.error as error:
        return f"accepted is no regular expression: {error}"
    return None


def _filled(template: str, fields: Mapping[str, str], write: Callable[[str], str]) -> str:
    return _FIELD.sub(lambda found: write(fields[found[1]]), template)


def _writing(kind: str) -> Callable[[str], str]:
    """How a value is written in a body of this content type; as it is where we know none."""
    if "json" in kind:
        return lambda value: msgspec.json.encode(value).decode()[1:-1]
    if "form" in kind:
        return quote_plus
    return escape if "xml" in kind else str


def _one_line(value: str) -> str:
    return " ".join(value.split())
