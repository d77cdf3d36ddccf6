"""Merges the routes of all groups into one OpenAPI document: ``python -m infra.openapi [--check]``."""

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from docchain.entrypoints.access import PUBLIC_ACCESS, SESSION_ACCESS, requires

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "functions" / "api" / "docs" / "openapi.json"
DESCRIPTION = """\
Document workflows on AWS Step Functions: chains of nodes in which AI generates, analyses and transforms documents.

Log in at `POST /api/v3/security/auth/login` and send `Authorization: Bearer <access_token>`.

Errors always have the form `{"error": {"code", "message", "details"?, "request_id"}}`.

POSTs that create something take an `Idempotency-Key` header.
"""


def group_names() -> list[str]:
    return sorted(p.parent.name for p in (ROOT / "functions" / "api").glob("*/handler.py"))


def routers(group: str) -> list[APIRouter]:
    """Every router that the group's ``handler.py`` serves: one module, or a folder of them."""
    package = ROOT / "functions" / "api" / group
    if (package / "routes.py").exists():
        return [importlib.import_module(f"functions.api.{group}.routes").router]
    modules = sorted(p.stem for p in (package / "routes").glob("[a-z]*.py"))
    # Literal paths first, as in the handler.
    found = [importlib.import_module(f"functions.api.{group}.routes.{m}").router for m in modules]
    return sorted(found, key=lambda r: ("{" in r.prefix, -len(r.prefix)))


def all_routes() -> list[tuple[str, str, APIRoute]]:
    """Method, path and route of every group, in the order of their groups."""
    found = [r for group in group_names() for router in routers(group) for r in router.routes]
    return [(m, r.path, r) for r in found if isinstance(r, APIRoute) for m in sorted(r.methods or ())]


def access_of(route: APIRoute) -> str | None:
    """``public``, ``session``, or the scope that a caller needs; ``None`` for a route that forgot to say."""
    for dependency in _calls(route.dependant):
        if dependency is PUBLIC_ACCESS:
            return "public"
        if dependency is SESSION_ACCESS:
            return "session"
        if isinstance(dependency, requires):
            return dependency.scope
    return None


def _calls(dependant: Dependant) -> Iterator[object]:
    for inner in dependant.dependencies:
        yield inner.call
        yield from _calls(inner)


def document() -> dict[str, Any]:
    app = FastAPI(title="Document Workflow Chain", version="3.0.0", description=DESCRIPTION)
    for group in group_names():
        for router in routers(group):
            app.include_router(router)
    schema = app.openapi()
    schema["servers"] = [{"url": "/", "description": "The host that serves this document"}]
    schema.setdefault("components", {})["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    }
    public = {(method, path) for method, path, route in all_routes() if access_of(route) == "public"}
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            if (method.upper(), path) not in public:
                operation["security"] = [{"bearer": []}]
    return schema


def main() -> int:
    text = json.dumps(document(), indent=1, sort_keys=True) + "\n"
    if "--check" in sys.argv:
        return 0 if TARGET.exists() and TARGET.read_text() == text else 1
    TARGET.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
