"""The lifecycles as diagrams, drawn from their tables: `python -m dispatch.lifecycle_diagrams > docs/lifecycles.md`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dispatch.domain.lifecycles import (
    ALARM_TRANSITIONS,
    CALL_TRANSITIONS,
    HOSPITAL_TRANSITIONS,
    INCIDENT_TRANSITIONS,
    OFFER_TRANSITIONS,
    PATIENT_TRANSITIONS,
    RESERVATION_TRANSITIONS,
    UNIT_TRANSITIONS,
)

TABLES: tuple[tuple[str, str, Mapping[Any, Mapping[str, str]]], ...] = (
    ("Call", "ringing", CALL_TRANSITIONS),
    ("Unit", "off_duty", UNIT_TRANSITIONS),
    ("Incident", "waiting", INCIDENT_TRANSITIONS),
    ("Offer", "open", OFFER_TRANSITIONS),
    ("Alarm", "raised", ALARM_TRANSITIONS),
    ("Patient", "found", PATIENT_TRANSITIONS),
    ("Hospital", "open", HOSPITAL_TRANSITIONS),
    ("Reservation", "held", RESERVATION_TRANSITIONS),
)

UNDRAWN = """A run begins with the acceptance of its offer, takes its unit's steps from there, each a stamp, and ends
with its outcome. An offer that ends without a run leaves its unit as it was: available, returning, moving up, or on
its break. A crew is there from its sign-on to its sign-off; a vehicle always, with a unit or without.
"""


def page() -> str:
    """The whole page, in Markdown with Mermaid diagrams."""
    head = "# Lifecycles\n\nDrawn from `dispatch/domain/lifecycles.py`. What is not drawn cannot happen.\n"
    head += "\n" + UNDRAWN
    return head + "".join(f"\n## {name}\n\n{diagram(start, table)}" for name, start, table in TABLES)


def diagram(start: str, table: Mapping[Any, Mapping[str, str]]) -> str:
    """One state diagram; steps that lead the same way share an arrow."""
    lines = ["```mermaid", "stateDiagram-v2", f"  [*] --> {start}"]
    for status, steps in table.items():
        for target in dict.fromkeys(steps.values()):
            names = ", ".join(step for step, leads in steps.items() if leads == target)
            lines.append(f"  {status} --> {target}: {names}")
        if not steps:
            lines.append(f"  {status} --> [*]")
    return "\n".join([*lines, "```", ""])


if __name__ == "__main__":
    print(page(), end="")
