"""What the code says about its functions: the packages there are, and the settings each asks for."""

import importlib
from dataclasses import dataclass
from pathlib import Path

from fastapi.routing import APIRoute

from docchain.entrypoints.access import PUBLIC_ACCESS
from infra.openapi import group_names, routers

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Route:
    package: str
    method: str
    path: str
    public: bool


def packages() -> list[str]:
    handlers = sorted((ROOT / "functions").glob("*/*/handler.py"))
    return [f"{h.parent.parent.name}/{h.parent.name}" for h in handlers]


def settings_of(package: str) -> set[str]:
    """The group's own, and those of its door."""
    package = f"functions.{package.replace('/', '.')}"
    own = importlib.import_module(f"{package}.dependencies").Settings
    of_the_door = getattr(importlib.import_module(f"{package}.handler").handler, "settings", ())
    return {name.upper() for settings in (own, *of_the_door) for name in settings.model_fields}


def routes() -> list[Route]:
    """Read from the routers themselves: an app holds them unopened until its first request."""
    found = []
    for group in group_names():
        opened = [route for router in routers(group) for route in router.routes]
        found += [
            _route(group, method, r) for r in opened if isinstance(r, APIRoute) for method in sorted(r.methods or ())
        ]
    return found


def _route(group: str, method: str, route: APIRoute) -> Route:
    public = any(d.call is PUBLIC_ACCESS for d in route.dependant.dependencies)
    return Route(f"api/{group}", method, route.path, public)
