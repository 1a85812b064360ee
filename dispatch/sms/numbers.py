"""Which numbers get text messages, and how a gateway wants them written."""

from __future__ import annotations

import re

from dispatch.personal import plain_number
from dispatch.sms.gateway import NumberStyle

_VIETNAMESE_MOBILE = re.compile(r"0[35789][0-9]{8}")
"""Ten digits with the leading zero, as since 2018; 02 is a telephone in a house, which gets no messages."""


def textable(phone: str, style: NumberStyle) -> str | None:
    """The number as the gateway wants it; None for one that gets no text messages, as far as its digits tell."""
    plain = plain_number(phone)
    if _VIETNAMESE_MOBILE.fullmatch(plain):
        return plain if style == "0" else style + plain[1:]
    digits = plain.removeprefix("00")
    if phone.lstrip().startswith(("+", "00")) and 8 <= len(digits) <= 15 and not digits.startswith("0"):
        return {"0": "00", "84": "", "+84": "+"}[style] + digits
    return None
