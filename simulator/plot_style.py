"""What the plots of a report share: the page gives them its language and its theme."""

from __future__ import annotations

from collections.abc import Callable

import plotly.graph_objects as go

Say = Callable[[str, str], str]
"""The words for Vietnamese and English, as the page wants them."""
INK = "#3f8ac2"
TEXT, GROUND, NOTHING = "#010203", "#010204", "#010205"
"""No colours: the page puts those of its theme in their place, for text and lines, for the ground, for "no calls"."""
PLAIN = go.layout.Template()


def in_both(vi: str, en: str) -> str:
    """Both languages in one text: the page takes out the one it shows."""
    return f"⟦{vi}¦{en}⟧"


def titled(figure: go.Figure, title: str, x: str, y: str) -> go.Figure:
    return figure.update_layout(
        title=title, xaxis_title=x, yaxis_title=y, template=PLAIN, height=420,
        margin={"l": 60, "r": 60, "t": 60, "b": 60}, legend={"orientation": "h", "y": 1.08},
        font={"family": "system-ui, sans-serif"},
    )  # fmt: skip
