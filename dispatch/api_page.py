"""`/api/docs`: every endpoint on one page, made from `/api/openapi.json`. It asks no other site for anything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from fastapi import Depends, FastAPI, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, APIWebSocketRoute, iter_route_contexts
from jinja2 import Environment, PackageLoader, select_autoescape
from starlette.responses import HTMLResponse

from dispatch.access.guard import OpenToAll
from dispatch.access.permissions import PERMISSIONS
from dispatch.static import HEADERS

_templates = Environment(loader=PackageLoader("dispatch", "templates"), autoescape=select_autoescape())


class Field(NamedTuple):
    """A parameter, or a field of the body; `where` is path, query or body."""

    name: str
    where: str
    type: str
    is_required: bool
    says: str


class Endpoint(NamedTuple):
    """One operation as the page shows it; `roles` is empty when nobody needs to sign in."""

    method: str
    path: str
    tag: str
    says: str
    permission: str
    roles: list[str]
    fields: list[Field]


def add_api_page(app: FastAPI) -> None:
    """Serve the page; it is made anew for each request, from what the application is then."""

    @app.get("/api/docs", include_in_schema=False, dependencies=[Depends(OpenToAll("says how to ask, no data"))])
    async def api_page() -> Response:
        return HTMLResponse(render(app), headers={**HEADERS, "Cache-Control": "no-cache"})


def render(app: FastAPI) -> str:
    """The page as HTML."""
    described = app.openapi()
    words = {
        name.removeprefix("word_"): schema["enum"]
        for name, schema in described["components"]["schemas"].items()
        if name.startswith("word_")
    }
    return _templates.get_template("api.html").render(
        title=described["info"]["title"],
        endpoints=sorted(list_endpoints(app), key=lambda one: (one.tag, one.path, one.method)),
        words=words,
    )


def list_endpoints(app: FastAPI) -> Iterator[Endpoint]:
    """Every operation of the description, with what its route asks for."""
    described = app.openapi()
    permissions = {
        (method, path): mark for methods, path, marks in list_marks(app) for method in methods for mark in marks
    }
    roles_of: dict[str, list[str]] = {name: sorted(roles) for name, roles in PERMISSIONS.items()}
    schemas = described["components"]["schemas"]
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            permission = permissions[method.upper(), path]
            yield Endpoint(
                method=method.upper(),
                path=path,
                tag=", ".join(operation.get("tags", [])),
                says=operation.get("description", operation["summary"]),
                permission=permission,
                roles=roles_of.get(permission, []),
                fields=[*_parameters(operation), *_body(operation, schemas)],
            )


def list_marks(app: FastAPI) -> Iterator[tuple[set[str], str, list[str]]]:
    """Methods (none for a socket) and path of every route of ours, and the permissions that its dependencies name."""
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, APIRoute | APIWebSocketRoute):
            yield context.methods or set(), context.path or "", _marks(context.dependant)


def _parameters(operation: dict[str, Any]) -> Iterator[Field]:
    for one in operation.get("parameters", []):
        yield Field(one["name"], one["in"], type_of(one["schema"]), one["required"], one.get("description", ""))


def _body(operation: dict[str, Any], schemas: dict[str, Any]) -> Iterator[Field]:
    """The body's fields; a body that is no object is one nameless field."""
    for content in operation.get("requestBody", {}).get("content", {}).values():
        schema = content["schema"]
        schema = schemas[_name(schema)] if "$ref" in schema else schema
        required = schema.get("required", [])
        if "properties" not in schema:
            yield Field("", "body", type_of(schema), True, schema.get("description", ""))
        for name, one in schema.get("properties", {}).items():
            yield Field(name, "body", type_of(one), name in required, one.get("description", ""))


def type_of(schema: dict[str, Any]) -> str:
    """A JSON schema in a few words, such as `app | voice`, `list of string`, `number | null`."""
    if "$ref" in schema:
        return _name(schema)
    if "enum" in schema or "const" in schema:
        return " | ".join(map(str, schema.get("enum", [schema.get("const")])))
    if "anyOf" in schema:
        return " | ".join(type_of(one) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {type_of(schema.get('items', {}))}"
    return " ".join(str(schema[key]) for key in ("type", "format") if key in schema) or "anything"


def _name(schema: dict[str, Any]) -> str:
    return str(schema["$ref"]).rpartition("/")[2]


def _marks(dependant: Dependant) -> list[str]:
    """The permissions that a route's dependencies name, however deep."""
    own = [mark] if (mark := getattr(dependant.call, "permission", None)) else []
    return own + [mark for below in dependant.dependencies for mark in _marks(below)]
