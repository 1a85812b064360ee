"""The ways to write down what a caller said before it is read: as typed, keys decoded, numbers written, less of it."""

from __future__ import annotations

import re
import unicodedata

from dispatch.geocoding.english import in_vietnamese, left_out_in_vietnamese
from dispatch.geocoding.everyday import place_and_left_out
from dispatch.geocoding.keyboards import decode_text
from dispatch.geocoding.spoken import SLASHES, with_numbers

# Longer texts are cut: no address needs more, and the work stays bounded.
LONGEST_QUERY = 400
# Flats and blocks say where in a building, not where the building is.
_INSIDE = re.compile(
    r"\b(?:(?i:block|blog|tòa|toà|lô|lo|tháp|căn hộ|can ho|phòng|căn|kiot|ki ốt|sạp|quầy)\s+"
    r"(?:[A-Za-z]\d{0,2}|[A-Z]{2}\d{0,2}|[A-Z]?\d[\d.]*)|P\.?\s?\d{3,4}|(?i:cổng|cong)(?i:\s+số)?\s+\d{1,2}"
    r"|(?i:tòa|toà|tháp|block)\s+[A-Za-z]{2,}\s?\d{1,2}(?=\s|$|,)|(?i:tầng|lầu|tang|lau)\s+\d{1,2})\b[ ,]*"
)
# "Sư Vạn Hạnh nối dài" is the far end of the street, whose numbers go on.
_GOES_ON = re.compile(r"(?i)\b(?:nối dài|noi dai)\b|\(\s*(?:nd|nối dài)\s*\)")
# "235-237-239": one house.
_SEVERAL = re.compile(r"(?<![\w/])(\d+[A-Za-z]?)(?:\s?[-–+&]\s?\d+[A-Za-z]?)+\s?[-–+&]\s?(\d+[A-Za-z]?)(?=\s)")
# "BV Từ Dũ 284 Cống Quỳnh": a name, then where it is. The number after the last words here is another kind of number.
_NAME_THEN_NUMBER = re.compile(
    r"^([^\W\d]\D*\s\D*[^\W\d])\s+"
    r"(?<!đường )(?<!số )(?<!so )(?<!hẻm )(?<!hem )(?<!ngõ )(?<!phường )(?<!quận )(?<!lô )(?<!tổ )(?<!km )(?<!ngã )"
    r"(?<!lầu )(?<!tầng )(?<!phố )(?<!ấp )(?<!lộ )(?<!lo )(?<!duong )(?<!phuong )(?<!quan )(?<! q )(?<! p )(?<!cấp )"
    + "".join(f"(?<!{word} )" for word in sorted(SLASHES))
    + r"(?=\d+[A-Za-z]?(?:/\w+)*\s+[^\W\d]{2})",
    re.IGNORECASE,
)
# A petrol station or a bridge over a canal that no map names, but what it stands beside.
_SHOP_AT = re.compile(
    r"(?i)^(?:cây xăng|trạm xăng|nhà thuốc|quán cà phê|quán cơm|quán nhậu|tiệm \w+|kênh .+ đoạn)\s+"
    r"(?=(?:ngã|cầu|chợ|hầm|vòng xoay|bùng binh)\s)"
)
_STANDS_AT = re.compile(r"(?i)^.*\b(?:ở|tại|o cho|ở chỗ|địa chỉ|dia chi)\b[ :]+(?=.{4})")


def wordings_of(query: str) -> dict[str, str]:
    """All wordings of a query, the likeliest first → the words before the place that each lacks ("" for none)."""
    text = unicodedata.normalize("NFC", query[:LONGEST_QUERY])
    typed = _SEVERAL.sub(r"\1-\2", _GOES_ON.sub(" ", decode_text(text)))
    standing, before = _where_it_stands(typed)
    name = _NAME_THEN_NUMBER.match(typed)
    wordings = [
        (typed, ""), (text, ""), (with_numbers(typed), ""),
        (in_vietnamese(text), left_out_in_vietnamese(text)), (_INSIDE.sub(" ", typed), ""),
        (standing, before), (_NAME_THEN_NUMBER.sub(r"\1, ", typed), name[1] if name else ""),
        (_SHOP_AT.sub("gần ", typed), ""),
    ]  # fmt: skip
    plain, told = place_and_left_out(text)
    if plain != text:
        standing, before = _where_it_stands(plain)
        wordings += [(plain, told), (standing, f"{told} , {before}" if told and before else told or before)]
    found: dict[str, str] = {}
    for wording, left_out in wordings:
        found.setdefault(wording, left_out)
    return found


def _where_it_stands(text: str) -> tuple[str, str]:
    """The words after "ở" and "tại", numbers written, and the words up to there."""
    stands = _STANDS_AT.match(text)
    end = stands.end() if stands else 0
    return with_numbers(text[end:]), text[:end].strip()
