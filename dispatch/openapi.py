"""The API's description: our structs and the closed lists of words, beside what FastAPI finds by itself."""

from __future__ import annotations

from typing import Any

import msgspec
from fastapi import FastAPI

from dispatch.assignment.recommendation import Recommendation
from dispatch.domain.events import EVENTS
from dispatch.domain.place import Place
from dispatch.domain.state import State
from dispatch.domain.words import PUBLISHED
from dispatch.positions.model import Position
from dispatch.roads.model import SpeedReport

_REF = "#/components/schemas/{name}"


def add_descriptions(app: FastAPI) -> None:
    """Put states, events, recommendations and enumerations into `/api/openapi.json`."""
    describe = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schemas = describe().setdefault("components", {}).setdefault("schemas", {})
            _, ours = msgspec.json.schema_components(
                [State, Place, Position, Recommendation, SpeedReport, *EVENTS.values()], ref_template=_REF
            )
            lists = {f"word_{name}": {"enum": list(values)} for name, values in PUBLISHED.items()}
            schemas.update({**ours, **lists, "word_event_type": {"enum": sorted(EVENTS)}})
        return describe()

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend the description
