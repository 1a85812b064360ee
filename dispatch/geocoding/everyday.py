"""
How callers say a place in the middle of a sentence → the words that the grammar of `address.py` knows.

"đèn xanh đèn đỏ A B" and "A quẹo vô B" are crossings, "cách chợ X khoảng 200 m" is beside it, "nhà thương" a hospital;
how far and which way one goes on from there is left out. Text without such words comes back unchanged. By hand from
how it is said in the city; single words that are parts of names without their accents are known with accents only.
"""

from __future__ import annotations

import re

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
    """How far from what is named the caller says to be: the longest way told in digits, 0 for none."""
    said = [(found[0], number[0]) for found in _METRES_SAID.finditer(text) if (number := _NUMBER_OF.search(found[0]))]
    return max(
        (float(number.replace(",", ".")) * (1000 if re.search(r"(?i)km|cây|cay", way) else 1) for way, number in said),
        default=0.0,
    )


def in_grammar(text: str) -> str:
    """The text with everyday wordings put as the grammar has them."""
    for pattern, change in _CHANGES:
        text = pattern.sub(change, text)
    return text


def place_only(text: str) -> str:
    """`in_grammar` from where the place begins as far as one hears it: after "địa chỉ là", "nhà em", before "hẻm 5"."""
    begun = text
    for told in (_TOLD_BEFORE_AN_ALLEY, _TOLD_BEFORE_A_CORNER, _TOLD_BEFORE_SIGNALS):
        begun = told.sub("", begun)
    return _TOLD.sub("", in_grammar(begun))
