"""Tag values made safe: mappers leave notes to themselves, house numbers and blanks where names belong."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

_NAME_KEYS = ("name", "name:vi", "name:en")
_LONGEST_NAME = 80  # characters; longer ones in the data are addresses and remarks
_HOUSE_NUMBER = re.compile(r"\d{1,5}[A-Za-z]?(?:[/-]\d{1,4}[A-Za-z]?){0,5}")
_LATIN = re.compile(r"[A-Za-zÀ-ɏẠ-ỹ]")  # other scripts have no letters in the console's fonts
_KIND = re.compile(r"[a-z][a-z_]{1,30}")


def clean_name(text: str | None) -> str | None:
    """A name that can be drawn, composed (NFC) and with single blanks; None when it is no name."""
    if not text:
        return None
    printable = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    name = " ".join(unicodedata.normalize("NFC", printable).replace("ð", "đ").replace("Ð", "Đ").split())
    is_name = 2 <= len(name) <= _LONGEST_NAME and _LATIN.search(name) is not None
    return name if is_name else None


def name_of(tags: Mapping[str, str]) -> str | None:
    """The local name, else the Vietnamese one, else the English one."""
    return next((name for key in _NAME_KEYS if (name := clean_name(tags.get(key)))), None)


def house_number(text: str | None) -> str | None:
    """ "12", "12A", "123/45/6"; None for the surveyors' notes ("KS", "DAUHEM37") that share the tag."""
    number = (text or "").replace(" ", "")
    return number if _HOUSE_NUMBER.fullmatch(number) else None


def kind_of(text: str | None) -> str | None:
    """A tag value of the usual form, the first of several; None for junk."""
    first = (text or "").split(";")[0].strip().lower()
    return first if _KIND.fullmatch(first) else None


def is_true(text: str | None) -> int:
    """1 when the tag is there and does not say no, as for bridges and tunnels."""
    return int(text is not None and text.strip().lower() not in {"", "no", "0", "false"})


def level(text: str | None) -> int:
    """The `layer` of a way, within -5 to 5; 0 when unreadable."""
    try:
        return max(-5, min(5, int((text or "0").strip())))
    except ValueError:
        return 0


def name_property(name: str | None) -> dict[str, str | int]:
    """The name as a property, absent when there is none."""
    return {"name": name} if name else {}
