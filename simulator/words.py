"""
What a caller says: where it is, then what is wrong, in the Vietnamese of a hurried person. Pure.

The streets, wards and hospitals are real; the house numbers are made up, so a number may lie elsewhere on its street.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

_AT_NUMBER = (
    "gần số {number} đường {street}, {ward}",
    "số {number} {street}, {ward}",
    "nhà tôi ở {number} đường {street}, {ward}",
    "trước nhà số {number} {street}, {ward}",
    "hẻm {number} đường {street}, {ward}",
)
_IN_ALLEY = ("số {number} {street}, {ward}", "trong {street}, {ward}")
_NEAR_STREET = ("trong hẻm gần đường {street}, {ward}", "đường nhỏ gần {street}, {ward}")
_ON_STREET = ("trên đường {street}, {ward}", "đường {street}, {ward}, gần đầu đường")
_AT_LANDMARK = ("gần {landmark}, {ward}", "đối diện {landmark}")
_IN_WARD = ("trong {ward}, đường nhỏ không có tên",)

_SOMEBODY = ("có người {what}", "ở đây có người {what}", "có một người {what}, cho xe tới gấp", "có ca {what}")
_EVENT = ("có {what}", "{what}, có người bị thương", "vừa có {what}")
_NOT_KNOWN = ("có người bị nạn, {what}", "có người cần cấp cứu, {what}")
_NOTHING_SAID = ("", "alo, alo", "xin lỗi, gọi nhầm số", "cho hỏi số điện thoại phòng khám", "…")

_HOW_EVENTS_BEGIN = ("xe ", "hai xe", "tai nạn", "tông xe", "đụng xe", "nhiều", "sập", "rò", "xì", "người", "đánh nhau")
_HOW_DOUBT_BEGINS = ("không rõ", "không biết", "chưa rõ")
_HOW_WAYS_BEGIN = (
    "đường", "duong", "hẻm", "ngõ", "phố", "đại lộ", "quốc lộ", "xa lộ", "tỉnh lộ", "hương lộ",
    "cầu", "hầm", "cao tốc", "liên",
)  # fmt: skip

SHARE_WITH_LANDMARK = 0.5
"""A caller beside a hospital names it rather than a number (guess)."""
SHARE_WITH_NUMBER = 0.8
"""A caller who knows the street also tells a number (guess)."""
MAX_NUMBER = 700
"""House numbers run from 1 to this (guess)."""


def say_place(rng: np.random.Generator, street: str | None, ward: str | None, landmark: str | None, on_it: bool) -> str:
    """Where it is, as a caller tells it; `on_it`: on the street or only near it. Draws equally often in all cases."""
    by_landmark, by_number, pick = rng.random(3)
    number = _house_number(rng)
    street = re.sub(r"\s*\(.*?\)", "", street) if street else None
    if landmark and (by_landmark < SHARE_WITH_LANDMARK or not street):
        template = _pick(_AT_LANDMARK, pick)
    else:
        template = _pick(_templates(street, on_it, by_number < SHARE_WITH_NUMBER), pick)
    if street and street.lower().startswith(_HOW_WAYS_BEGIN):
        template = template.replace("đường {street}", "{street}")
    return template.format(number=number, street=street, ward=_ward(ward), landmark=landmark)


def _templates(street: str | None, on_it: bool, with_number: bool) -> Sequence[str]:
    if not street:
        return _IN_WARD
    if not on_it:
        return _NEAR_STREET
    if street.lower().startswith(("hẻm", "ngõ")):
        return _IN_ALLEY
    return _AT_NUMBER if with_number else _ON_STREET


def say_complaint(rng: np.random.Generator, name: str, synonyms: Sequence[str]) -> str:
    """What is wrong, by one of the words that people use for it."""
    pick_word, pick_frame = rng.random(2)
    what = _pick(synonyms, pick_word) if synonyms else name.lower()
    frames: Sequence[str] = _SOMEBODY
    if what.startswith(_HOW_EVENTS_BEGIN):
        frames = _EVENT
    elif what.startswith(_HOW_DOUBT_BEGINS):
        frames = _NOT_KNOWN
    return _pick(frames, pick_frame).format(what=what)


def say_nothing(rng: np.random.Generator) -> str:
    """A call without content: silence, a wrong number, a question for somebody else."""
    return _pick(_NOTHING_SAID, rng.random())


def _house_number(rng: np.random.Generator) -> str:
    """Such as 214, or 51/12 in an alley."""
    in_alley, first, second = rng.random(3)
    number = str(1 + int(first * MAX_NUMBER))
    return f"{number}/{1 + int(second * 60)}" if in_alley < 0.25 else number


def _ward(name: str | None) -> str:
    """`phường Bến Thành`, as it stands within a sentence."""
    return name[:1].lower() + name[1:] if name else "Thành phố Hồ Chí Minh"


def _pick(choices: Sequence[str], share: float) -> str:
    return choices[min(int(share * len(choices)), len(choices) - 1)]
