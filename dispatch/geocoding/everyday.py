"""
How callers say a place in the middle of a sentence → the words that the grammar of `address.py` knows.

"đèn xanh đèn đỏ A B" and "A quẹo vô B" are crossings, "cách chợ X khoảng 200 m" is beside it, "nhà thương" a hospital;
how far and which way one goes on from there is left out. Text without such words comes back unchanged. By hand from
how it is said in the city; single words that are parts of names without their accents are known with accents only.
"""

from __future__ import annotations

import re
import unicodedata

from dispatch.geocoding.spoken import number_at

_COUNTED = r"(?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|mươi|chục|trăm|ngàn|vài|mấy|rưỡi|chuc|tram|vai|may)"
_ON = r"(?:vô|vào|tới|lên|xuống|ra|thẳng|vo|vao|toi|len|xuong|thang)"
_ABOUT = r"(?:thêm|khoảng|chừng|độ|cỡ|tầm|them|khoang|chung|tam)"
_GOING = rf"(?:(?:{_ON}|{_ABOUT}|đi|chạy|cách|di|chay|cach)\s+)"
_NUMBER = rf"(?<![\d/.,-])(?:\d+(?:[.,]\d+)?|{_COUNTED}(?:\s+{_COUNTED})*)\s?"
# "105M Hồ Thị Kỷ" is a house: "m" alone counts after a word for going, or where nothing that could be a street follows.
_METRES = (
    rf"(?:{_NUMBER}(?:mét|met|thước|thuoc|km|cây số|cay so)\b"
    r"|(?<!hẻm )(?<!hem )(?<!số )(?<!so )(?<!nhà )(?<!nha )(?<=\w\s)(?<![\d/.,-])\d+\s?m"
    r"(?=\s*(?:$|[,.]|(?:về|nữa|là|hướng|ve|nua|huong)\b)))"
)
_METRES_SAID = re.compile(rf"(?i){_METRES}|{_GOING}\d+\s?m\b")
_NUMBER_OF = re.compile(r"\d+(?:[.,]\d+)?")
_KILOMETRES = re.compile(r"(?i)km|cây|cay")
# A way told in words that say no one number ("vài trăm mét", "mấy cây số"): metres (guesses, rather too far).
SOME_KILOMETRES_M, SOME_METRES_M, SOME_TENS_M = 5_000.0, 1_000.0, 100.0
_SIGNALS = (
    r"(?:(?:chỗ|ngay|tại|ở|cột|trụ|cho|tai|o)\s+)*"
    r"(?:đèn xanh,? (?:đèn )?đỏ|đèn đỏ|đèn giao thông|đèn tín hiệu|den xanh,? (?:den )?do|den do|den giao thong)"
)
_CHANGES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"(?i){pattern}"), change)
    for pattern, change in (
        # How far, and which way.
        (rf"(?:[ ,]*\b(?!cách|cach){_GOING})+(?:\d+\s?m\b|{_METRES})|[ ,]*\b{_METRES}", " "),
        (r"[ ,]*\b(?:hướng\s+(?:về|đi|ra|qua|vô|vào|lên|xuống|từ|tới|sang)|(?:về|theo)\s+hướng)\s[^,]*", " "),
        (r"[ ,]*\b(?:huong\s+(?:ve|di|ra|qua|vo|vao)|(?:ve|theo)\s+huong)\s[^,]*", " "),
        (r"\s+(?:bên|phía|bờ|thuộc|ben|phia|thuoc)\s+(?=(?:quận|quan|q)\b)", ", "),
        # Crossings.
        (rf"\b{_SIGNALS}\s+(?:(?:của|giữa|giao|cua|giua)\s+)?(?=\w)", "ngã tư "),
        (r"(?<=\w)\s+(?:ngay|chỗ|ở|tại|khúc|đoạn|cho|khuc|doan)\s+(?=(?:ngã|nga)\s+(?:ba|tư|tu|năm|\d)\b|góc\s)", " "),
        (r"\b(?:đầu|cuối)\s+đường\s+([^,\d]+?)\s+(?:chỗ|ngay|phía|giáp)\s+(?=\w)", r"\1 giao "),
        (
            r"(?<=\w)\s+(?:quẹo|rẽ|queo)\s+(?:(?:vô|vào|qua|sang|ra|phải|trái|vo|vao|phai|trai)\s+)*(?=\w)",
            " giao ",
        ),
        (r"(?<=\w)\s+(?:chỗ|khúc|đoạn|khuc|doan)\s+(?:gần|ngay|tới|gặp|giao|gan|toi|gap)\s+(?=\w)", " giao "),
        # Kinds of things.
        (r"\b(?:nhà thương|nha thuong)\b", "bệnh viện"),
        (r"\b(?:nhà ga|nha ga|ga|trạm|tram)?\s*(?:tàu điện ngầm|tàu điện|tau dien|metro)\s+(?=\w)", " ga "),
        # "hẻm 161/85 Lạc Long Quân số nhà 30": the house last.
        (
            r"\b(?:hẻm|hem|ngõ|kiệt)\s+(\d[\w/]*)\s+([^\d,]{4,}?)\s*,?\s*(?:số nhà|nhà số|so nha|nha so|số)\s+"
            r"(\d+\w?)\b",
            r"\1/\3 \2",
        ),
    )
)
# What was told before the place itself.
_TOLD = re.compile(
    r"(?i)^(?:.*\b(?:địa chỉ|dia chi)(?: nhà| nha)?\s+(?:là|la|ở|số)"
    r"|\D*\bnhà\s+(?:em|tui|tôi|con|cháu|mình|anh|chị|bác|ngoại|nội)(?:\s+(?:ở|là|trong|số))*"
    r"|\D*\bđường(?=\s.{4,}\sgiao\s))\s+(?=.{4})"
)
_TOLD_BEFORE_AN_ALLEY = re.compile(r"(?i)^\D{8,}\s(?=(?:hẻm|hem|ngõ|kiệt)\s\d)")
_TOLD_BEFORE_A_CORNER = re.compile(
    r"(?i)^\D*?\s(?=(?:góc|giao lộ|ngã (?:ba|tư|năm|sáu|bảy))\s.{3,}\s(?:với|và|giao|cắt)\s)"
)
_TOLD_BEFORE_SIGNALS = re.compile(rf"(?i)^.*\s(?={_SIGNALS}\s)")


