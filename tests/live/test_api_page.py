"""The page of the API, as a browser without any other site gets it."""

from __future__ import annotations

import re

import httpx

from dispatch.access.permissions import PERMISSIONS
from dispatch.api_page import list_endpoints, type_of
from dispatch.domain.words import PUBLISHED
from tests.live.conftest import Live


def test_the_page_names_every_endpoint_and_word_and_asks_no_other_site(live: Live) -> None:
    page = httpx.get(f"{live.url}/api/docs", timeout=20)
    described = httpx.get(f"{live.url}/api/openapi.json", timeout=20).json()
    asked = [f">{method.upper()} {path}<" for path, methods in described["paths"].items() for method in methods]
    words = [str(word) for words in PUBLISHED.values() for word in words]
    assert page.status_code == 200
    assert [part for part in (*asked, *words) if part not in page.text] == []
    assert re.findall(r"https?://|<script|<link|src=|@import", page.text) == []
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]


def test_an_endpoint_is_told_with_its_roles_and_every_field(live: Live) -> None:
    (offer,) = (one for one in list_endpoints(live.app) if one.path == "/api/v1/incidents/{incident_id}/offers")
    assert (offer.method, offer.permission, offer.roles) == ("POST", "make_offers", sorted(PERMISSIONS["make_offers"]))
    fields = {field.name: (field.where, field.type, field.is_required) for field in offer.fields}
    assert fields["incident_id"] == ("path", "string", True)
    assert fields["channel"] == ("body", "app | voice", False)
    assert fields["reason"] == ("body", "string | null", False)


def test_a_type_is_told_in_a_few_words() -> None:
    assert type_of({"type": "array", "items": {"$ref": "#/components/schemas/Place"}}) == "list of Place"
    assert type_of({"type": "string", "format": "date-time"}) == "string date-time"
    assert (type_of({"const": "x"}), type_of({})) == ("x", "anything")
