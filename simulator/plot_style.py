"""What the plots of a report share: the page gives them its language and its theme."""

from __future__ import annotations

import re
from collections.abc import Callable

import plotly.graph_objects as go

Say = Callable[[str, str], str]
"""The words for Vietnamese and English, as the page wants them."""
INK = "#3f8ac2"
TEXT, GROUND, NOTHING = "#010203", "#010204", "#010205"
"""No colours: the page puts those of its theme in their place, for text and lines, for the ground, for "no calls"."""
PLAIN = go.layout.Template()
BOTH = re.compile("⟦([^¦⟧]*)¦([^⟧]*)⟧")
CLOCK = "%H:%M\n%d/%m"
"""Ticks of a time axis: 24 hours, the day below, in both languages alike."""


def in_both(vi: str, en: str) -> str:
    """Both languages in one text: the page takes out the one it shows."""
    return f"⟦{vi}¦{en}⟧"


def parted(text: str) -> dict[str, str]:
    """Both languages of such a text, each by itself."""
    return {language: BOTH.sub(rf"\{at}", text) for at, language in enumerate(("vi", "en"), 1)}


def titled(figure: go.Figure, title: str, x: str, y: str) -> go.Figure:
    """The figure with its words; the page takes the title out and writes it as a heading, so that it wraps."""
    return figure.update_layout(
        title=title, xaxis_title=x, yaxis_title=y, template=PLAIN, height=380,
        margin={"l": 60, "r": 60, "t": 30, "b": 50}, legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"},
        font={"family": "system-ui, sans-serif"},
    )  # fmt: skip
