"""
Addresses in English order and words: "No. 12 Le Loi Street, Ben Nghe Ward, District 1, Ho Chi Minh City, Vietnam".

Only the words around names change; names stay as they are. Text without such words comes back unchanged.
"""

from __future__ import annotations

import re

_ROAD = re.compile(r"(?i)(?<=\w)\s+(?:street|str|st|boulevard|blvd|avenue|ave|road|rd)\b\.?")
# What stands beside it, and what kind of thing it is, as a foreigner says it.
_BESIDE = (
    ("opposite(?: to)?|across from", "đối diện"), ("in front of", "trước mặt"), ("next to|beside", "bên cạnh"),
    ("behind", "phía sau"), ("near|close to", "gần"),
)  # fmt: skip
_KINDS = (
    ("market", "chợ"), ("hospital", "bệnh viện"), ("bridge", "cầu"), ("church", "nhà thờ"), ("pagoda|temple", "chùa"),
    ("roundabout", "vòng xoay"), ("bus station|coach station", "bến xe"), ("metro station|train station", "ga"),
    ("industrial park|industrial zone", "khu công nghiệp"), ("apartments?|apartment building", "chung cư"),
)  # fmt: skip
_RELATION = "|".join(f"{meant} " for _, meant in _BESIDE)
# A crossing, and what was told before it.
_CROSSINGS = (
    re.compile(r"(?i)^(.*)\b(?:corner|intersection|junction|crossing)\s+(?:of|between)\s+"),
    re.compile(r"(?i)^(.*)\bbetween\s+(?=.+\sand\s)"),
)
_CHANGES: tuple[tuple[re.Pattern[str], str], ...] = (
    *((crossing, "ngã tư ") for crossing in _CROSSINGS),
    (re.compile(r"(?i)(?<=\w)\s+and\s+(?=\w)"), " và "),
    *((re.compile(rf"(?i)\b(?:{said})\s+(?:the\s+)?(?=\w)"), f"{meant} ") for said, meant in _BESIDE),
    *(
        (re.compile(rf"(?i)(^\s*|,\s*)({_RELATION})?([^,\d]+?)\s+(?:{said})\b"), rf"\1\2{meant} \3")
        for said, meant in _KINDS
    ),
    (re.compile(r"(?i)\bno\.?\s*(?=\d)"), ""),
    (_ROAD, ""),
    (re.compile(r"(?i)\b(?:alley|lane)\s+(?=\d)"), "hẻm "),
    (re.compile(r"(?i)\bward\.?\s*(\d{1,2})\b"), r"Phường \1"),
    (re.compile(r"(?i)\b(?:district|dist)\.?\s*(\d{1,2})\b"), r"Quận \1"),
    (re.compile(r"(?i)(^|,)\s*([^,\d]+?)\s+ward\b"), r"\1 Phường \2"),
    (re.compile(r"(?i)(^|,)\s*([^,\d]+?)\s+(?:district|dist\b\.?)"), r"\1 Quận \2"),
    (re.compile(r"(?i),?\s*\bviet\s?nam\b\.?\s*$"), ""),
    (re.compile(r"(?i),?\s*\b(?:ho chi minh city|hcm city|hcmc)\b[\s\d]*$"), ", TP.HCM"),
)
_ENGLISH = re.compile(
    r"(?i)\b(?:street|st|str|boulevard|blvd|avenue|ave|road|rd|ward|district|dist|alley|lane|city|hcmc|vietnam"
    r"|corner|intersection|junction|crossing|between|opposite|across|behind|near|beside|next to|in front"
    r"|market|hospital|bridge|church|pagoda|temple|roundabout|station|apartments?|industrial)\b"
)


def in_vietnamese(text: str) -> str:
    """The text with English words of addresses put as a Vietnamese address has them."""
    if _ENGLISH.search(text) is None:
        return text
    for pattern, change in _CHANGES:
        text = pattern.sub(change, text)
    return text


def left_out_in_vietnamese(text: str) -> str:
    """What was told before a crossing, which `in_vietnamese` leaves out, in Vietnamese words; "" for nothing."""
    said = next((found[1] for crossing in _CROSSINGS if (found := crossing.search(text)) is not None), "")
    return in_vietnamese(said.strip(" ,"))