def metres_said(text: str) -> float:
    """How far from what is named the caller says to be: the longest way told, in digits or words; 0 for none."""
    text = unicodedata.normalize("NFC", text)
    return max((_metres_of(found[0]) for found in _METRES_SAID.finditer(text)), default=0.0)


def _metres_of(way: str) -> float:
    """ "1,5 km" is 1500, "hai trăm mét" 200; what is no single number, "hai ba cây số", is guessed."""
    unit = 1000.0 if _KILOMETRES.search(way) else 1.0
    if (digits := _NUMBER_OF.search(way)) is not None:
        return float(digits[0].replace(",", ".")) * unit
    words = re.findall(rf"\b{_COUNTED}\b", way.lower())
    in_full = len(words) == 1 or not {"trăm", "tram", "mươi", "mười"}.isdisjoint(words)
    if in_full and (said := number_at(words, 0)) is not None and said[0] == len(words):
        return float(said[1]) * unit
    if unit > 1 or "ngàn" in words:
        return SOME_KILOMETRES_M
    is_tens = words[-1:] in (["chục"], ["chuc"], ["mươi"])
    return SOME_TENS_M if is_tens else SOME_METRES_M


def in_grammar(text: str) -> str:
    """The text with everyday wordings put as the grammar has them."""
    for pattern, change in _CHANGES:
        text = pattern.sub(change, text)
    return text


def place_only(text: str) -> str:
    """`in_grammar` from where the place begins as far as one hears it: after "địa chỉ là", "nhà em", before "hẻm 5"."""
    return place_and_left_out(text)[0]


def place_and_left_out(text: str) -> tuple[str, str]:
    """`place_only`, and the words before the place that it lacks."""
    left_out: list[str] = []

    def cut(told: re.Match[str]) -> str:
        left_out.append(told[0])
        return ""

    begun = text
    for told in (_TOLD_BEFORE_AN_ALLEY, _TOLD_BEFORE_A_CORNER, _TOLD_BEFORE_SIGNALS):
        begun = told.sub(cut, begun)
    return _TOLD.sub(cut, in_grammar(begun)), " , ".join(left_out)
